import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  FROM_MODEL_CONFIG,
  ONE_SUBJECT_CONFIG,
} from '../../../../generator/src/calibration/turntable/index.ts';
import { readCharacter } from '../../../../generator/src/impostor/index.ts';
import { BUILD_DEFAULTS, buildCharacter } from '../../../../generator/src/pipeline/build/index.ts';
import { readStartingNet } from '../../../../generator/src/pipeline/build/starting-net.ts';
import { MODEL, uncalibratedModel } from '../../cli/run.ts';
import { openPlatform, writeFolder } from './folder.ts';
import { solidView, unevenYaws } from './solid.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-from-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { platform } = openPlatform();

describe('readStartingNet', () => {
  it("reads the shipped model's depth net", async () => {
    const { model, sha256, weights } = await readStartingNet(platform, MODEL, FROM_MODEL_CONFIG);
    expect(model).toBe('portraits-128');
    expect(sha256).toBe(platform.files.sha256(new Uint8Array(readFileSync(join(MODEL, 'depth.onnx')))));
    expect(weights['depth.head.weight']!.length).toBe(16 * 9);
  });

  it('refuses a model without, and a net of another form', async () => {
    await expect(readStartingNet(platform, uncalibratedModel(), FROM_MODEL_CONFIG)).rejects.toThrow(
      /expected a calibrated model, got one without/,
    );
    await expect(readStartingNet(platform, MODEL, ONE_SUBJECT_CONFIG)).rejects.toThrow(
      /--from .*expected a depth net of this version.*depth\.stem\.conv\.weight/,
    );
  });
});

describe('buildCharacter', () => {
  it("begins from a model's net, and takes a character from another start for another one", async () => {
    const pictures = unevenYaws(-0.2, 5).map((yaw) => solidView(yaw).image);
    const images = await writeFolder(
      join(folder, 'jar'),
      Object.fromEntries(pictures.map((image, k) => [`${k + 1}.png`, image])),
    );
    const build = (from: string | null) =>
      buildCharacter(platform, {
        ...BUILD_DEFAULTS,
        images,
        out: join(folder, 'out'),
        name: 'jar',
        turns: null,
        degrees: null,
        frontal: 3,
        matte: null,
        workSide: 32,
        steps: 1,
        from,
      });
    const reliefOf = async (file: string) => {
      const { extension } = await readCharacter(new Uint8Array(readFileSync(join(folder, 'out', file))));
      return extension.depth!.far - extension.depth!.near;
    };
    const fresh = await build(null);
    const flat = await reliefOf(fresh.character.file);
    const started = await build(MODEL);
    expect([fresh.character.from, started.character.from]).toEqual([null, 'portraits-128']);
    expect([fresh.made, started.made]).toEqual([true, true]);
    expect(started.character.key).not.toBe(fresh.character.key);
    // Random weights begin with a plane; those of the model know relief after a single step.
    expect(await reliefOf(started.character.file)).toBeGreaterThan(3 * flat);
    expect((await build(MODEL)).made).toBe(false);
  });
});
