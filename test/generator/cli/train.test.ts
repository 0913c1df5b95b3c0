import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpolate } from '../../../generator/src/calibration/yaw-curve.ts';
import {
  type ModelManifest,
  readModelFile,
  readModelManifest,
  withoutCalibration,
} from '../../../generator/src/pipeline/model-manifest.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { golden } from '../../shared.ts';
import { MODEL, turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The shipped model before it was calibrated, with changes to its manifest. */
async function uncalibrated(name: string, change: (manifest: ModelManifest) => ModelManifest = (m) => m) {
  const out = join(folder, name);
  cpSync(MODEL, out, { recursive: true });
  for (const file of ['depth.onnx', 'pose.onnx', 'calibration.png']) rmSync(join(out, file), { force: true });
  const { manifest } = await readModelManifest(createFiles(), MODEL);
  writeFileSync(join(out, 'model.json'), JSON.stringify(change(withoutCalibration(manifest))));
  return out;
}

const STEPS = 4;
const train = (model: string, ...more: string[]) => [
  'train',
  model,
  ...['--stage', 'depth-pose', '--steps', String(STEPS), '--subjects', '4', '--work-resolution', '64'],
  ...['--device', 'cpu', '--threads', '1'],
  ...more,
];

describe('turnaround train', () => {
  let model: string;
  beforeAll(async () => {
    model = await uncalibrated('learning');
  });

  it('stops on Ctrl-C with its state saved', async () => {
    // Once: a second Ctrl-C ends the process whatever it is doing.
    let sent = false;
    const stopped = await turnaround(train(model), (text, child) => {
      if (sent || !/depth-pose 1\/4/.test(text)) return;
      sent = child.kill('SIGINT');
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain('its state is being saved');
    expect(readdirSync(join(model, '.training'))).toEqual(['depth-pose.key', 'depth-pose.safetensors']);
    expect((await readModelManifest(createFiles(), model)).manifest.calibrated).toBe(false);
  });

  it('refuses to go on with other options, and says how to begin anew', async () => {
    const other = await turnaround(train(model, '--seed', '2'));
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/unfinished training with these options.*--restart/);
  });

  it('goes on to nets and previews, and says where they have not learned to turn', async () => {
    const done = await turnaround(train(model, '--json'));
    expect(done.code, done.stderr).toBe(0);
    expect(done.stderr).not.toMatch(/depth-pose 1\/4/);
    expect(done.stderr).toMatch(/depth-pose 4\/4 .*loss [\d.]+.*images\/s, \d+ s left/);
    expect(done.stderr).toMatch(/warning: the nets have not learned to turn.*--steps/);
    expect(JSON.parse(done.stdout)).toMatchObject({
      stages: [{ stage: 'depth-pose', trained: true }],
      calibrated: false,
      calibration: { resolution: 64, config: 'turnaround-gan', steps: STEPS, subjects: 4 },
    });
    expect(existsSync(join(model, '.training'))).toBe(false);
    expect(readdirSync(join(model, 'preview'))).toEqual(['depth-pose-000004.png']);
    const { manifest } = await readModelManifest(createFiles(), model);
    for (const file of ['depth.onnx', 'pose.onnx']) await readModelFile(createFiles(), model, manifest, file);
  });

  it('does nothing the second time', async () => {
    const again = await turnaround(train(model, '--json'));
    expect(JSON.parse(again.stdout)).toMatchObject({
      stages: [{ stage: 'depth-pose', trained: false }],
    });
  });

  it('lets a person say what the sheet shows, and generate take its degrees from there', async () => {
    // As if the nets had learned: four steps teach nothing.
    const path = join(model, 'model.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    const { x } = manifest.calibration.curve;
    manifest.calibrated = true;
    manifest.calibration.curve.degrees = x.map((at: number) => 25 * at);
    writeFileSync(path, JSON.stringify(manifest));
    const believed = 0.9 * 25 * Math.min(-x[0], x.at(-1));
    const said = await turnaround(['calibrate', model, '--degrees', '36', '--device', 'cpu', '--json']);
    expect(said.code, said.stderr).toBe(0);
    const { calibration } = JSON.parse(said.stdout);
    expect(calibration.outermostDegrees).toBeCloseTo(36, 6);
    expect(calibration.scale).toBeCloseTo(36 / believed, 6);
    expect(calibration.scaleSource).toBe('person');
    expect(existsSync(join(model, 'calibration.png'))).toBe(true);

    const see = (halfway: string) =>
      turnaround([
        'calibrate',
        model,
        ...['--degrees', '40', '--halfway', halfway, '--device', 'cpu', '--json'],
      ]);
    const refused = await see('39');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/expected half-way views that show about half of .* 40°, got 39°/);
    const bent = JSON.parse((await see('16')).stdout).calibration;
    expect(bent.bend).toBeGreaterThan(0);
    // Yaw was straight along x: half-way views stood at half of the outermost ones' x. The curve has straight pieces.
    const shownAt = (share: number): number =>
      interpolate(bent.curve.x, bent.curve.degrees, 0.9 * share * Math.min(-x[0], x.at(-1)));
    expect(shownAt(1)).toBeCloseTo(40, 0);
    expect(shownAt(0.5)).toBeCloseTo(16, 0);

    const out = join(folder, 'characters');
    const made = await turnaround([
      'generate',
      ...['--model', model, '--seeds', '0', '--out', out, '--views', '3', '--range', '-30:30'],
      ...['--device', 'cpu'],
    ]);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toContain('views at -30° 0° 30°');
    expect(JSON.parse((await turnaround(['inspect', join(out, '0.glb'), '--json'])).stdout).calibrated).toBe(
      true,
    );
  });
});

describe('what goes wrong', () => {
  it('no direction', async () => {
    const model = await uncalibrated('none', (m) => ({ ...m, directionStatus: 'none', direction: null }));
    const result = await turnaround(train(model));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/expected a model with a yaw direction.*--direction ID/);
  });

  it('calibrate before train', async () => {
    const model = await uncalibrated('early');
    const result = await turnaround(['calibrate', model, '--degrees', '45', '--device', 'cpu']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`run: turnaround train ${model} --stage depth-pose`);
  });

  it('a backdrop that is not flat', async () => {
    const model = join(folder, 'natural');
    const checkpoint = golden('checkpoint', 'nvidia-64-protocol2.pkl');
    await turnaround([
      'import',
      checkpoint,
      ...['--out', model, '--samples', '1000', '--direction', 'pca:0:0-4', '--device', 'cpu'],
    ]);
    const result = await turnaround(train(model));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/matte: expected .*--matte MODEL\.onnx/);
  });

  const wrong: [string, string[], number, RegExp][] = [
    [
      'a stage that there is not',
      ['train', MODEL, '--stage', 'fine'],
      2,
      /Allowed choices are depth-pose, refiner/,
    ],
    [
      'a configuration that there is not',
      train(MODEL, '--config', 'colmap'),
      2,
      /turnaround, drifting, polished, turntable, monodepth2/,
    ],
    ['degrees that no view shows', ['calibrate', MODEL, '--degrees', '500'], 2, /from 5 to 120/],
    ['no degrees', ['calibrate', MODEL], 2, /--degrees/],
    ['a size that the network does not have', train(MODEL, '--work-resolution', '100'), 1, /one of 64, 128/],
    ['no model', train('/nowhere'), 1, /turnaround import/],
  ];
  for (const [name, args, code, message] of wrong)
    it(name, async () => {
      const result = await turnaround(args);
      expect(result.stderr).toMatch(message);
      expect(result.code).toBe(code);
    });
});
