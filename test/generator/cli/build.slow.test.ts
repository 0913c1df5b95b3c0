import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFolder } from '../pipeline/build/folder.ts';
import { solidView, unevenYaws } from '../pipeline/build/solid.ts';
import { turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-build-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const out = join(folder, 'out');
const build = (images: string, ...more: string[]) => [
  'build',
  '--images',
  images,
  '--out',
  out,
  '--device',
  'cpu',
  ...more,
];
const solid = unevenYaws(-0.4, 9).map((yaw) => solidView(yaw).image);
const numbered = (order: readonly number[]) =>
  Object.fromEntries(order.map((k, place) => [`${place + 1}.png`, solid[k]!]));

describe('turnaround build', () => {
  it('ends with exit code 1 and says what is wrong with the pictures', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const three = await writeFolder(join(folder, 'three'), numbered([0, 4, 8]));
    const shuffled = await writeFolder(join(folder, 'shuffled'), numbered([3, 7, 0, 5, 8, 1, 6, 2, 4]));
    for (const [images, message] of [
      [empty, /error: .*empty: expected at least 5 pictures .* got none/],
      [three, /error: .*three: expected at least 5 pictures .* got 3: 1\.png, 2\.png, 3\.png/],
      [shuffled, /error: build: expected the pictures of a turn .* shuffled one: .*--order looks/],
    ] as const) {
      const { code, stdout, stderr } = await turnaround(build(images));
      expect(stderr).toMatch(message);
      expect(code).toBe(1);
      expect(stdout).toBe('');
    }
    expect(existsSync(out)).toBe(false);
  });

  it('ends with exit code 2 where an option is none', async () => {
    const { code, stderr } = await turnaround(build(folder, '--work-resolution', '100'));
    expect(stderr).toContain('Expected a multiple of 16 for --work-resolution but received 100');
    expect(code).toBe(2);
  });

  it('keeps its state when it is interrupted, and goes on to a character', async () => {
    const images = await writeFolder(join(folder, 'jar'), numbered(solid.map((_, k) => k)));
    const checkpoint = join(out, 'jar.training.safetensors');
    const steps = ['--steps', '20', '--json', '--licence', 'CC0-1.0'];
    let interrupted = false;
    const stopped = await turnaround(build(images, ...steps), (text, child) => {
      if (interrupted || !/depth [1-9]/.test(text)) return;
      // A second one would end it at once.
      interrupted = true;
      child.kill('SIGINT');
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(existsSync(checkpoint)).toBe(true);
    const done = await turnaround(build(images, ...steps));
    expect(done.code, done.stderr).toBe(0);
    const result = JSON.parse(done.stdout);
    expect(result).toMatchObject({ made: true, file: 'jar.glb', turns: 'right', matte: 'flat backdrop' });
    for (const ending of ['.glb', '.json', '.png']) expect(existsSync(join(out, `jar${ending}`))).toBe(true);
    expect(existsSync(checkpoint)).toBe(false);
    const again = await turnaround(build(images, ...steps));
    expect(JSON.parse(again.stdout)).toEqual({ ...result, made: false });
  }, 600_000);
});
