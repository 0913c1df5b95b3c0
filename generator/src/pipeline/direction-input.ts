import { type Cover, type DirectionInput, styleWeights } from '../gan/direction/index.ts';
import { buildSynthesis, type StyleGan2Weights, synthesize, trainingBytes } from '../gan/index.ts';
import { sampleLatents } from '../gan/latents/index.ts';
import { float32, float32Data, serialize } from '../graph/index.ts';
import type { Matte } from '../impostor/index.ts';
import { runImages } from './gan-model.ts';
import type { ImportedModel } from './import-model.ts';
import { readModelFile } from './model-manifest.ts';
import type { OpenTraining, Platform } from './platform.ts';

/** Side of the pictures that the search looks at: larger networks are cut there. */
const SEARCH_SIDE = 64;

/** Seed of the subjects that the search turns. */
const SUBJECT_SEED = 1;

/** Subjects: the first of them are judged on, the others learned from. */
const SUBJECTS = 2048;

/** Subjects of a step of the gradient (refiner.md, part 4), and the fewest that say anything. */
const [MOST_LEARNED, LEAST_LEARNED] = [8, 3];

/** Bytes that the activations of a step may take. */
const STEP_BYTES = 2e9;

/** The network cut at the search's size, with what the search needs to know of it. */
export async function openSearchInput(
  { files, runtime, signal, openTraining }: Platform,
  folder: string,
  { manifest, weights, pca }: ImportedModel,
  matte: Matte | null,
): Promise<{ readonly input: DirectionInput; release(): Promise<void> }> {
  const mapping = await runtime.load(await readModelFile(files, folder, manifest, 'mapping.onnx'));
  const samples = await sampleLatents(
    async (latent, n) => float32Data(await mapping.run({ z: float32(latent, [n, weights.zDim]) }), 'w'),
    weights.zDim,
    { count: SUBJECTS, seed: SUBJECT_SEED, signal },
  );
  await mapping.release();
  const cutAt = Math.min(SEARCH_SIDE, weights.resolution);
  const synthesis = await runtime.load(serialize(buildSynthesis(weights, { cutAt })));
  let training: OpenTraining | null = null;
  const input: DirectionInput = {
    synthesize: (ws, count) => runImages(synthesis, ws, [count, weights.layers, weights.wDim]),
    layers: weights.layers,
    pca,
    samples,
    wAverage: Float32Array.from(manifest.wAverage),
    styles: styleWeights(weights),
    ...(matte ? { cover: coverBy(matte) } : {}),
    trainable: {
      draw: (ws) => synthesize(ws, weights, { cutAt }).image,
      openTraining: () => {
        training ??= openTraining();
        return training;
      },
      subjects: subjectsOfStep(weights, cutAt),
    },
  };
  return {
    input,
    async release() {
      await synthesis.release();
      await training?.close();
    },
  };
}

const coverBy =
  (matte: Matte): Cover =>
  async (data, size) =>
    (await matte.cover([{ width: size, height: size, data }]))[0]!;

/** As many as fit the memory: each is drawn three times, forward and backward. */
function subjectsOfStep(weights: StyleGan2Weights, cutAt: number): number {
  const fitting = Math.floor(STEP_BYTES / (3 * trainingBytes(weights, cutAt)));
  return Math.min(MOST_LEARNED, Math.max(LEAST_LEARNED, fitting));
}
