import { z } from 'zod';
import {
  type CandidateKey,
  type CandidateScore,
  type DirectionInput,
  describeDirection,
  findDirection,
  parseDirectionId,
  styleWeights,
  type YawDirection,
} from '../gan/direction/index.ts';
import { buildSynthesis } from '../gan/index.ts';
import { sampleLatents } from '../gan/latents/index.ts';
import { float32, float32Data, serialize } from '../graph/index.ts';
import { writeDirectionSheet } from './direction-sheet.ts';
import { runImages } from './gan-model.ts';
import type { ImportedModel } from './import-model.ts';
import {
  type DirectionScore,
  type ModelDirection,
  type ModelManifest,
  parseJson,
  readModelFile,
  withoutCalibration,
  writeModelManifest,
} from './model-manifest.ts';
import type { Platform } from './platform.ts';

/** Side of the pictures that the search looks at: larger networks are cut there. */
const SEARCH_SIDE = 64;
/** Seed of the subjects that the search turns. */
const SUBJECT_SEED = 1;
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
 */
export async function searchDirection(
  platform: Platform,
  folder: string,
  imported: ImportedModel,
  chosen: string | null,
): Promise<ModelManifest> {
  const { manifest } = imported;
  const known = manifest.direction;
  if (chosen === null && manifest.directionStatus !== 'pending' && !known?.chosen) return manifest;
  if (chosen !== null && known?.chosen && known.id === chosen) return manifest;
  const key = chosen === null ? null : parseDirectionId(chosen, manifest.layers, manifest.wDim);
  const network = await openSearchInput(platform, folder, imported);
  try {
    const next = key
      ? await choose(platform, network.input, manifest, key)
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
  { signal }: Platform,
  input: DirectionInput,
  manifest: ModelManifest,
  key: CandidateKey,
): Promise<ModelManifest> {
  const direction = await describeDirection(input, key, { signal });
  return {
    ...withoutCalibration(manifest),
    directionStatus: 'found',
    direction: toDirection(direction, input, manifest.directionScores, true),
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

/** The network cut at the search's size, with what the search needs to know of it. */
async function openSearchInput(
  { files, runtime, signal }: Platform,
  folder: string,
  { manifest, weights, pca }: ImportedModel,
): Promise<{ readonly input: DirectionInput; release(): Promise<void> }> {
  const mapping = await runtime.load(await readModelFile(files, folder, manifest, 'mapping.onnx'));
  const samples = await sampleLatents(
    async (latent, n) => float32Data(await mapping.run({ z: float32(latent, [n, weights.zDim]) }), 'w'),
    weights.zDim,
    { count: 256, seed: SUBJECT_SEED, signal },
  );
  await mapping.release();
  const cutAt = Math.min(SEARCH_SIDE, weights.resolution);
  const synthesis = await runtime.load(serialize(buildSynthesis(weights, { cutAt })));
  const input: DirectionInput = {
    synthesize: (ws, count) => runImages(synthesis, ws, [count, weights.layers, weights.wDim]),
    layers: weights.layers,
    pca,
    samples,
    wAverage: Float32Array.from(manifest.wAverage),
    styles: styleWeights(weights),
  };
  return { input, release: () => synthesis.release() };
}

const toScore = ({ id, mirrorRatio, edgeRatio, warpGain }: CandidateScore): DirectionScore => ({
  id,
  mirrorRatio,
  edgeRatio,
  warpGain,
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
