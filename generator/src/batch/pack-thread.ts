import { packCharacter } from '../pipeline/characters/pack.ts';
import { characterFile, publishCharacter, rejectedRow, rowOf } from '../pipeline/characters/publish.ts';
import { answerTasks } from '../platform/answer-tasks.ts';
import { createStorage } from '../platform/storage.ts';
import type { BatchOutcome } from './job.ts';
import type { PackTask } from './line.ts';

/** A thread of a worker that makes files of drawn views, and publishes them. */
answerTasks<PackTask, BatchOutcome>(async (platform, { job, plan, drawn }) => {
  const { seed, key, out, reject } = job;
  const files = createStorage(job.endpoint);
  const packed = await packCharacter({ ...platform, files }, plan, drawn, { key, out, reject });
  if ('rejected' in packed) return { outcome: { dropped: rejectedRow(seed, key, packed) } };
  const path = `${out}/${characterFile(seed)}`;
  const { standing, published } = await publishCharacter(files, path, { key, ...packed });
  return { outcome: { row: rowOf(files, plan, seed, standing), made: published } };
});
