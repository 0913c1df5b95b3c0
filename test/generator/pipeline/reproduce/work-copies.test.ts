import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  readModelFile,
  readModelManifest,
  withoutCalibration,
} from '../../../../generator/src/pipeline/model-manifest.ts';
import { copyModel } from '../../../../generator/src/pipeline/reproduce/work-copies.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import { MODEL } from '../../cli/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-copies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = createFiles();

describe('copyModel', () => {
  const to = join(folder, 'copy');

  it('copies what the changed manifest lists, and nothing else', async () => {
    await copyModel(files, MODEL, to, (own) => ({ ...withoutCalibration(own), name: 'bare' }));
    const { manifest } = await readModelManifest(files, to);
    expect(manifest).toMatchObject({ name: 'bare', calibrated: false, calibration: null, refiner: null });
    for (const name of Object.keys(manifest.files)) await readModelFile(files, to, manifest, name);
    expect(existsSync(join(to, 'synthesis.onnx'))).toBe(true);
    for (const name of ['depth.onnx', 'pose.onnx']) expect(existsSync(join(to, name))).toBe(false);
  });

  it('keeps a copy that is there, with what it has learned', async () => {
    writeFileSync(join(to, 'learned'), 'by now');
    const before = readFileSync(join(to, 'model.json'), 'utf8');
    await copyModel(files, MODEL, to, (own) => ({ ...own, name: 'other' }));
    expect(readFileSync(join(to, 'model.json'), 'utf8')).toBe(before);
    expect(existsSync(join(to, 'learned'))).toBe(true);
  });

  it('begins again where a copy was not finished', async () => {
    rmSync(join(to, 'model.json'));
    await copyModel(files, MODEL, to, (own) => ({ ...own, name: 'again' }));
    expect((await readModelManifest(files, to)).manifest.name).toBe('again');
  });
});
