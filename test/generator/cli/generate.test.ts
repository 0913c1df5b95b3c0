import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCharacter } from '../../../generator/src/impostor/index.ts';
import { MODEL, turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-generate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const generate = (out: string, ...more: string[]) => [
  'generate',
  '--model',
  MODEL,
  '--out',
  out,
  '--device',
  'cpu',
  '--views',
  '3',
  ...more,
];
const stamps = (out: string) =>
  readdirSync(out).map((name) => [name, statSync(join(out, name)).mtimeMs] as const);
const degreesOf = async (path: string) =>
  (await readCharacter(new Uint8Array(readFileSync(path)))).extension.views.map(({ yaw }) =>
    Math.round((yaw * 180) / Math.PI),
  );

describe('turnaround generate', () => {
  it('writes characters, contact sheet and manifest, and does nothing the second time', async () => {
    const out = join(folder, 'twice');
    const first = await turnaround(generate(out, '--seeds', '0-1,5', '--json'));
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ made: 3, kept: 0, calibrated: true });
    expect(readdirSync(out).sort()).toEqual([
      '0.glb',
      '1.glb',
      '5.glb',
      'contact-sheet.png',
      'manifest.json',
    ]);
    const before = stamps(out);
    const second = await turnaround(generate(out, '--seeds', '0-1,5', '--json'));
    expect(JSON.parse(second.stdout)).toMatchObject({ made: 0, kept: 3 });
    expect(stamps(out)).toEqual(before);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest.characters.map((row: { seed: number; views: number }) => [row.seed, row.views])).toEqual([
      [0, 3],
      [1, 3],
      [5, 3],
    ]);
  });

  it('makes again what was changed, damaged or asked for otherwise', async () => {
    const out = join(folder, 'changed');
    await turnaround(generate(out, '--seeds', '2-3'));
    writeFileSync(join(out, '2.glb'), 'damaged');
    const mended = await turnaround(generate(out, '--seeds', '2-3', '--json'));
    expect(JSON.parse(mended.stdout)).toMatchObject({ made: 1, kept: 1 });
    const other = await turnaround(generate(out, '--seeds', '2-3', '--truncation', '0.5', '--json'));
    expect(JSON.parse(other.stdout)).toMatchObject({ made: 2, kept: 0 });
  });

  it('goes on after it was killed, and leaves no half-written file', async () => {
    const out = join(folder, 'killed');
    const killed = await turnaround(generate(out, '--seeds', '0-5'), (text, child) => {
      if (/characters 1\/6/.test(text)) child.kill('SIGKILL');
    });
    expect(killed.signal).toBe('SIGKILL');
    const files = readdirSync(out).filter((name) => name.endsWith('.glb'));
    expect(files.length).toBeGreaterThanOrEqual(1);
    expect(files.length).toBeLessThan(6);
    for (const name of files) await readCharacter(new Uint8Array(readFileSync(join(out, name))));
    const rest = JSON.parse((await turnaround(generate(out, '--seeds', '0-5', '--json'))).stdout);
    expect(rest.kept).toBeGreaterThanOrEqual(1);
    expect(rest.made + rest.kept).toBe(6);
  });

  it('stops at once on Ctrl-C, keeps what is finished and says how to go on', async () => {
    const out = join(folder, 'interrupted');
    // Once: a second Ctrl-C ends the process whatever it is doing.
    let sent = false;
    const stopped = await turnaround(generate(out, '--seeds', '0-30'), (text, child) => {
      if (sent || !/characters 1\/31/.test(text)) return;
      sent = child.kill('SIGINT');
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('run the same command again');
    expect(readdirSync(out)).toContain('manifest.json');
  });

  it('takes a range that begins with a minus, in both spellings', async () => {
    for (const spelling of [['--range', '-30:15'], ['--range=-30:15']]) {
      const out = join(folder, `range-${spelling.length}`);
      const result = await turnaround(generate(out, '--seeds', '1', ...spelling));
      expect(result.code, result.stderr).toBe(0);
      expect(await degreesOf(join(out, '1.glb'))).toEqual([-30, -7, 15]);
      expect(result.stdout).toContain('views at -30° ');
    }
  });

  it('writes PNG atlases and single views by choice', async () => {
    const out = join(folder, 'views');
    const result = await turnaround(generate(out, '--seeds', '4', '--format', 'png', '--keep-views'));
    expect(result.code, result.stderr).toBe(0);
    expect((await readCharacter(new Uint8Array(readFileSync(join(out, '4.glb'))))).atlas.mimeType).toBe(
      'image/png',
    );
    expect(readdirSync(join(out, '4')).sort()).toEqual(['0.png', '1.png', '2.png', 'views.json']);
  });
});

describe('what goes wrong', () => {
  const cases: [string, string[], number, RegExp][] = [
    [
      'no model',
      ['generate', '--model', '/nowhere', '--seeds', '0', '--out', folder, '--device', 'cpu'],
      1,
      /turnaround import/,
    ],
    ['bad seeds', generate(folder, '--seeds', 'x'), 2, /Expected seeds/],
    ['bad range', generate(folder, '--seeds', '0', '--range', '60'), 2, /FROM:TO/],
    ['no such option', generate(folder, '--seeds', '0', '--vews', '3'), 2, /unknown option/],
    ['no such command', ['generat'], 2, /unknown command/],
    [
      'a device that is not there',
      ['generate', '--model', MODEL, '--seeds', '0', '--out', folder, '--device', 'cuda'],
      1,
      /cuda is not available/,
    ],
    [
      'a matte that is not there',
      generate(join(folder, 'm'), '--seeds', '0', '--matte', '/nowhere.onnx'),
      1,
      /found none/,
    ],
  ];
  for (const [name, args, code, message] of cases)
    it(name, async () => {
      const result = await turnaround(args);
      expect(result.stderr).toMatch(message);
      expect(result.code).toBe(code);
    });

  it('says with auto which device it chose', async () => {
    const out = join(folder, 'auto');
    const args = ['generate', '--model', MODEL, '--seeds', '0', '--views', '1', '--out', out];
    expect((await turnaround(args)).stderr).toMatch(/device: (cpu|cuda|webgpu) \(chosen by auto\)/);
  });
});
