import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { generateInThreads } from '../../../generator/src/batch/index.ts';
import { GENERATE_DEFAULTS, generateCharacters } from '../../../generator/src/pipeline/generate.ts';
import { trainingPlatform } from '../../bench/truth/training-platform.ts';
import { isBlank, writeTinyModel } from './tiny-model.ts';

/** Characters made in threads of this process are those that are made one after the other. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const platform = {
  ...trainingPlatform({ threads: 1 }),
  openStandIns: () => Promise.reject(new Error('nobody asked for stand-ins')),
};
const line = {
  where: { device: 'cpu', threads: 1, allowFallback: false },
  placement: false,
  packers: 1,
  endpoint: null,
  log: () => {},
} as const;
const recipe = (model: string, out: string, seeds: readonly number[]) => ({
  ...GENERATE_DEFAULTS,
  ...{ model, seeds, out: join(folder, out), views: 3, range: null, truncation: 1 },
  ...{ matte: null, refine: null, polish: 0, keepViews: false },
});

it('are those that are made one after the other', async () => {
  const model = writeTinyModel(join(folder, 'tiny'));
  const seeds = [0, 1, 2, 5];
  const one = await generateCharacters(platform, recipe(model, 'one', seeds));
  const threads = await generateInThreads(platform, recipe(model, 'threads', seeds), line);
  expect(threads).toEqual(one);
  for (const { file } of one.characters)
    expect(readFileSync(join(folder, 'threads', file)).equals(readFileSync(join(folder, 'one', file)))).toBe(
      true,
    );
  expect((await generateInThreads(platform, recipe(model, 'threads', seeds), line)).made).toBe(0);
});

it('end with the first error, and keep what was finished before it', async () => {
  const model = writeTinyModel(join(folder, 'blank'), { blank: true });
  const all = Array.from({ length: 60 }, (_, seed) => seed);
  const blank = all.find(isBlank)!;
  const seeds = [...all.filter((seed) => !isBlank(seed)).slice(0, 3), blank];
  await expect(generateInThreads(platform, recipe(model, 'failed', seeds), line)).rejects.toThrow();
  const files = readdirSync(join(folder, 'failed')).filter((file) => file.endsWith('.glb'));
  expect(files).not.toContain(`${blank}.glb`);
  expect(files.length).toBeGreaterThan(0);
  const later = await generateInThreads(platform, recipe(model, 'failed', seeds.slice(0, 3)), line);
  expect(later.characters).toHaveLength(3);
  expect(later.made).toBeLessThan(3);
});
