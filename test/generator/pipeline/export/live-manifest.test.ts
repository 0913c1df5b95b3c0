import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveManifestJson, radians, validateLiveManifest } from '@turnaround/plugin/asset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { component, type Pca } from '../../../../generator/src/gan/latents/index.ts';
import { describeLive, writeLiveManifest } from '../../../../generator/src/pipeline/export/live-manifest.ts';
import { type LoadedManifest, readModelManifest } from '../../../../generator/src/pipeline/model-manifest.ts';
import { unpackPca } from '../../../../generator/src/pipeline/pca-file.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import { ROOT } from '../../../shared.ts';

const MODEL = join(ROOT, 'models/portraits-128');
const files = createFiles();
const folder = mkdtempSync(join(tmpdir(), 'turnaround-live-manifest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const facts = {
  ...{ refined: true, half: false },
  file: { sha256: 'ab'.repeat(32), bytes: 28_624_536 },
  halfFile: null,
};
let loaded: LoadedManifest;
let pca: Pca;
beforeAll(async () => {
  loaded = await readModelManifest(files, MODEL);
  pca = unpackPca(await files.read(join(MODEL, 'pca.bin')), loaded.manifest.wDim);
});

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

describe('describeLive', () => {
  it('says what a browser needs to know of portraits-128', () => {
    const { manifest, hash } = loaded;
    const described = describeLive(loaded, pca, facts, MODEL);
    const { directions: _, depthRange, ...rest } = described;
    expect(rest).toEqual({
      formatVersion: 1,
      name: 'portraits-128',
      modelHash: hash,
      licence: 'CC0-1.0',
      attribution: manifest.attribution,
      source: manifest.source.file,
      resolution: 128,
      zDim: 256,
      wDim: 256,
      layers: 12,
      wAverage: manifest.wAverage,
      focal: manifest.calibration!.focal,
      frame: [0.3, 0.3],
      pivot: [0, 0.15, 0],
      range: { minimum: radians(-60), maximum: radians(60) },
      refined: true,
      half: false,
      files: { 'live.onnx': facts.file, 'mapping.onnx': manifest.files['mapping.onnx'] },
    });
    const [near, far] = manifest.calibration!.depthRange;
    expect(depthRange.far - depthRange.near).toBeCloseTo(2 * (far - near), 6);
    expect((depthRange.near + depthRange.far) / 2).toBeCloseTo((near + far) / 2, 6);
    expect(validateLiveManifest(JSON.parse(JSON.stringify(liveManifestJson(described))))).toEqual(described);
  });

  it('lists the network that computes in half precision where there is one', () => {
    const halfFile = { sha256: 'cd'.repeat(32), bytes: 15_317_356 };
    const { half, files: listed } = describeLive(loaded, pca, { ...facts, half: true, halfFile }, MODEL);
    expect(half).toBe(true);
    expect(Object.keys(listed)).toEqual(['live.onnx', 'live.half.onnx', 'mapping.onnx']);
    expect(listed['live.half.onnx']).toEqual(halfFile);
  });

  it('has a slider for each of the six widest components that do not turn', () => {
    const { vector, probe } = loaded.manifest.direction!;
    const { directions } = describeLive(loaded, pca, facts, MODEL);
    const cosine = (k: number) => Math.abs(dot(component(pca, k), vector)) / norm(vector);
    const still = Array.from({ length: pca.dim }, (_, k) => k).filter((k) => cosine(k) < 0.5);
    expect(directions.map(({ name }) => name)).toEqual(still.slice(0, 6).map((k) => `component ${k + 1}`));
    for (const [at, slider] of directions.entries()) {
      const deviation = pca.deviations[still[at]!]!;
      // No x in it, and else the component.
      expect(Math.abs(dot(probe, slider.vector))).toBeLessThan(1e-5);
      const own = component(pca, still[at]!).map((value) => value * deviation);
      const turn = dot(probe, own);
      slider.vector.forEach((value, i) => {
        expect(value).toBeCloseTo(own[i]! - turn * vector[i]!, 5);
      });
      expect(norm(slider.vector)).toBeGreaterThan(0.5 * deviation);
    }
  });

  it('leaves out a component that turns, and needs no six', () => {
    const { manifest, hash } = loaded;
    const small: Pca = {
      dim: 3,
      mean: new Float32Array(3),
      deviations: Float32Array.of(3, 2, 1),
      components: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    };
    const direction = { ...manifest.direction!, vector: [0.5, 2, 0], probe: [0, 0.5, 0.25] };
    const { directions } = describeLive(
      { manifest: { ...manifest, wDim: 3, wAverage: [0, 0, 0], direction }, hash },
      small,
      facts,
      MODEL,
    );
    expect(directions).toEqual([
      { name: 'component 1', vector: [3, 0, 0] },
      { name: 'component 3', vector: [-0.125, -0.5, 1] },
    ]);
  });

  it.each([
    ['that is not calibrated', { calibrated: false }, /expected a calibrated model/],
    ['that does not turn', { direction: null }, /yaw direction, got none/],
  ])('refuses a model %s', (_, change, message) => {
    const manifest = { ...loaded.manifest, ...change };
    expect(() => describeLive({ ...loaded, manifest }, pca, facts, MODEL)).toThrow(message);
  });
});

describe('writeLiveManifest', () => {
  it('brings the mapping network along', async () => {
    const out = join(folder, 'away');
    const path = await writeLiveManifest(files, MODEL, out, loaded, facts);
    expect(path).toBe(`${out}/live.json`);
    expect(readdirSync(out)).toEqual(['live.json', 'mapping.onnx']);
    const described = validateLiveManifest(JSON.parse(readFileSync(path, 'utf8')));
    expect(described).toEqual(describeLive(loaded, pca, facts, MODEL));
    const mapping = readFileSync(join(out, 'mapping.onnx'));
    expect(described.files['mapping.onnx']).toEqual({
      sha256: files.sha256(mapping),
      bytes: mapping.byteLength,
    });
  });

  it("writes nothing else into the model's own folder", async () => {
    const model = join(folder, 'model');
    for (const name of ['model.json', 'pca.bin', 'mapping.onnx'])
      cpSync(join(MODEL, name), join(model, name));
    const written: string[] = [];
    const watched = {
      ...files,
      write: (path: string, bytes: Uint8Array | string) => {
        written.push(path);
        return files.write(path, bytes);
      },
    };
    await writeLiveManifest(watched, model, model, loaded, facts);
    expect(written).toEqual([`${model}/live.json`]);
  });
});
