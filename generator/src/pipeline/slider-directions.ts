import type { LiveDirection } from '@turnaround/plugin/asset';
import { component, type Pca } from '../gan/latents/index.ts';
import type { Files } from './files.ts';
import { type ModelDirection, type ModelManifest, readModelFile } from './model-manifest.ts';
import { PCA_FILE, unpackPca } from './pca-file.ts';
import { PipelineError } from './platform.ts';

/** How many sliders, and the |cosine| with the yaw direction from which on a component counts as a turn itself. */
const [SLIDERS, TURNS] = [6, 0.5];

/** How far along a model's slider directions a subject is moved, in their deviations, by name. */
export type SubjectEdits = Readonly<Record<string, number>>;

/**
 * The widest principal components that do not turn the subject, a standard deviation long, less the turn that is in
 * them. Their numbers are those among all components, from 1.
 */
export function sliderDirections(
  { vector, probe }: Pick<ModelDirection, 'vector' | 'probe'>,
  pca: Pca,
): LiveDirection[] {
  const found: LiveDirection[] = [];
  for (let k = 0; k < pca.dim && found.length < SLIDERS; k++) {
    const own = component(pca, k);
    if (Math.abs(dot(own, vector)) >= TURNS * Math.sqrt(dot(own, own) * dot(vector, vector))) continue;
    const step = Array.from(own, (value) => value * pca.deviations[k]!);
    const turn = dot(probe, step);
    found.push({
      name: `component ${k + 1}`,
      // As many digits as float32 has.
      vector: step.map((value, i) => Number((value - turn * vector[i]!).toPrecision(7))),
    });
  }
  return found;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** The slider directions of a model folder; none where it has no yaw direction. */
export async function readSliderDirections(
  files: Files,
  folder: string,
  manifest: ModelManifest,
): Promise<LiveDirection[]> {
  if (!manifest.direction) return [];
  const pca = unpackPca(await readModelFile(files, folder, manifest, PCA_FILE), manifest.wDim);
  return sliderDirections(manifest.direction, pca);
}

/**
 * What edits add to a subject's truncated w, f32 [W]; null where there are none.
 * @throws PipelineError `edit-unknown` where the model has no direction of a name
 */
export async function readEditStep(
  files: Files,
  folder: string,
  manifest: ModelManifest,
  edits: SubjectEdits,
): Promise<Float32Array | null> {
  const wanted = Object.entries(edits).filter(([, amount]) => amount !== 0);
  if (wanted.length === 0) return null;
  const directions = await readSliderDirections(files, folder, manifest);
  const step = new Float32Array(manifest.wDim);
  for (const [name, amount] of wanted) {
    const found = directions.find((direction) => direction.name === name);
    if (!found)
      throw new PipelineError(
        'edit-unknown',
        `${folder}: expected edits along ${directions.map((direction) => direction.name).join(', ') || 'nothing'}, got ${name}`,
      );
    for (const [i, value] of found.vector.entries()) step[i]! += amount * value;
  }
  return step;
}
