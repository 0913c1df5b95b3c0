import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { type LoadedManifest, readModelManifest } from '../../../generator/src/pipeline/model-manifest.ts';
import { readEditStep, readSliderDirections } from '../../../generator/src/pipeline/slider-directions.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { ROOT } from '../../shared.ts';

/** Edits of portraits-128 along its own directions. */

const MODEL = join(ROOT, 'models/portraits-128');
const files = createFiles();
let loaded: LoadedManifest;
beforeAll(async () => {
  loaded = await readModelManifest(files, MODEL);
});
const step = (edits: Record<string, number>) => readEditStep(files, MODEL, loaded.manifest, edits);

it('adds each direction as often as it is asked for, and never turns the subject', async () => {
  const directions = await readSliderDirections(files, MODEL, loaded.manifest);
  const [one, two] = [directions[0]!, directions[3]!];
  const both = (await step({ [one.name]: 1.5, [two.name]: -2 }))!;
  for (const [i, value] of both.entries())
    expect(value).toBeCloseTo(1.5 * one.vector[i]! - 2 * two.vector[i]!, 5);
  const { probe } = loaded.manifest.direction!;
  const turn = both.reduce((sum, value, i) => sum + value * probe[i]!, 0);
  expect(Math.hypot(...both)).toBeGreaterThan(0.1);
  expect(Math.abs(turn)).toBeLessThan(1e-3);
});

it('is nothing where nothing is asked for', async () => {
  const { name } = (await readSliderDirections(files, MODEL, loaded.manifest))[0]!;
  expect(await step({})).toBeNull();
  expect(await step({ [name]: 0 })).toBeNull();
});

it('names what there is where something else is asked for', async () => {
  await expect(step({ smile: 1 })).rejects.toThrow(/expected edits along component \d+, .*, got smile$/);
  const without = { ...loaded.manifest, direction: null };
  await expect(readEditStep(files, MODEL, without, { smile: 1 })).rejects.toThrow(/along nothing, got smile/);
});
