/** What polishing a subject costs: five steps over all its views, by the time that drawing the views and their depth takes. */
import { initialState, scheduleFeeds, trainingRuntime } from '../../generator/src/graph/index.ts';
import { openDepthNet } from '../../generator/src/pipeline/calibrate/nets.ts';
import { loadGanModel } from '../../generator/src/pipeline/gan-model.ts';
import { readModelFile } from '../../generator/src/pipeline/model-manifest.ts';
import { createFiles } from '../../generator/src/platform/files.ts';
import { createRuntime } from '../../generator/src/platform/onnx-runtime.ts';
import { POLISH_CONFIG } from '../../generator/src/refiner/index.ts';
import { polishTask, type RefinerTask } from './refiner-task.ts';

export const POLISH_STEPS = 5;

/** Views of a character as `build` makes them. */
export const POLISHED_VIEWS = 13;

/** Milliseconds of one round. */
export interface PolishTimes {
  readonly steps: number;
  readonly synthesis: number;
  readonly depth: number;
}

/** Rounds are interleaved; the first one wakes the sessions and does not count. @param folder of the task's model */
export async function timePolish(
  task: RefinerTask,
  folder: string,
  threads: number,
  rounds: number,
): Promise<PolishTimes[]> {
  const files = createFiles();
  const runtime = createRuntime({ threads });
  const { step, batch } = polishTask(task, POLISHED_VIEWS);
  const first = initialState(step, 1);
  const training = await trainingRuntime(runtime).load(step, first);
  const network = await loadGanModel(files, runtime, folder, { cutAt: task.nets.resolution });
  const bytes = await readModelFile(files, folder, network.manifest, 'depth.onnx');
  const depth = await openDepthNet(runtime, bytes, network.side);
  const latents = batch['mended']!.data as Float32Array;
  const times: PolishTimes[] = [];
  for (let round = -1; round < rounds; round++) {
    await training.write(first);
    const start = performance.now();
    for (let k = 0; k < POLISH_STEPS; k++)
      await training.step({ ...batch, ...scheduleFeeds(step, k, POLISH_CONFIG.rate) });
    const polished = performance.now();
    const images = await network.synthesize(latents, POLISHED_VIEWS);
    const drawn = performance.now();
    await depth.depth(images, POLISHED_VIEWS);
    const taken = { steps: polished - start, synthesis: drawn - polished, depth: performance.now() - drawn };
    if (round >= 0) times.push(taken);
  }
  await Promise.all([training.release(), network.release(), depth.release()]);
  return times;
}
