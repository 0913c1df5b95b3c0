import {
  CandidateVectors,
  type DirectionInput,
  DRAW_DEFAULTS,
  parseDirectionId,
  Sweeper,
  subjectLatents,
  sweeperInput,
} from '../gan/direction/index.ts';
import { type PictureRow, pictureGrid, toRgba } from '../impostor/index.ts';
import type { ModelManifest } from './model-manifest.ts';
import type { Platform } from './platform.ts';

/** Candidates on the sheet. */
const ROWS = 6;
/** x of the columns, in standard deviations. */
const COLUMNS: readonly number[] = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];

/**
 * Writes `direction.png`: one subject along the model's direction and the best candidates, so that a person can see
 * which of them turns it. The model's own row comes first.
 */
export async function writeDirectionSheet(
  { files, images, signal }: Platform,
  folder: string,
  input: DirectionInput,
  { direction, directionScores, layers, wDim }: ModelManifest,
): Promise<void> {
  const ids = new Set([...(direction ? [direction.id] : []), ...directionScores.map(({ id }) => id)]);
  const draw = { ...DRAW_DEFAULTS, signal };
  const vectors = new CandidateVectors(input);
  const subject = subjectLatents(input, draw, 1);
  const rows: PictureRow[] = [];
  for (const id of [...ids].slice(0, ROWS)) {
    const key = parseDirectionId(id, layers, wDim);
    // The model's own has the sign by which x turns to the viewer's right.
    const along =
      direction?.id === id
        ? { vector: Float32Array.from(direction.vector), probe: Float32Array.from(direction.probe) }
        : vectors.direction(key);
    const sweeper = new Sweeper(sweeperInput(input, draw), along, key.layers, subject);
    const pictures = [];
    for (const x of COLUMNS) {
      const { size, images: drawn } = await sweeper.draw(x);
      pictures.push(toRgba({ width: size, height: size, data: drawn[0]! }));
    }
    rows.push({ label: id, pictures });
  }
  const columns = COLUMNS.map((x) => `${x > 0 ? '+' : ''}${x}σ`);
  await files.write(
    `${folder}/direction.png`,
    await images.encodePng(pictureGrid(rows, { cell: 128, columns })),
  );
}
