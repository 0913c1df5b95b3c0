import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outermostDegrees } from '../../../../generator/src/pipeline/calibrate/calibration-sheet.ts';
import { rescaled } from '../../../../generator/src/pipeline/calibrate/set-degrees.ts';
import { workSide } from '../../../../generator/src/pipeline/calibrate/work-side.ts';
import {
  CalibrationSchema,
  type ModelCalibration,
} from '../../../../generator/src/pipeline/model-calibration.ts';

const calibration: ModelCalibration = {
  key: 'a'.repeat(64),
  config: 'turnaround-gan',
  nets: 'orbit',
  nextImage: false,
  steps: 100,
  subjects: 8,
  direction: 'pca:1:0-4',
  focal: 9.21,
  pivot: 1,
  resolution: 64,
  bend: 0,
  scale: 1.1,
  scaleSource: 'shape-prior',
  priorScale: 1.1,
  relief: 0.9,
  depthRange: [0.93, 1.05],
  curve: { x: [-2, -1, 0, 1, 2], degrees: [-60, -30, 0, 30, 50] },
};

describe('rescaled', () => {
  it('makes the outermost views show what a person said', () => {
    fc.assert(
      fc.property(fc.double({ min: 5, max: 120, noNaN: true }), (wanted) => {
        const next = rescaled(calibration, wanted / outermostDegrees(calibration));
        expect(outermostDegrees(next)).toBeCloseTo(wanted, 9);
        expect(next.scaleSource).toBe('person');
        expect(next.priorScale).toBe(calibration.priorScale);
        expect(CalibrationSchema.parse(next)).toEqual(next);
      }),
    );
  });

  it('keeps relief times turn, so that pixels move as far as they did', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 5, noNaN: true }), (factor) => {
        const next = rescaled(calibration, factor);
        expect(next.relief * next.scale).toBeCloseTo(calibration.relief * calibration.scale, 9);
        const span = ({ depthRange: [near, far] }: ModelCalibration) => far - near;
        expect(span(next) * factor).toBeCloseTo(span(calibration), 9);
        const back = rescaled(next, 1 / factor);
        expect(back.scale).toBeCloseTo(calibration.scale, 9);
        back.curve.degrees.forEach(
          (value, k) => void expect(value).toBeCloseTo(calibration.curve.degrees[k]!, 9),
        );
      }),
    );
  });
});

describe('calibration in model.json', () => {
  const refused: Readonly<Record<string, object>> = {
    'a curve that falls': { curve: { x: [0, 1], degrees: [1, 0] } },
    'x that do not rise': { curve: { x: [0, 0], degrees: [0, 1] } },
    'fewer degrees than x': { curve: { x: [0, 1, 2], degrees: [0, 1] } },
    'no scale': { scale: 0 },
    'an unknown source': { scaleSource: 'guess' },
  };
  for (const [name, change] of Object.entries(refused))
    it(`is refused with ${name}`, () => {
      expect(CalibrationSchema.safeParse({ ...calibration, ...change }).success).toBe(false);
    });
});

describe('workSide', () => {
  it('is 128, or the model’s where that is less, or what was asked for', () => {
    expect([workSide(512, null), workSide(64, null), workSide(256, 256)]).toEqual([128, 64, 256]);
  });

  it('refuses sizes that the network does not have', () => {
    expect(() => workSide(128, 100)).toThrow(/expected one of 64, 128 for a model of 128², got 100/);
    expect(() => workSide(128, 256)).toThrow(/got 256/);
    expect(() => workSide(32, null)).toThrow(/at least 64².*got 32²/);
  });
});
