import {
  cameraDirection,
  degrees,
  radians,
  subjectToCamera,
  type Vector3,
  viewAngles,
  wrapAngle,
} from '@turnaround/plugin/asset';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const dot = (a: Vector3, b: Vector3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

describe('the camera', () => {
  test("turns a point as the portraits' README says", () => {
    fc.assert(
      fc.property(angle(Math.PI), fc.tuple(angle(2), angle(2), angle(2)), (yaw, [x, y, z]) => {
        const [right, up, back] = subjectToCamera(yaw);
        expect(dot(right, [x, y, z])).toBeCloseTo(Math.cos(yaw) * x + Math.sin(yaw) * z, 12);
        expect(dot(up, [x, y, z])).toBeCloseTo(y, 12);
        expect(dot(back, [x, y, z])).toBeCloseTo(-Math.sin(yaw) * x + Math.cos(yaw) * z, 12);
      }),
    );
  });

  test("positive yaw turns the face to the viewer's right, positive pitch raises the camera", () => {
    const nose: Vector3 = [0, 0, 1];
    expect(dot(subjectToCamera(radians(30))[0], nose)).toBeCloseTo(0.5, 12);
    expect(cameraDirection(0, radians(30))[1]).toBeCloseTo(0.5, 12);
    // Seen from above, the nose points down the picture.
    expect(dot(subjectToCamera(0, radians(30))[1], nose)).toBeCloseTo(-0.5, 12);
  });

  test('is a rotation of a right-handed space', () => {
    fc.assert(
      fc.property(angle(Math.PI), angle(Math.PI / 2), (yaw, pitch) => {
        const [a, b, c] = subjectToCamera(yaw, pitch);
        for (const [p, q] of [
          [a, b],
          [b, c],
          [c, a],
        ] as const) {
          expect(dot(p, q)).toBeCloseTo(0, 12);
          expect(dot(p, p)).toBeCloseTo(1, 12);
        }
        const cross: Vector3 = [
          a[1] * b[2] - a[2] * b[1],
          a[2] * b[0] - a[0] * b[2],
          a[0] * b[1] - a[1] * b[0],
        ];
        expect(dot(cross, c)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('viewAngles finds the angles of a direction, whatever its length', () => {
    fc.assert(
      fc.property(
        angle(3.1),
        angle(1.5),
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        (yaw, pitch, length) => {
          const [x, y, z] = cameraDirection(yaw, pitch);
          const found = viewAngles([x * length, y * length, z * length]);
          expect(found.yaw).toBeCloseTo(yaw, 9);
          expect(found.pitch).toBeCloseTo(pitch, 9);
        },
      ),
    );
  });

  test('degrees and radians', () => {
    expect(radians(180)).toBe(Math.PI);
    expect(degrees(radians(37))).toBeCloseTo(37, 12);
    expect(wrapAngle(radians(350))).toBeCloseTo(radians(-10), 12);
    expect(wrapAngle(radians(-190))).toBeCloseTo(radians(170), 12);
  });
});
