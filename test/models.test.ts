import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModelFile, readModelManifest } from '../generator/src/pipeline/model-manifest.ts';
import { createFiles } from '../generator/src/platform/files.ts';
import { ROOT } from './shared.ts';

/** What is shipped is whole, and says where it comes from. */

const models = join(ROOT, 'models');
const names = readdirSync(models);
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

it('ships portraits-128', () => expect(names).toContain('portraits-128'));

describe.each(names)('models/%s', (name) => {
  const folder = join(models, name);

  it('has the files that model.json lists, byte for byte', async () => {
    const { manifest, hash } = await readModelManifest(createFiles(), folder);
    expect(hash).toBe(sha256(join(folder, 'model.json')));
    for (const file of ['mapping.onnx', 'synthesis.onnx', 'pca.bin', 'depth.onnx', 'pose.onnx']) {
      expect(manifest.files[file]?.sha256).toBe(sha256(join(folder, file)));
      expect((await readModelFile(createFiles(), folder, manifest, file)).byteLength).toBe(
        manifest.files[file]?.bytes,
      );
    }
  });

  it('has a direction, its picture, a licence and a card', async () => {
    const { manifest } = await readModelManifest(createFiles(), folder);
    expect(manifest.directionStatus).toBe('found');
    expect(manifest.direction?.vector).toHaveLength(manifest.wDim);
    expect(manifest.directionScores.length).toBeGreaterThan(100);
    expect(manifest.licence).toBe('CC0-1.0');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['README.md', 'direction.png']));
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(/CC0[\s\S]*Limits/);
  });

  it('is calibrated along that direction, to 60° and more on both sides', async () => {
    const { manifest } = await readModelManifest(createFiles(), folder);
    expect(manifest.calibrated).toBe(true);
    expect(manifest.calibration?.direction).toBe(manifest.direction?.id);
    const { degrees } = manifest.calibration!.curve;
    expect(degrees[0]).toBeLessThan(-60);
    expect(degrees.at(-1)).toBeGreaterThanOrEqual(60);
    expect(readdirSync(folder)).toContain('calibration.png');
  });

  it('is refused when a file was changed', async () => {
    const files = createFiles();
    const { manifest } = await readModelManifest(files, folder);
    const changed = { ...files, read: async (path: string) => (await files.read(path)).fill(1, 100, 101) };
    await expect(readModelFile(changed, folder, manifest, 'pca.bin')).rejects.toThrow(/expected SHA-256/);
  });
});
