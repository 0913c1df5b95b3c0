import type { Transferable } from 'node:worker_threads';
import { type CharacterDrawer, openDrawer } from '../pipeline/characters/drawer.ts';
import { characterFile, readPublished, rowOf } from '../pipeline/characters/publish.ts';
import { answerTasks, type ThreadPlatform } from '../platform/answer-tasks.ts';
import { createStorage } from '../platform/storage.ts';
import { BatchError } from './errors.ts';
import type { BatchJob } from './job.ts';
import type { DrawAnswer, DrawTask } from './line.ts';

/** The thread of a worker that runs networks. Those of one recipe stay open until another is asked for. */

let open: { readonly id: string; readonly drawer: CharacterDrawer } | null = null;

async function drawerOf(platform: ThreadPlatform, { job, model }: DrawTask): Promise<CharacterDrawer> {
  const recipe = { ...job.recipe, model };
  const id = JSON.stringify([recipe, job.modelHash, job.reject]);
  if (open?.id !== id) {
    await open?.drawer.release();
    open = null;
    open = { id, drawer: await openDrawer(platform, recipe, { readTurns: job.reject }) };
  }
  return open.drawer;
}

/** Both sides must mean the same character: another model, or another version, has another key. */
function checkKey({ seed, key, modelHash }: BatchJob, model: string, { plan }: CharacterDrawer): void {
  if (plan.hash !== modelHash)
    throw new BatchError(
      'model-hash',
      `${model}: expected the model of hash ${modelHash}, got ${plan.hash}; name that model's folder with --model`,
    );
  if (plan.key(seed) !== key)
    throw new BatchError(
      'generator-version',
      `seed ${seed}: expected a job of this generator's own version, got one whose key differs; run the same ` +
        'turnaround everywhere',
    );
}

answerTasks<DrawTask, DrawAnswer>(
  async (platform, task) => {
    const { job, model } = task;
    const files = createStorage(job.endpoint);
    const standing = await readPublished(files, `${job.out}/${characterFile(job.seed)}`);
    const drawer = await drawerOf({ ...platform, files, warn: () => {} }, task);
    checkKey(job, model, drawer);
    const { manifest, hash, yaws, recorded } = drawer.plan;
    if (standing?.key === job.key && (standing.checks !== null || !job.reject))
      return {
        outcome: { finished: { row: rowOf(files, drawer.plan, job.seed, standing), made: false } },
      };
    const drawn = await drawer.draw(job.seed);
    const plan = { manifest: packed(manifest), hash, yaws, recorded, recipe: job.recipe };
    const arrays = [drawn.pictures, drawn.cut ?? [], drawn.depth?.maps ?? []]
      .flat()
      .map(({ data }) => data.buffer);
    return { outcome: { pack: { job, plan, drawn } }, transfer: [...new Set(arrays)] as Transferable[] };
  },
  async () => open?.drawer.release(),
);

/** What packing reads of a manifest: the rest, which can be long, stays here. */
function packed({ name, calibrated, licence, attribution, source }: CharacterDrawer['plan']['manifest']) {
  return { name, calibrated, licence, attribution, source };
}
