import { join } from 'node:path';
import { degrees, radians } from '@turnaround/plugin/asset';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCharacter } from '../../../generator/src/impostor/index.ts';
import { readModelManifest } from '../../../generator/src/pipeline/model-manifest.ts';
import {
  openPreviewModel,
  type PreviewModel,
  type PreviewOptions,
} from '../../../generator/src/pipeline/preview.ts';
import { readSliderDirections } from '../../../generator/src/pipeline/slider-directions.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ROOT } from '../../shared.ts';

/** Previews of the shipped model. */

const MODEL = join(ROOT, 'models/portraits-128');
const codec = createImageCodec();
const platform = { files: createFiles(), images: codec, runtime: createRuntime() };
let model: PreviewModel;
beforeAll(async () => {
  model = await openPreviewModel(platform, MODEL);
});
afterAll(() => model?.release());

const subject: Omit<PreviewOptions, 'yaws'> = { seed: 4, truncation: 0.8, edits: {}, refine: true };

async function draw(change: Partial<typeof subject>, yaws: readonly number[]) {
  const file = await readCharacter(await model.draw({ ...subject, ...change, yaws: yaws.map(radians) }));
  return { ...file, picture: (await codec.decode(file.atlas.bytes)).data };
}

const difference = (a: Uint8ClampedArray, b: Uint8ClampedArray): number =>
  a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0) / a.length;

it('are characters with depth of the yaws that were asked for, the same each time, and others where anything is changed', async () => {
  const yaws = [-40, 0, 15];
  const first = await draw({}, yaws);
  const shown = first.extension.views.map(({ yaw }) => Math.round(degrees(yaw)));
  expect(shown).toEqual(yaws);
  expect([first.depth !== null, first.extension.calibrated]).toEqual([true, true]);
  expect(difference(first.picture, (await draw({}, yaws)).picture)).toBe(0);
  const { manifest } = await readModelManifest(platform.files, MODEL);
  const { name } = (await readSliderDirections(platform.files, MODEL, manifest))[0]!;
  for (const change of [{ seed: 5 }, { truncation: 0.2 }, { refine: false }, { edits: { [name]: 2 } }]) {
    const { picture } = await draw(change, yaws);
    expect(difference(first.picture, picture), JSON.stringify(change)).toBeGreaterThan(1);
  }
  await expect(draw({ edits: { smile: 1 } }, yaws)).rejects.toThrow(/got smile/);
});
