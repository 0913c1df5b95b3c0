/** A head as Gaussian splats, made from its views' true depth: what another way to show it would have to draw. */
import { fuseDepth } from '../../../generator/src/reconstruction/index.ts';
import { FOCAL } from './pictures.ts';
import type { Sweep } from './sweeps.ts';
import { characterOf, spaceViews } from './view-truth.ts';

/** Of a head. */
export const SPLATS = 20_000;

/** Of .splat: position and size as six floats, colour and alpha, rotation as four bytes each. */
const BYTES = 32;

/** Deviation of a splat, in units of the camera's distance: that of a pixel of 128², so that neighbours leave no gap. */
const DEVIATION = 0.0012;

/** The pivot's distance in metres: a head is life-size. */
const METRES = 1.5;

/** @returns a .splat file of at most `SPLATS` round splats */
export function splatsOf(sweep: Sweep, spacing: number): Uint8Array {
  const { views } = characterOf(sweep.subject, spaceViews(sweep, spacing).stored);
  const solid = views.map((view) => ({ ...view, depth: view.depth! }));
  const { count, positions, colours } = fuseDepth(solid, FOCAL, { cell: 0.0011 });
  const kept = Math.min(count, SPLATS);
  const bytes = new Uint8Array(BYTES * kept);
  const numbers = new DataView(bytes.buffer);
  for (let k = 0; k < kept; k++) {
    const point = Math.floor((k * count) / kept);
    const at = BYTES * k;
    for (let c = 0; c < 3; c++) {
      numbers.setFloat32(at + 4 * c, METRES * positions[3 * point + c]!, true);
      numbers.setFloat32(at + 12 + 4 * c, METRES * DEVIATION, true);
      bytes[at + 24 + c] = colours[3 * point + c]!;
    }
    bytes.set([255, 255, 128, 128, 128], at + 27);
  }
  return bytes;
}
