import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { CharacterChecks } from '../../../generator/src/pipeline/characters/check-record.ts';
import {
  CHECK_BOUNDS,
  checkCharacter,
  failedChecks,
} from '../../../generator/src/pipeline/characters/checks.ts';
import { publishCharacter, readPublished } from '../../../generator/src/pipeline/characters/publish.ts';
import { planCharacters } from '../../../generator/src/pipeline/characters/recipe.ts';
import type { StandIns } from '../../../generator/src/pipeline/evaluate/readers.ts';
import { type GenerateOptions, generateCharacters } from '../../../generator/src/pipeline/generate.ts';
import { NOISE_MODES } from '../../../generator/src/pipeline/turning-noise.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';
import { isBlank, isStiff, writeTinyModel } from '../batch/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-characters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = createFiles();
const platform = {
  files,
  images: createImageCodec(),
  runtime: createRuntime({ threads: 1 }),
  openTraining: () => createWorkerTrainingRuntime(),
  signal: new AbortController().signal,
  progress: () => {},
  warn: () => {},
};

const options = (model: string, out: string, more: Partial<GenerateOptions> = {}): GenerateOptions => ({
  ...{ model, out: join(folder, out), seeds: [0, 1, 2], views: 3, truncation: 1, matte: null, range: null },
  ...{ format: 'webp', triangles: 500, geometry: 'plain', keepViews: false, refine: null, polish: 0 },
  ...more,
});

const manifestOf = async (out: string) =>
  JSON.parse(new TextDecoder().decode(await files.read(join(folder, out, 'manifest.json'))));

describe('writing a file once', () => {
  it('lets one of many succeed, whole, and leaves nothing else', async () => {
    const path = join(folder, 'once', 'file');
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, k) => files.create(path, new Uint8Array(5000).fill(k))),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    const bytes = await files.read(path);
    expect(bytes).toEqual(new Uint8Array(5000).fill(made.indexOf(true)));
    expect(readdirSync(join(folder, 'once'))).toEqual(['file']);
  });

  it('clears what was cut off of the files named, and of no others', async () => {
    const at = join(folder, 'cut');
    await files.write(join(at, '1.glb'), 'whole');
    for (const name of ['.1.glb.0123456789ab.partial', '.2.glb.0123456789ab.partial', '.1.glb.partial'])
      writeFileSync(join(at, name), 'half');
    await files.clearPartials(at, ['1.glb', '3.glb']);
    expect(readdirSync(at).sort()).toEqual(['.1.glb.partial', '.2.glb.0123456789ab.partial', '1.glb']);
    await files.clearPartials(join(folder, 'nowhere'), ['1.glb']);
  });
});

describe('publishing', () => {
  const model = writeTinyModel(join(folder, 'tiny'));
  const path = join(folder, 'published', '0.glb');

  it('keeps what stands there under its key, and replaces all else', async () => {
    const { characters } = await generateCharacters(platform, options(model, 'source'));
    const [first, second] = await Promise.all(
      [0, 1].map(async (seed) => (await readPublished(files, join(folder, 'source', `${seed}.glb`)))!),
    );
    expect(first!.key).toBe(characters[0]!.key);
    expect(await readPublished(files, path)).toBeNull();
    const racing = await Promise.all(Array.from({ length: 8 }, () => publishCharacter(files, path, first!)));
    expect(racing.filter(({ published }) => published)).toHaveLength(1);
    // Other bytes of the same key: another machine's. What was first stays.
    const late = await publishCharacter(files, path, { ...second!, key: first!.key });
    expect(late.published).toBe(false);
    expect(late.standing.bytes).toEqual(first!.bytes);
    expect((await publishCharacter(files, path, second!)).published).toBe(true);
    expect((await readPublished(files, path))!.key).toBe(second!.key);
    writeFileSync(path, 'damaged');
    expect(await readPublished(files, path)).toBeNull();
    expect((await publishCharacter(files, path, first!)).published).toBe(true);
    expect((await readPublished(files, path))!.bytes).toEqual(first!.bytes);
  });
});

describe('planning', () => {
  const model = writeTinyModel(join(folder, 'planned'));
  const plan = (more: Partial<GenerateOptions> = {}) =>
    planCharacters(platform, { ...options(model, 'unwritten'), ...more });

  it('gives characters whose noise turns or is left out keys of their own, and says so of them', async () => {
    const [unsaid, ...said] = await Promise.all([plan(), ...NOISE_MODES.map((noise) => plan({ noise }))]);
    const keys = said.map(({ key }) => key(0));
    expect(new Set(keys).size).toBe(NOISE_MODES.length);
    expect(keys[NOISE_MODES.indexOf('constant')]).toBe(unsaid!.key(0));
    expect(said.map(({ recorded }) => recorded['noise'])).toEqual([undefined, 'turning', 'none']);
  });
});

describe('rejecting', () => {
  const good: CharacterChecks = { turnReached: 1, warpDb: 25, coverage: [0.3, 0.35] };

  it('names each bound that is missed, and takes all within', () => {
    expect(failedChecks(good)).toEqual([]);
    expect(failedChecks({ turnReached: null, warpDb: null, coverage: [0.3, 0.3] })).toEqual([]);
    expect(failedChecks({ ...good, turnReached: 0.2 })).toEqual([
      expect.stringMatching(/^turn: .*got 0\.20$/),
    ]);
    expect(failedChecks({ ...good, warpDb: 3 })).toEqual([expect.stringMatching(/^warp: .*got 3\.0$/)]);
    expect(failedChecks({ ...good, warpDb: Number.NaN })).toHaveLength(1);
    expect(failedChecks({ ...good, coverage: [0.01, 0.012] })).toEqual([
      expect.stringMatching(/^matte: .*got 1\.0 % to 1\.2 %$/),
    ]);
    expect(failedChecks({ ...good, coverage: [0.2, 0.5] })).toEqual([
      expect.stringMatching(/one size.*2\.50/),
    ]);
    const [least, most] = CHECK_BOUNDS.turnReached;
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (turnReached) => {
        const inside = turnReached >= least && turnReached <= most;
        expect(failedChecks({ ...good, turnReached })).toHaveLength(inside ? 0 : 1);
      }),
    );
  });

  it('reads the turn as the slope of what is seen over what is asked', () => {
    const yaws = [-0.4, -0.1, 0.1, 0.4];
    const image = { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(255) };
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (gain, offset) => {
          const drawn = { pictures: [], depth: null, turns: yaws.map((yaw) => gain * yaw + offset) };
          const cut = yaws.map(() => image);
          const checks = checkCharacter(drawn, yaws, cut);
          expect(checks.turnReached).toBeCloseTo(gain, 9);
          expect(checks).toMatchObject({ warpDb: null, coverage: [1, 1] });
        },
      ),
    );
  });

  it('leaves subjects out that do not turn or cannot be cut, says why, and does not ask again', async () => {
    const all = Array.from({ length: 18 }, (_, seed) => seed);
    const blank = all.find(isBlank)!;
    const stiff = all.find((seed) => isStiff(seed) && !isBlank(seed))!;
    const seeds = [0, stiff, blank];
    const model = writeTinyModel(join(folder, 'calibrated'), {
      ...{ side: 64, calibrated: true, stiff: true, blank: true },
    });
    const asked = options(model, 'rejected', { seeds, views: 5, reject: true });
    const { dropped, characters, made } = await generateCharacters(platform, asked);
    const why = new Map(dropped.map(({ seed, reasons }) => [seed, reasons.join()]));
    expect(why.get(blank)).toMatch(/expected a subject/);
    expect(why.get(stiff)).toMatch(/^turn: /);
    expect(why.get(0)).toBeUndefined();
    expect(made).toBe(characters.length);
    expect(made + dropped.length).toBe(seeds.length);
    expect(characters.length).toBeGreaterThan(0);
    for (const { checks } of characters) expect(checks!.turnReached).toBeGreaterThan(0.7);
    const manifest = await manifestOf('rejected');
    expect(manifest.dropped).toEqual(JSON.parse(JSON.stringify(dropped)));
    const again = await generateCharacters(platform, asked);
    expect(again).toMatchObject({ made: 0, kept: made });
    expect(again.dropped).toEqual(dropped);
  });
});

describe('leaving look-alikes out', () => {
  const model = writeTinyModel(join(folder, 'alike'));

  /** Faces by seed, in the order in which pictures are shown. */
  const facesOf = (vectors: readonly (readonly number[])[]) => {
    let shown = 0;
    const face = {
      name: 'test-faces',
      features: async (pictures: readonly unknown[]) =>
        pictures.map(() => Float32Array.from(vectors[shown++]!)),
    };
    const standIns = { face, release: () => {} } as unknown as StandIns;
    return { openStandIns: async () => standIns, shown: () => shown };
  };

  it('keeps the first of each kind, removes the others’ files, and compares nothing twice', async () => {
    const asked = options(model, 'diverse', { seeds: [4, 5, 6, 7], diverse: true });
    const faces = facesOf([
      [1, 0],
      [0, 1],
      [0.99, 0.1],
      [0.1, -1],
    ]);
    const first = await generateCharacters({ ...platform, ...faces }, asked);
    expect(first.characters.map(({ seed }) => seed)).toEqual([4, 5, 7]);
    expect(first.dropped).toMatchObject([{ seed: 6, because: 'duplicate', of: 4 }]);
    expect(first.dropped[0]!.reasons[0]).toMatch(/^looks like seed 4: likeness 0\.99\d.*test-faces$/);
    expect(readdirSync(asked.out).sort()).toEqual([
      ...['4.glb', '5.glb', '7.glb'],
      ...['contact-sheet.png', 'manifest.json'],
    ]);
    const again = await generateCharacters({ ...platform, ...faces }, asked);
    expect(again).toMatchObject({ made: 0, kept: 3 });
    expect(again.dropped).toEqual(first.dropped);
    expect(faces.shown()).toBe(4);
    // Without the option it is wanted after all.
    const plain = await generateCharacters(platform, { ...asked, diverse: false });
    expect(plain).toMatchObject({ made: 1, kept: 3, dropped: [] });
    expect((await manifestOf('diverse')).dropped).toBeUndefined();
  });

  it('says how to get what tells faces apart, after everything has been made', async () => {
    const asked = options(model, 'blind', { diverse: true });
    await expect(
      generateCharacters({ ...platform, openStandIns: async () => null }, asked),
    ).rejects.toMatchObject({ code: 'stand-ins-missing', message: expect.stringContaining('npm install') });
    expect(await generateCharacters(platform, { ...asked, diverse: false })).toMatchObject({
      made: 0,
      kept: 3,
    });
  });
});
