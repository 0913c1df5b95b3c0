import { cosineSimilarity } from '../../evaluation/index.ts';
import { type RgbaImage, type RgbImage, readCharacter } from '../../impostor/index.ts';
import { cropView } from '../crop-view.ts';
import { STAND_INS_INSTALL, type StandIns } from '../evaluate/readers.ts';
import { PipelineError, type Platform } from '../platform.ts';
import type { DroppedRow, ManifestRow, RunManifest } from '../run-manifest.ts';
import { characterFile } from './publish.ts';

/** What telling faces apart needs of the machine; a machine without it cannot be asked for diverse characters. */
export interface LookAlikes {
  openStandIns?(): Promise<StandIns | null>;
}

/**
 * Faces at least this like each other (cosine of the identity stand-in's features, frontal views) count as one. Of 4,950
 * pairs of portraits-128's first 100 seeds the median is .64, and one in a thousand is above .90; the same seeds drawn at
 * ψ = .75 in place of .8 are .93 to .99 like themselves. It tells faces, not the colour of hair or clothes.
 */
export const SAME_FACE = 0.9;

/** Grey behind a cut-out, −1..1: one backdrop for all, so that only the faces differ. */
const BACKDROP = 0;

/**
 * Leaves out whoever looks like a character before: each is compared with all that were kept, in the order given.
 * Files of duplicates are removed, and the manifest says why.
 */
export async function dropDuplicates(
  platform: Pick<Platform, 'files' | 'images' | 'signal' | 'progress'> & LookAlikes,
  manifest: RunManifest,
  out: string,
  characters: readonly ManifestRow[],
): Promise<DroppedRow[]> {
  const { files } = platform;
  const setOf = (rows: readonly ManifestRow[]) =>
    files.sha256(new TextEncoder().encode(JSON.stringify([SAME_FACE, rows.map(({ key }) => key)])));
  if (manifest.compared() === setOf(characters)) return [];
  const standIns = (await platform.openStandIns?.()) ?? null;
  if (!standIns)
    throw new PipelineError(
      'stand-ins-missing',
      `--diverse: expected packages that tell faces apart, found none; ${STAND_INS_INSTALL}`,
    );
  const kept: { readonly row: ManifestRow; readonly face: Float32Array }[] = [];
  const dropped: DroppedRow[] = [];
  try {
    for (const [index, row] of characters.entries()) {
      platform.signal.throwIfAborted();
      const [face] = await standIns.face.features([await frontalPicture(platform, `${out}/${row.file}`)]);
      const nearest = nearestOf(kept, face!);
      if (nearest && nearest.likeness >= SAME_FACE)
        dropped.push({
          seed: row.seed,
          key: row.key,
          because: 'duplicate',
          reasons: [
            `looks like seed ${nearest.seed}: likeness ${nearest.likeness.toFixed(3)}, at least ${SAME_FACE} by ${standIns.face.name}`,
          ],
          ...(row.checks ? { checks: row.checks } : {}),
          of: nearest.seed,
          likeness: nearest.likeness,
        });
      else kept.push({ row, face: face! });
      platform.progress({ stage: 'likeness', done: index + 1, total: characters.length, text: row.file });
    }
  } finally {
    standIns.release();
  }
  // The manifest first: a file that it does not list is made again, a row without its file would be as well.
  if (dropped.length > 0) await manifest.drop(...dropped);
  for (const { seed } of dropped) await files.remove(`${out}/${characterFile(seed)}`);
  await manifest.setCompared(setOf(kept.map(({ row }) => row)));
  return dropped;
}

function nearestOf(
  kept: readonly { readonly row: ManifestRow; readonly face: Float32Array }[],
  face: Float32Array,
): { readonly seed: number; readonly likeness: number } | null {
  let best: { seed: number; likeness: number } | null = null;
  for (const { row, face: other } of kept) {
    const likeness = cosineSimilarity(face, other);
    if (!best || likeness > best.likeness) best = { seed: row.seed, likeness };
  }
  return best;
}

/** The view nearest to the front, out of the file, before one grey. */
export async function frontalPicture(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  path: string,
): Promise<RgbImage> {
  const { extension, atlas } = await readCharacter(await files.read(path));
  const frontal = extension.views.reduce((a, b) => (Math.abs(b.yaw) < Math.abs(a.yaw) ? b : a));
  return overGrey(cropView(await images.decode(atlas.bytes), frontal).image);
}

function overGrey({ width, height, data }: RgbaImage): RgbImage {
  const size = width * height;
  const planes = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) {
    const alpha = data[4 * i + 3]! / 255;
    for (let c = 0; c < 3; c++)
      planes[c * size + i] = alpha * (data[4 * i + c]! / 127.5 - 1) + (1 - alpha) * BACKDROP;
  }
  return { width, height, data: planes };
}
