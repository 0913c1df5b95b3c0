import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { validateBytes } from 'gltf-validator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCharacter } from '../../../generator/src/impostor/index.ts';
import { type CommandResult, turnaround } from '../cli/run.ts';
import { until } from '../service/harness.ts';
import { hasRedis, redisReason, startRedis, type TestRedis } from './redis.ts';
import { isBlank, writeTinyModel } from './tiny-model.ts';

/** The real commands on a real Redis, and all that can go wrong between them. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = writeTinyModel(join(folder, 'tiny'));
const blankModel = writeTinyModel(join(folder, 'blank'), { blank: true });

const common = ['--device', 'cpu', '--threads', '1'];
const generateArgs = (out: string, seeds: string, ...more: string[]) => [
  ...['generate', '--model', model, '--seeds', seeds, '--views', '3', '--truncation', '1'],
  ...['--out', out, '--json', ...common, ...more],
];

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
}

let redis: TestRedis;
const running: Running[] = [];

/** Starts a command and goes on. */
async function begin(args: readonly string[]): Promise<Running> {
  let started: (child: ChildProcess) => void = () => {};
  const child = new Promise<ChildProcess>((resolve) => {
    started = resolve;
  });
  const ended = turnaround(args, undefined, started);
  const begun = { child: await child, ended };
  running.push(begun);
  return begun;
}

const workerArgs = () => ['worker', '--queue', redis.url, '--lock', '3', '--packers', '1', ...common];
const work = (...more: string[]) => begin([...workerArgs(), '--json', ...more]);

const ask = (out: string, seeds: string, ...more: string[]) =>
  turnaround(generateArgs(out, seeds, '--queue', redis.url, ...more));

/** Until a character is asked for and nobody has taken it. */
async function untilWaiting(): Promise<void> {
  const queue = new Queue('characters', { connection: { url: redis.url }, prefix: 'turnaround' });
  await until(async () => (await queue.getWaitingCount()) === 1, 60_000);
  await queue.close();
}

/** All that stands in a folder, hidden names too. */
const all = (out: string) => readdirSync(out).sort();
const glbs = (out: string) => all(out).filter((name) => /^\d+\.glb$/.test(name));
const bytesOf = (...path: string[]) => new Uint8Array(readFileSync(join(...path)));
const manifestOf = (out: string) => JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));

/** Exactly these characters stand there, each whole, each once, and nothing besides. */
async function expectExactly(out: string, seeds: readonly number[]): Promise<void> {
  expect(glbs(out)).toEqual(seeds.map((seed) => `${seed}.glb`).sort());
  const others = all(out).filter(
    (name) => !/^(\d+\.glb|manifest\.json|contact-sheet(-\d+)?\.png)$/.test(name),
  );
  expect(others).toEqual([]);
  const keys = new Set<unknown>();
  for (const seed of seeds) {
    const bytes = bytesOf(out, `${seed}.glb`);
    const { extension, extras } = await readCharacter(bytes);
    expect(extension.provenance.seed).toBe(seed);
    keys.add(extras['key']);
    const { issues } = await validateBytes(bytes);
    expect(issues.numErrors).toBe(0);
  }
  expect(keys.size).toBe(seeds.length);
  expect(manifestOf(out).characters.map(({ seed }: { seed: number }) => seed)).toEqual(seeds);
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

describe.skipIf(!hasRedis)(`characters on a queue${redisReason}`, () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ ended }) => ended));
  });
  afterAll(() => redis.remove());

  it('makes them, does nothing the second time, and adds what is missing the third', async () => {
    const out = join(folder, 'thrice');
    const worker = await work();
    const first = await ask(out, '0-9');
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ made: 10, kept: 0, failed: [] });
    await expectExactly(out, range(10));
    const stamps = () => all(out).map((name) => [name, statSync(join(out, name)).mtimeMs]);
    const before = stamps();
    expect(JSON.parse((await ask(out, '0-9')).stdout)).toMatchObject({ made: 0, kept: 10 });
    expect(stamps()).toEqual(before);
    rmSync(join(out, '4.glb'));
    const third = JSON.parse((await ask(out, '0-11')).stdout);
    expect(third).toMatchObject({ made: 3, kept: 9 });
    await expectExactly(out, range(12));
    worker.child.kill('SIGTERM');
    const ended = await worker.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ made: 13, failed: 0 });
  });

  it('makes the same bytes as in process', async () => {
    const [queued, alone] = [join(folder, 'queued'), join(folder, 'alone')];
    await work();
    await ask(queued, '20-22');
    expect((await turnaround(generateArgs(alone, '20-22'))).code).toBe(0);
    for (const name of ['20.glb', '21.glb', '22.glb'])
      expect(bytesOf(queued, name)).toEqual(bytesOf(alone, name));
    // What one has made, the other takes as made.
    expect(JSON.parse((await ask(alone, '20-22')).stdout)).toMatchObject({ made: 0, kept: 3 });
  });

  it('loses nothing when Redis is killed and started again in the middle', async () => {
    const out = join(folder, 'restarted');
    await work();
    const asked = ask(out, '0-39');
    for (const part of [8, 20]) {
      await until(
        () => statSync(out, { throwIfNoEntry: false }) !== undefined && glbs(out).length >= part,
        120_000,
      );
      await redis.kill();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await redis.start();
    }
    const result = await asked;
    expect(result.code, result.stderr).toBe(0);
    await expectExactly(out, range(40));
  });

  it('goes on without whoever asked, and tells whoever asks again', async () => {
    const out = join(folder, 'unasked');
    await work();
    const first = await begin(generateArgs(out, '0-19', '--queue', redis.url));
    await until(() => statSync(out, { throwIfNoEntry: false }) !== undefined && glbs(out).length > 2, 60_000);
    first.child.kill('SIGKILL');
    await until(() => glbs(out).length === 20, 60_000);
    const again = await ask(out, '0-19');
    expect(again.code, again.stderr).toBe(0);
    await expectExactly(out, range(20));
  });

  it('puts a job that always fails among the dead letters with its error, and makes the rest', async () => {
    const out = join(folder, 'dead');
    const seeds = range(20);
    const [blank, drawn] = [seeds.filter(isBlank), seeds.filter((seed) => !isBlank(seed))];
    expect(blank.length).toBeGreaterThan(0);
    await work();
    const result = await ask(out, '0-19', '--model', blankModel);
    expect(result.code).toBe(1);
    const { failed, made } = JSON.parse(result.stdout);
    expect(made).toBe(drawn.length);
    expect(failed.map(({ seed }: { seed: number }) => seed)).toEqual(blank);
    for (const { error } of failed) expect(error).toMatch(/expected a subject before the backdrop/);
    await expectExactly(out, drawn);
    const letters = await turnaround(['worker', '--queue', redis.url, '--dead-letters', '--json']);
    expect(
      JSON.parse(letters.stdout)
        .map(({ seed }: { seed: number }) => seed)
        .sort((a: number, b: number) => a - b),
    ).toEqual(blank);
    // Asked again, they are tried again.
    expect(JSON.parse((await ask(out, '0-19', '--model', blankModel)).stdout)).toMatchObject({
      made: 0,
      kept: drawn.length,
    });
  });

  it('leaves nothing half-written on a full disk, and finishes once there is room', async ({ skip }) => {
    const out = join(folder, 'full');
    mkdirSync(out);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', out], { stdio: 'ignore' });
    } catch {
      skip('no small file system can be mounted here');
    }
    try {
      await work();
      const full = await ask(out, '0-39');
      expect(full.code).toBe(1);
      expect(full.stderr + full.stdout).toMatch(/ENOSPC/);
      for (const name of glbs(out)) await readCharacter(bytesOf(out, name));
      // The last writes may be under way still; what they leave is nothing.
      await until(() => all(out).every((name) => !name.startsWith('.')), 30_000);
      execFileSync('mount', ['-o', 'remount,size=16m', out]);
      const rest = await ask(out, '0-39');
      expect(rest.code, rest.stderr).toBe(0);
      await expectExactly(out, range(40));
    } finally {
      execFileSync('umount', [out]);
    }
  });

  it('makes 200 with two workers while one is killed again and again', async () => {
    const out = join(folder, 'killed');
    // A second each, so that kills come at any point of the work.
    const larger = writeTinyModel(join(folder, 'larger'), { side: 64, calibrated: true });
    const survivor = await work();
    const asked = ask(out, '0-199', '--model', larger, '--views', '5');
    let over = false;
    void asked.finally(() => {
      over = true;
    });
    let kills = 0;
    while (!over) {
      const victim = await begin(workerArgs());
      let said = '';
      victim.child.stderr!.on('data', (chunk) => {
        said += chunk;
      });
      // Each dies at another point of its work, after it has made one or more.
      const enough = 1 + (kills % 3);
      await until(() => over || said.split(' made\n').length > enough, 120_000);
      await new Promise((resolve) => setTimeout(resolve, 130 * (kills % 8)));
      victim.child.kill('SIGKILL');
      await victim.ended;
      kills++;
    }
    const result = await asked;
    expect(result.code, result.stderr).toBe(0);
    expect(JSON.parse(result.stdout).characters).toHaveLength(200);
    expect(kills).toBeGreaterThan(5);
    survivor.child.kill('SIGTERM');
    // The others died with what they had in hand, and had made some before.
    expect(JSON.parse((await survivor.ended).stdout).made).toBeLessThan(200);
    await expectExactly(out, range(200));
  });

  it('refuses a job of another model than the worker has, by name', async () => {
    const [out, mine] = [join(folder, 'other'), writeTinyModel(join(folder, 'mine'))];
    const asked = ask(out, '0', '--model', mine);
    await untilWaiting();
    // Changed between asking and making: the worker finds another model in that folder.
    writeTinyModel(mine, { stiff: true });
    await work();
    const result = await asked;
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/expected the model of hash [0-9a-f]{64}, got [0-9a-f]{64}/);
  });

  it('takes a worker’s own copy of the model', async () => {
    const [out, mine] = [join(folder, 'copied'), writeTinyModel(join(folder, 'elsewhere'))];
    const copy = writeTinyModel(join(folder, 'copy'));
    const asked = ask(out, '0', '--model', mine);
    await untilWaiting();
    rmSync(mine, { recursive: true });
    await work('--model', copy);
    expect((await asked).code).toBe(0);
    await expectExactly(out, [0]);
  });

  it('ends a worker that has nothing to do, however soon', async () => {
    for (const idle of ['0.1', '1']) {
      const { code, stdout, stderr } = await (await work('--idle', idle)).ended;
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ made: 0, failed: 0, seconds: 0 });
    }
  });

  it('says what is wrong with a queue that is none, or does not answer', async () => {
    const none = await turnaround(['worker', '--queue', 'http://localhost', ...common]);
    expect(none.stderr).toMatch(
      /expected redis:\/\/HOST:PORT or rediss:\/\/HOST:PORT, got http:\/\/localhost/,
    );
    expect(none.code).toBe(1);
    const silent = await turnaround(
      generateArgs(join(folder, 'silent'), '0', '--queue', 'redis://127.0.0.1:1'),
    );
    expect(silent.stderr).toMatch(/expected a Redis at redis:\/\/127\.0\.0\.1:1, got .*ECONNREFUSED/);
    expect(silent.code).toBe(1);
  });
});
