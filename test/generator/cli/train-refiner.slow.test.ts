import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-train-refiner-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CPU = ['--device', 'cpu', '--threads', '1'];
const STEPS = 4;

/** The shipped model before it learned to mend its views. */
function unrefined(name: string, change: (manifest: Record<string, unknown>) => void = () => {}): string {
  const out = join(folder, name);
  // Without what a training of one's own may have left there.
  cpSync(MODEL, out, { recursive: true, filter: (path) => !/\/(preview|\.training)$/.test(path) });
  rmSync(join(out, 'refiner.onnx'), { force: true });
  const manifest = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8'));
  delete manifest.refiner;
  delete manifest.files['refiner.onnx'];
  change(manifest);
  writeFileSync(join(out, 'model.json'), JSON.stringify(manifest));
  return out;
}

const train = (model: string, ...more: string[]) => [
  'train',
  model,
  ...['--stage', 'refiner', '--steps', String(STEPS), '--subjects', '4'],
  ...CPU,
  ...more,
];

const generate = (model: string, out: string, ...more: string[]) => [
  'generate',
  ...['--model', model, '--seeds', '5', '--views', '3', '--range', '-30:30', '--keep-views', '--out', out],
  ...CPU,
  ...more,
];

describe('turnaround train --stage refiner', () => {
  let model: string;
  beforeAll(() => {
    model = unrefined('learning');
  });

  it('stops on Ctrl-C with its state saved, and goes on to a refiner', async () => {
    let sent = false;
    const stopped = await turnaround(train(model), (text, child) => {
      if (sent || !/refiner 1\/4/.test(text)) return;
      sent = child.kill('SIGINT');
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(readdirSync(join(model, '.training'))).toEqual(['refiner.key', 'refiner.safetensors']);

    const done = await turnaround(train(model, '--json'));
    expect(done.code, done.stderr).toBe(0);
    expect(done.stderr).not.toMatch(/refiner 1\/4/);
    expect(done.stderr).toMatch(/refiner 4\/4 loss [\d.]+, front [\d.]+, neighbours [\d.]+, pose [\d.]+/);
    expect(JSON.parse(done.stdout)).toMatchObject({ stages: [{ stage: 'refiner', trained: true }] });
    expect(existsSync(join(model, '.training'))).toBe(false);
    expect(readdirSync(join(model, 'preview'))).toEqual(['refiner-000004.png']);
    const { refiner, trained } = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'));
    expect(trained).toEqual([{ stage: 'refiner', key: refiner.key }]);
    expect(refiner).toMatchObject({ config: 'turnaround', steps: STEPS, subjects: 4, layers: [0, 6] });
  });

  it('does nothing the second time', async () => {
    const again = await turnaround(train(model, '--json'));
    expect(JSON.parse(again.stdout)).toMatchObject({ stages: [{ stage: 'refiner', trained: false }] });
  });

  it('changes the turned views that generate makes, unless it is told not to', async () => {
    const view = (out: string, k: number) => readFileSync(join(folder, out, '5', `${k}.png`));
    for (const [out, more] of [
      ['mended', []],
      ['plain', ['--no-refine']],
    ] as const) {
      const made = await turnaround(generate(model, join(folder, out), ...more));
      expect(made.code, made.stderr).toBe(0);
    }
    expect(view('mended', 0).equals(view('plain', 0))).toBe(false);
    const options = (out: string) =>
      JSON.parse(readFileSync(join(folder, out, 'manifest.json'), 'utf8')).characters?.[0]?.options;
    expect(options('mended')).toMatchObject({ refined: true, polish: 0 });
    expect(options('plain')).toMatchObject({ refined: false });
  });

  it('polishes a character’s views', async () => {
    const out = join(folder, 'polished');
    const made = await turnaround(generate(model, out, '--polish', '2'));
    expect(made.code, made.stderr).toBe(0);
    expect(
      readFileSync(join(out, '5', '0.png')).equals(readFileSync(join(folder, 'mended', '5', '0.png'))),
    ).toBe(false);
  });

  it('says what views of a configuration that leaves more to a polish want', async () => {
    const own = unrefined('own');
    const done = await turnaround(train(own, '--config', 'polished'));
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toContain('turnaround generate --polish 35');
    const again = await turnaround(train(own));
    expect(again.stdout).toContain('refiner: trained');
    expect(again.stdout).not.toContain('--polish');
  });

  it('refuses a refiner of another calibration', async () => {
    const path = join(model, 'model.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    manifest.refiner.calibration = '0'.repeat(64);
    renameSync(path, `${path}.kept`);
    writeFileSync(path, JSON.stringify(manifest));
    const made = await turnaround(generate(model, join(folder, 'other')));
    renameSync(`${path}.kept`, path);
    expect(made.code).toBe(1);
    expect(made.stderr).toMatch(/refiner of this calibration.*train .* --stage refiner/);
  });
});

describe('what a refiner needs', () => {
  it('a calibration', async () => {
    const model = unrefined('early', (manifest) => {
      manifest['calibrated'] = false;
    });
    const result = await turnaround(train(model));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/knows depth and degrees.*--stage depth-pose/);
  });

  it('views that nothing has been learned for', async () => {
    const model = unrefined('polish', (manifest) => {
      manifest['calibrated'] = false;
    });
    const result = await turnaround(generate(model, join(folder, 'none'), '--polish', '2'));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/to polish its views.*--stage depth-pose/);
  });
});
