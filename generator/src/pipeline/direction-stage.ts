import { z } from 'zod';
import {
  type CandidateKey,
  type CandidateScore,
  type DirectionInput,
  describeDirection,
  findDirection,
  parseDirectionId,
  type YawDirection,
} from '../gan/direction/index.ts';
import type { Matte } from '../impostor/index.ts';
import { openSearchInput } from './direction-input.ts';
import { writeDirectionSheet } from './direction-sheet.ts';
import type { ImportedModel } from './import-model.ts';
import { learnedCandidate } from './learned-direction.ts';
import {
  type DirectionScore,
  type ModelDirection,
  type ModelManifest,
  parseJson,
  withoutCalibration,
  writeModelManifest,
} from './model-manifest.ts';
import type { Platform } from './platform.ts';

/** Scores of a search that has not come to its end, in the model folder. */
const PROGRESS_FILE = 'direction-search.json';

/** A search's kept scores are used again only for the same checkpoint. */
const Progress: z.ZodType<{ source: string; scores: CandidateScore[] }> = z.object({
  source: z.string(),
  scores: z.array(z.custom<CandidateScore>((score) => typeof (score as CandidateScore)?.id === 'string')),
});

/**
 * Finds the direction that turns a model's subjects and writes it into `model.json`, with the scores of every
 * candidate, and `direction.png` beside it. A search that was stopped goes on with the scores it has.
 * @param chosen id of a candidate that a person wants instead of the best; null: search
 * @param matte  for backdrops that are not of one colour; null: flat ones, and a guess where they are not
 */
export async function searchDirection(
  platform: Platform,
  folder: string,
  imported: ImportedModel,
  chosen: string | null,
  matte: Matte | null = null,
): Promise<ModelManifest> {
  const { manifest } = imported;
  const known = manifest.direction;
  if (chosen === null && manifest.directionStatus !== 'pending' && !known?.chosen) return manifest;
  if (chosen !== null && known?.chosen && known.id === chosen) return manifest;
  const key = chosen === null ? null : parseDirectionId(chosen, manifest.layers, manifest.wDim);
  const network = await openSearchInput(platform, folder, imported, matte);
  try {
    const next = key
      ? await choose(platform, folder, network.input, manifest, key)
      : await search(platform, folder, network.input, manifest);
    await writeDirectionSheet(platform, folder, network.input, next);
    await writeModelManifest(platform.files, folder, next);
    await platform.files.remove(`${folder}/${PROGRESS_FILE}`);
    return next;
  } finally {
    await network.release();
  }
}

async function search(
  platform: Platform,
  folder: string,
  input: DirectionInput,
  manifest: ModelManifest,
): Promise<ModelManifest> {
  const { files, signal } = platform;
  const path = `${folder}/${PROGRESS_FILE}`;
  const scores = await keptScores(platform, path, manifest);
  // The first score is saved at once: a search that is killed has always something to go on with.
  let saved = Number.NEGATIVE_INFINITY;
  const save = () => files.write(path, JSON.stringify({ source: manifest.source.sha256, scores }));
  let saving: Promise<void> = Promise.resolve();
  const found = await findDirection(input, {
    known: [...scores],
    signal,
    onScore: (score) => {
      scores.push(score);
      if (performance.now() - saved < SAVE_INTERVAL) return;
      saved = performance.now();
      saving = saving.then(save);
    },
    onProgress: (done, total, text) => platform.progress({ stage: 'direction', done, total, text }),
  }).finally(() => saving.then(save));
  const all = found.candidates.map(toScore);
  return {
    ...withoutCalibration(manifest),
    directionStatus: found.best ? 'found' : 'none',
    direction: found.best && toDirection(found.best, input, all, false),
    directionScores: all,
  };
}

/** Milliseconds between saves of the scores. */
const SAVE_INTERVAL = 1000;

async function choose(
  platform: Platform,
  folder: string,
  input: DirectionInput,
  manifest: ModelManifest,
  key: CandidateKey,
): Promise<ModelManifest> {
  const isLearned = key.kind === 'mirror';
  // What is learned starts from what was screened.
  const screens = isLearned && manifest.directionScores.length === 0;
  const base = screens ? await search(platform, folder, input, manifest) : manifest;
  const candidate = isLearned ? await learnedCandidate(platform, input, base, key) : key;
  const direction = await describeDirection(input, candidate, { signal: platform.signal });
  return {
    ...withoutCalibration(base),
    directionStatus: 'found',
    direction: toDirection(direction, input, base.directionScores, true),
  };
}

async function keptScores(
  { files }: Platform,
  path: string,
  manifest: ModelManifest,
): Promise<CandidateScore[]> {
  if (!(await files.exists(path))) return [];
  const kept = Progress.safeParse(parseJson(await files.read(path), path));
  return kept.success && kept.data.source === manifest.source.sha256 ? kept.data.scores : [];
}

const toScore = ({ id, mirrorRatio, edgeRatio, warpGain, learned }: CandidateScore): DirectionScore => ({
  id,
  mirrorRatio,
  edgeRatio,
  warpGain,
  ...(learned && { learned }),
});

function toDirection(
  direction: YawDirection,
  { pca }: DirectionInput,
  scores: readonly DirectionScore[],
  chosen: boolean,
): ModelDirection {
  const { id, layers, zero, zeroWeight, zeroSpread, range, degreesPerSigma, warpGain } = direction;
  const score = scores.find((candidate) => candidate.id === id);
  return {
    id,
    vector: [...direction.vector],
    probe: [...direction.probe],
    mean: [...pca.mean],
    layers: [layers.from, layers.to],
    zero,
    zeroSpread,
    zeroWeight,
    range,
    degreesPerUnit: degreesPerSigma,
    mirrorRatio: score?.mirrorRatio ?? null,
    edgeRatio: score?.edgeRatio ?? null,
    warpGain,
    chosen,
  };
}
