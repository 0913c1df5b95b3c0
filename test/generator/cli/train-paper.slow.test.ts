import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelManifest, withoutCalibration } from '../../../generator/src/pipeline/model-manifest.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { type CommandResult, MODEL, turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-train-paper-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const model = join(folder, 'model');

const CPU = ['--device', 'cpu', '--threads', '1'];
const train = (...more: string[]) => [
  ...['train', model, '--config', 'paper', '--steps', '1', '--subjects', '4', '--work-resolution', '64'],
  ...CPU,
  ...more,
];
const generate = (out: string, ...more: string[]) => [
  ...['generate', '--model', model, '--seeds', '5', '--views', '3', '--range', '-30:30', '--keep-views'],
  ...['--out', join(folder, out), ...CPU, ...more],
];
const manifest = () => JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'));

describe('turnaround train --config paper', () => {
  let trained: CommandResult;
  beforeAll(async () => {
    cpSync(MODEL, model, { recursive: true });
    for (const file of ['depth.onnx', 'pose.onnx', 'refiner.onnx'])
      rmSync(join(model, file), { force: true });
    const { manifest: shipped } = await readModelManifest(createFiles(), MODEL);
    writeFileSync(join(model, 'model.json'), JSON.stringify(withoutCalibration(shipped)));
  });

  it('asks for nets with free motions before its refiner', async () => {
    const early = await turnaround(train('--stage', 'refiner'));
    expect(early.code).toBe(1);
    expect(early.stderr).toMatch(/free motions, got one without nets.*--stage depth-pose --config paper/);
  });

  it('learns depth and pose from 30 views over ±3σ and their next ones, then a refiner of all layers', async () => {
    trained = await turnaround(train('--json'));
    expect(trained.code, trained.stderr).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({
      stages: [
        { stage: 'depth-pose', trained: true },
        { stage: 'refiner', trained: true },
      ],
      calibrated: false,
    });
    expect(trained.stderr).toMatch(/refiner 1\/1 loss [\d.]+, warp [\d.]+, latent [\d.]+, feature [\d.]+/);
    const { calibrated, calibration, refiner, layers } = manifest();
    expect(calibrated).toBe(false);
    expect(calibration).toMatchObject({ nets: 'monodepth2', nextImage: true, subjects: 4 });
    const { x } = calibration.curve;
    expect(x).toHaveLength(30);
    expect([x[0], x.at(-1)].map((at: number) => Math.round(1000 * at) / 1000)).toEqual([-3, 3]);
    expect(refiner).toMatchObject({
      config: 'paper',
      layers: [0, layers],
      sampler: { kind: 'ddim', steps: 25, schedule: 'linear' },
    });
    expect(readdirSync(join(model, 'preview'))).toEqual(['depth-pose-000001.png', 'refiner-000001.png']);
    expect(existsSync(join(model, '.training'))).toBe(false);
  }, 600_000);

  it('has views to show afterwards, told by poses that the net sees', async () => {
    for (const [out, ...more] of [['mended'], ['plain', '--no-refine']] as const) {
      const made = await turnaround(generate(out!, ...more));
      expect(made.code, made.stderr).toBe(0);
    }
    const view = (out: string) => readFileSync(join(folder, out, '5', '0.png'));
    expect(view('mended').equals(view('plain'))).toBe(false);
    const { characters } = JSON.parse(readFileSync(join(folder, 'mended', 'manifest.json'), 'utf8'));
    expect(characters[0].options).toMatchObject({ refined: true });
  }, 600_000);
});
