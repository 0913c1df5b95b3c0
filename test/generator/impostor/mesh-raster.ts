import type { RgbaImage } from '../../../generator/src/impostor/image.ts';
import type { LiftedMesh } from '../../../generator/src/impostor/mesh/index.ts';
import { subjectToCamera } from '../../../plugin/src/asset/index.ts';

export interface Shot {
  /** Radians. */
  readonly yaw: number;
  readonly pitch?: number;
  /** Pixels each way. */
  readonly size: number;
  /** Half-widths. */
  readonly focal: number;
  /** Metres, at the pivot. */
  readonly frameHeight: number;
  /** Texture by uv; without one, the normals are shown. */
  readonly texture?: RgbaImage;
  /** Draw triangles that face away as well. */
  readonly twoSided?: boolean;
}

/** Draws a mesh as any glTF viewer would: perspective, depth buffer, faces from behind left out. Grey backdrop, alpha 0 there.
 *  @returns the picture, and f64 [H,W], one over the depth of what is drawn (0: nothing), the pivot at 1 */
export function drawMesh(mesh: LiftedMesh, shot: Shot): { image: RgbaImage; nearest: Float64Array } {
  const { size, focal, frameHeight } = shot;
  const distance = (focal * frameHeight) / 2;
  const m = subjectToCamera(shot.yaw, shot.pitch ?? 0);
  const count = mesh.positions.length / 3;
  const screen = new Float64Array(3 * count);
  for (let v = 0; v < count; v++) {
    const p = [0, 1, 2].map((k) => mesh.positions[3 * v + k]!);
    const [x, y, z] = m.map((row) => row[0] * p[0]! + row[1] * p[1]! + row[2] * p[2]!) as [
      number,
      number,
      number,
    ];
    const depth = (distance - z) / distance;
    screen[3 * v] = size / 2 + ((size / 2) * focal * (x / distance)) / depth;
    screen[3 * v + 1] = size / 2 - ((size / 2) * focal * (y / distance)) / depth;
    screen[3 * v + 2] = 1 / depth;
  }
  const image = { width: size, height: size, data: new Uint8ClampedArray(4 * size * size) };
  for (let i = 0; i < size * size; i++) image.data.set([150, 150, 150, 0], 4 * i);
  const nearest = new Float64Array(size * size);
  for (let k = 0; k < mesh.indices.length; k += 3) {
    const [a, b, c] = [mesh.indices[k]!, mesh.indices[k + 1]!, mesh.indices[k + 2]!];
    const at = (v: number): readonly [number, number, number] => [
      screen[3 * v]!,
      screen[3 * v + 1]!,
      screen[3 * v + 2]!,
    ];
    const [[ax, ay, aw], [bx, by, bw], [cx, cy, cw]] = [at(a), at(b), at(c)];
    // Above 0 where the corners run counter-clockwise as seen (y points down).
    const area = (bx - ax) * (ay - cy) - (ay - by) * (cx - ax);
    if (area === 0 || (area < 0 && !shot.twoSided)) continue;
    const [x0, x1] = [Math.min(ax, bx, cx), Math.max(ax, bx, cx)];
    const [y0, y1] = [Math.min(ay, by, cy), Math.max(ay, by, cy)];
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(size, Math.ceil(y1)); y++)
      for (let x = Math.max(0, Math.floor(x0)); x < Math.min(size, Math.ceil(x1)); x++) {
        const [px, py] = [x + 0.5, y + 0.5];
        const wa = ((bx - px) * (by - cy) - (by - py) * (bx - cx)) / area;
        const wb = ((cx - px) * (cy - ay) - (cy - py) * (cx - ax)) / area;
        const wc = 1 - wa - wb;
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const w = wa * aw + wb * bw + wc * cw;
        const i = y * size + x;
        if (w <= nearest[i]!) continue;
        nearest[i] = w;
        const mix = (values: ArrayLike<number>, stride: number, o: number): number =>
          (wa * aw * values[stride * a + o]! +
            wb * bw * values[stride * b + o]! +
            wc * cw * values[stride * c + o]!) /
          w;
        const colour = shot.texture
          ? sample(shot.texture, mix(mesh.uvs, 2, 0), mix(mesh.uvs, 2, 1))
          : shade(
              [0, 1, 2].map((o) => mix(mesh.normals, 3, o)),
              m[2],
            );
        image.data.set([...colour, 255], 4 * i);
      }
  }
  return { image, nearest };
}

/** Lit from the camera. */
function shade(normal: number[], light: readonly [number, number, number]): [number, number, number] {
  const length = Math.hypot(...normal) || 1;
  const cosine = (normal[0]! * light[0] + normal[1]! * light[1] + normal[2]! * light[2]) / length;
  const grey = 40 + 200 * Math.max(0, cosine);
  return [grey, grey, grey];
}

function sample({ width, height, data }: RgbaImage, u: number, v: number): [number, number, number] {
  const [x, y] = [u * width - 0.5, v * height - 0.5];
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (px: number, py: number, c: number): number => {
    const [qx, qy] = [Math.min(width - 1, Math.max(0, px)), Math.min(height - 1, Math.max(0, py))];
    return data[4 * (qy * width + qx) + c]!;
  };
  const mix = (c: number): number =>
    (at(x0, y0, c) * (1 - fx) + at(x0 + 1, y0, c) * fx) * (1 - fy) +
    (at(x0, y0 + 1, c) * (1 - fx) + at(x0 + 1, y0 + 1, c) * fx) * fy;
  return [mix(0), mix(1), mix(2)];
}
