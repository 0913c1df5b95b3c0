/**
 * Characters a minute through the queue: a Redis of the bench's own, one and two real workers on this machine, and the
 * same characters in process, one after another, for comparison.
 *
 *   npm run bench:batch -- --characters 40
 *
 * Prints a table, then one JSON object as its last line.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GENERATE_DEFAULTS, generateCharacters } from '../../generator/src/pipeline/generate.ts';
import { timedRuntime } from '../../generator/src/platform/timed-runtime.ts';
import { hasRedis, startRedis, type TestRedis } from '../generator/batch/redis.ts';
import { ROOT } from '../shared.ts';
import { readArguments, runBench, wholeNumber } from './arguments.ts';
import { appendResult, circumstances } from './results.ts';
import { TruthError } from './truth/errors.ts';
import { trainingPlatform } from './truth/training-platform.ts';
import { type RunFigures, runWorkers } from './truth/worker-runs.ts';

const OPTIONS = {
  characters: { type: 'string', default: '40' },
  workers: { type: 'string', default: '1,2' },
  model: { type: 'string', default: join(ROOT, 'models/portraits-128') },
  packers: { type: 'string' },
  threads: { type: 'string' },
  'in-process': { type: 'string', default: '8' },
  record: { type: 'boolean', default: false },
} as const;

const USAGE = `usage: bench:batch [options]
  --characters N   of each run (40); memory can be judged from some 500
  --workers LIST   how many at once, run by run (1,2)
  --model DIR      (models/portraits-128)
  --packers N      of each worker (its own default)
  --threads N      of ONNX Runtime in each worker (this machine's cores ÷ workers)
  --in-process N   characters made in process for comparison (8)
  --record         appends the JSON to test/bench/results.csv`;

/** What the worst run must come to. */
const GOAL = { ortShare: 0.85, memoryGrowth: 1.1 };

async function main(): Promise<void> {
  if (!hasRedis)
    throw new TruthError('machine', 'bench:batch: expected redis-server on the PATH, found none');
  const values = readArguments(OPTIONS);
  const characters = wholeNumber('characters', values.characters);
  const counts = values.workers.split(',').map((text) => wholeNumber('workers', text));
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-bench-batch-'));
  let redis: TestRedis | null = null;
  try {
    const alone = await inProcess(
      values.model,
      join(folder, 'alone'),
      wholeNumber('in-process', values['in-process']),
    );
    print('in process', alone);
    redis = await startRedis();
    const runs: Record<string, RunFigures> = {};
    for (const workers of counts) {
      const run = await runWorkers({
        ...{ workers, characters, model: values.model, url: redis.url, out: join(folder, String(workers)) },
        threads:
          values.threads === undefined
            ? Math.max(1, Math.floor(availableParallelism() / workers))
            : wholeNumber('threads', values.threads),
        packers: values.packers === undefined ? null : wholeNumber('packers', values.packers),
      });
      runs[workers] = run;
      print(`${workers} worker${workers > 1 ? 's' : ''}`, run);
    }
    const all = Object.values(runs);
    const best = all.reduce((a, b) => (b.charactersPerMinute > a.charactersPerMinute ? b : a));
    const ortShare = Math.min(...all.map((run) => run.ortShare));
    const memoryGrowth = Math.max(...all.map((run) => run.memoryGrowth));
    const json = {
      bench: 'batch',
      charactersPerMinute: best.charactersPerMinute,
      ortShare,
      memoryGrowth,
      met: { ortShare: ortShare >= GOAL.ortShare, memory: memoryGrowth <= GOAL.memoryGrowth },
      characters,
      inProcess: alone,
      workers: runs,
      ...circumstances(),
    };
    console.log(
      `ortShare ${ortShare} (goal ${GOAL.ortShare}): ${json.met.ortShare ? 'met' : 'missed'}; memory grew by ` +
        `${memoryGrowth} (goal ${GOAL.memoryGrowth}): ${json.met.memory ? 'met' : 'missed'}`,
    );
    console.log(JSON.stringify(json));
    if (values.record) appendResult(json);
  } finally {
    await redis?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One after another on one thread of JavaScript, networks on all cores. */
async function inProcess(model: string, out: string, count: number) {
  const platform = trainingPlatform({ threads: availableParallelism() });
  const { runtime, spent } = timedRuntime(platform.runtime);
  const began = performance.now();
  await generateCharacters(
    { ...platform, runtime },
    {
      ...{ ...GENERATE_DEFAULTS, model, out, seeds: Array.from({ length: count }, (_, seed) => seed) },
      ...{ range: null, matte: null, keepViews: false, refine: null, polish: 0 },
    },
  );
  const took = performance.now() - began;
  return {
    charactersPerMinute: Number(((60_000 * count) / took).toFixed(2)),
    ortShare: Number((spent() / took).toFixed(3)),
  };
}

function print(
  name: string,
  run: { charactersPerMinute: number; ortShare: number } & Partial<RunFigures>,
): void {
  const memory =
    run.peakMegabytes === undefined
      ? ''
      : `, ${run.peakMegabytes} MB at most a worker, grown by ${run.memoryGrowth} from the second quarter to the last`;
  console.log(
    `${name.padEnd(11)} ${run.charactersPerMinute.toFixed(2).padStart(6)} characters a minute, ` +
      `${(100 * run.ortShare).toFixed(0)} % of the time inside ONNX Runtime${memory}`,
  );
}

await runBench(USAGE, main);
