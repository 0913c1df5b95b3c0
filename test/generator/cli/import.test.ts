import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { golden } from '../../shared.ts';
import { MODEL, turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A tiny network of random weights: nothing in it turns. */
const CHECKPOINT = golden('checkpoint', 'nvidia-16.pkl');
const importInto = (out: string, ...more: string[]) => [
  'import',
  CHECKPOINT,
  '--out',
  out,
  '--samples',
  '2000',
  '--device',
  'cpu',
  ...more,
];

describe('turnaround import', () => {
  it('writes a model folder, and says plainly that nothing turns a random network’s subjects', async () => {
    const out = join(folder, 'random');
    const result = await turnaround(importInto(out, '--licence', 'CC-BY-4.0', '--json'));
    expect(result.code, result.stderr).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({
      name: 'random',
      directionStatus: 'none',
      direction: null,
    });
    expect(readdirSync(out).sort()).toEqual([
      'direction.png',
      'mapping.onnx',
      'model.json',
      'pca.bin',
      'synthesis.onnx',
    ]);
    const again = await turnaround(importInto(out, '--licence', 'CC-BY-4.0'));
    expect(again.stdout).toMatch(/no yaw direction: none of the \d+ candidates turns the subject/);
    expect(again.stdout).toContain('direction.png');
    const learned = await turnaround(importInto(out, '--licence', 'CC-BY-4.0', '--direction', 'mirror:0-6'));
    expect(learned.code).toBe(1);
    expect(learned.stderr).toContain(
      'mirror:0-6: expected a candidate that turns the subject to learn from, got none',
    );
    const characters = await turnaround([
      'generate',
      '--model',
      out,
      '--seeds',
      '0',
      '--out',
      join(folder, 'none'),
    ]);
    expect(characters.code).toBe(1);
    expect(characters.stderr).toMatch(/nothing that was tried turns its subjects.*--direction ID/);
  });

  it('takes the direction that a person names', async () => {
    const out = join(folder, 'chosen');
    const result = await turnaround(importInto(out, '--direction', 'pca:2:0-4', '--json'));
    expect(result.code, result.stderr).toBe(0);
    expect(JSON.parse(result.stdout).direction).toMatchObject({
      id: 'pca:2:0-4',
      layers: [0, 4],
      chosen: true,
    });
    const before = statSync(join(out, 'model.json')).mtimeMs;
    expect((await turnaround(importInto(out, '--direction', 'pca:2:0-4'))).stdout).toContain('chosen by you');
    expect(statSync(join(out, 'model.json')).mtimeMs).toBe(before);
    const wrong = await turnaround(importInto(out, '--direction', 'pca:2'));
    expect(wrong.stderr).toMatch(/KIND:INDEX:FROM-TO/);
    expect(wrong.code).toBe(1);
  });

  it('goes on with a search that was killed', async () => {
    const out = join(folder, 'killed');
    const progress = join(out, 'direction-search.json');
    const killed = await turnaround(
      importInto(out),
      () => {},
      (child) => {
        const watch = setInterval(() => {
          if (existsSync(progress)) child.kill('SIGKILL');
        }, 5);
        child.once('exit', () => clearInterval(watch));
      },
    );
    expect(killed.signal).toBe('SIGKILL');
    const kept = JSON.parse(readFileSync(progress, 'utf8'));
    expect(kept.scores.length).toBeGreaterThan(0);
    await turnaround(importInto(out));
    const whole = join(folder, 'whole');
    await turnaround(importInto(whole, '--name', 'killed'));
    expect(existsSync(join(out, 'direction-search.json'))).toBe(false);
    expect(readFileSync(join(out, 'model.json'))).toEqual(readFileSync(join(whole, 'model.json')));
  });

  it('refuses another checkpoint’s folder, a missing file, and what is no checkpoint', async () => {
    const out = join(folder, 'chosen');
    const other = await turnaround([
      'import',
      golden('checkpoint', 'nvidia-16-half.pkl'),
      '--out',
      out,
      '--device',
      'cpu',
    ]);
    expect(other.stderr).toMatch(/got one made from nvidia-16\.pkl/);
    expect(
      (await turnaround(['import', '/nowhere.pkl', '--out', join(folder, 'x'), '--device', 'cpu'])).stderr,
    ).toMatch(/found none/);
    copyFileSync(join(MODEL, 'README.md'), join(folder, 'text.pkl'));
    const text = await turnaround([
      'import',
      join(folder, 'text.pkl'),
      '--out',
      join(folder, 'x'),
      '--device',
      'cpu',
    ]);
    expect(text.code).toBe(1);
    expect(text.stderr).toMatch(/^error: checkpoint: expected/m);
  });
});

describe('turnaround inspect', () => {
  it('describes a checkpoint and a model', async () => {
    const checkpoint = JSON.parse((await turnaround(['inspect', CHECKPOINT, '--json'])).stdout);
    expect(checkpoint).toMatchObject({
      kind: 'checkpoint',
      format: 'nvidia',
      resolution: 16,
      zDim: 10,
      wDim: 12,
    });
    const model = JSON.parse((await turnaround(['inspect', MODEL, '--json'])).stdout);
    expect(model).toMatchObject({ kind: 'model', name: 'portraits-128', resolution: 128, calibrated: true });
    expect((await turnaround(['inspect', MODEL])).stdout).toContain('licence CC0-1.0');
    const nothing = await turnaround(['inspect', '/nowhere.glb']);
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toMatch(/nowhere/);
  });
});

describe('turnaround --help', () => {
  for (const command of [[], ['import'], ['generate'], ['inspect']])
    it(`explains ${command.join(' ') || 'itself'}`, async () => {
      const { code, stdout } = await turnaround([...command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Usage: turnaround/);
    });
});
