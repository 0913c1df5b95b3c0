import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians, someNear, subjectToCamera } from '@turnaround/plugin/asset';
import { afterAll, describe, expect, it } from 'vitest';
import {
  add,
  concat,
  Graph,
  mul,
  reduceMean,
  reshape,
  serialize,
  type Value,
} from '../../../generator/src/graph/index.ts';
import { decodeDepth, isDepth, readCharacter, viewDepth } from '../../../generator/src/impostor/index.ts';
import { generateCharacters } from '../../../generator/src/pipeline/generate.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';
import { MODEL, turnaround } from '../cli/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-depth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = createFiles();
const images = createImageCodec();
const FOCAL = 9.21;
const RELIEF = 1.5;

/** The shipped model with a depth net that is a rule of the picture. */
function calibratedModel(name: string, side: number, rule: (image: Value, graph: Graph) => Value): string {
  const model = join(folder, name);
  mkdirSync(model);
  for (const file of ['mapping.onnx', 'synthesis.onnx', 'pca.bin'])
    copyFileSync(join(MODEL, file), join(model, file));
  const graph = new Graph('depth');
  graph.output('depth', rule(graph.input('image', 'float32', ['N', 3, side, side]), graph));
  const depth = serialize(graph);
  const pose = serialize(stillPose(side));
  writeFileSync(join(model, 'depth.onnx'), depth);
  writeFileSync(join(model, 'pose.onnx'), pose);
  const manifest = JSON.parse(readFileSync(join(MODEL, 'model.json'), 'utf8'));
  const { range, zero, id, degreesPerUnit } = manifest.direction;
  const own = [range[0] - zero, range[1] - zero];
  const degreesThere = own.map((x) => x * degreesPerUnit);
  // A curve rises with x whichever way the direction turns.
  const rising = degreesThere[0]! < degreesThere[1]! ? degreesThere : degreesThere.reverse();
  delete manifest.files['refiner.onnx'];
  Object.assign(manifest, {
    refiner: null,
    files: {
      ...manifest.files,
      'depth.onnx': { sha256: files.sha256(depth), bytes: depth.byteLength },
      'pose.onnx': { sha256: files.sha256(pose), bytes: pose.byteLength },
    },
    calibrated: true,
    calibration: {
      ...{ key: '0'.repeat(64), config: 'test', steps: 1, subjects: 1, direction: id },
      ...{ focal: FOCAL, pivot: 1, resolution: side, scale: 1, scaleSource: 'person', relief: RELIEF },
      ...{ priorScale: 1, depthRange: [0.9, 1.1], curve: { x: own, degrees: rising } },
    },
  });
  writeFileSync(join(model, 'model.json'), JSON.stringify(manifest));
  return model;
}

/** A pose net to which every view is frontal: depth is what is looked at here. */
function stillPose(side: number): Graph {
  const graph = new Graph('pose');
  const picture = (name: string) => graph.input(name, 'float32', ['N', 3, side, side]);
  const [source, target] = [picture('source'), picture('target')];
  const mean = (image: Value) => mul(reduceMean(image, [1, 2, 3]), 0);
  graph.output('yaw', reshape(mean(source), ['N']));
  graph.output(
    'pose',
    concat(
      Array.from({ length: 6 }, () => reshape(mean(target), ['N', 1])),
      1,
    ),
  );
  return graph;
}

/** Three views of one seed. */
async function generate(model: string, out: string): Promise<void> {
  const platform = {
    files,
    images,
    runtime: createRuntime({ threads: 1 }),
    openTraining: () => createWorkerTrainingRuntime(),
    signal: new AbortController().signal,
    progress: () => {},
    warn: () => {},
  };
  await generateCharacters(platform, {
    ...{ model, out, seeds: [3], views: 3, truncation: 0.8, matte: null },
    range: { minimum: radians(-30), maximum: radians(30) },
    format: 'webp',
    triangles: 2000,
    geometry: 'plain',
    keepViews: true,
    refine: null,
    polish: 0,
  });
}

interface Row {
  readonly file: string;
  readonly yaw: number;
  readonly pitch: number;
  readonly focal: number;
  readonly pose: { readonly rotation: number[]; readonly translation: number[] };
  readonly depth: { readonly file: string; readonly scale: number };
}

const bytesOf = (...path: string[]) => new Uint8Array(readFileSync(join(...path)));

describe('generate with a calibrated model', () => {
  const out = join(folder, 'out');

  it('keeps each view with its pose and the depth that the net said within the rim', async () => {
    // Brighter is nearer: what the net sees of a pixel can be read off the picture.
    await generate(
      calibratedModel('brightness', 128, (image) => add(mul(reduceMean(image, [1]), -0.05), 1)),
      out,
    );
    expect(readdirSync(join(out, '3')).sort()).toEqual(
      ['0', '1', '2'].flatMap((k) => [`${k}.depth.png`, `${k}.png`]).concat('views.json'),
    );
    const rows = JSON.parse(readFileSync(join(out, '3', 'views.json'), 'utf8')) as Row[];
    expect(rows.map(({ yaw }) => Math.round(yaw))).toEqual([-30, 0, 30]);
    for (const { file, yaw, pitch, focal, pose, depth } of rows) {
      expect(focal).toBe(FOCAL);
      const picture = await images.decode(bytesOf(out, '3', file));
      const stored = await images.decodeGrey16(bytesOf(out, '3', depth.file));
      let inside = 0;
      for (const [i, value] of stored.data.entries()) {
        const alpha = picture.data[4 * i + 3]!;
        expect(value > 0).toBe(alpha >= 128);
        // At the edge, the matte takes the backdrop out of the colour, and depth comes from within.
        const uncovered = (pixel: number): boolean => picture.data[4 * pixel + 3]! < 128;
        if (alpha < 255 || someNear(i, picture.width, picture.height, uncovered)) continue;
        const [r, g, b] = picture.data.subarray(4 * i, 4 * i + 3) as unknown as [number, number, number];
        const brightness = (r + g + b) / 3 / 127.5 - 1;
        expect(Math.abs(value * depth.scale - (1 - RELIEF * 0.05 * brightness))).toBeLessThan(1e-3);
        inside++;
      }
      expect(inside).toBeGreaterThan(3000);
      // The camera's own point (0, 0, −1) is the pivot, which stays; a point is turned as the subject is.
      const turned = rigid(pose, [0.1, -0.2, -0.9]);
      const about = subjectToCamera(radians(yaw), radians(pitch)).map(
        (row) => row[0] * 0.1 + row[1] * -0.2 + row[2] * 0.1,
      );
      for (const [axis, value] of [about[0]!, about[1]!, about[2]! - 1].entries())
        expect(turned[axis]).toBeCloseTo(value, 9);
    }
  });

  it('writes them into the file, and inspect says so', async () => {
    const { extension, depth } = await readCharacter(bytesOf(out, '3.glb'));
    expect(extension.calibrated).toBe(true);
    expect(extension.views.every(({ focal }) => focal === FOCAL)).toBe(true);
    const { near, far } = extension.depth!;
    const atlas = decodeDepth(await images.decode(depth!.bytes), extension.depth!);
    const kept = await images.decodeGrey16(bytesOf(out, '3', '1.depth.png'));
    const { data } = viewDepth(atlas, extension.views[1]!.rectangle);
    for (const [i, value] of kept.data.entries())
      if (value > 0) expect(Math.abs(data[i]! - value / 32768)).toBeLessThan((far - near) / 1024 + 2e-5);
    const said = await turnaround(['inspect', join(out, '3.glb'), '--json']);
    expect(JSON.parse(said.stdout).depth).toMatchObject({
      near,
      far,
      encoding: 'rg16',
      mimeType: 'image/webp',
    });
    expect((await turnaround(['inspect', join(out, '3.glb')])).stdout).toMatch(
      /^depth 0\.\d{3} to 1\.\d{3}, image\/webp, \d+ bytes$/m,
    );
  });

  it('raises the depth of a net that works at half the size', async () => {
    // A plane that has nothing to do with the picture: what comes back is its place and slope.
    const plane = Float32Array.from(
      { length: 64 * 64 },
      (_, i) => 1e-3 * ((i % 64) - 2 * Math.floor(i / 64)),
    );
    const model = calibratedModel('plane', 64, (image, graph) =>
      add(add(mul(reduceMean(image, [1]), 0), 1), graph.constant(plane, [1, 1, 64, 64])),
    );
    await generate(model, join(folder, 'raised'));
    const kept = await images.decodeGrey16(bytesOf(folder, 'raised', '3', '0.depth.png'));
    const errors: number[] = [];
    for (const [i, value] of kept.data.entries()) {
      const depth = value / 32768;
      if (value === 0 || !isDepth(depth)) continue;
      const [u, v] = [((i % 128) - 0.5) / 2, (Math.floor(i / 128) - 0.5) / 2];
      errors.push(Math.abs(depth - (1 + RELIEF * 1e-3 * (u - 2 * v))));
    }
    errors.sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(3000);
    // A step from pixel to pixel is 3e-3; at the silhouette the plane is told by one side only.
    expect(errors[errors.length >> 1]).toBeLessThan(5e-4);
    expect(errors[Math.floor(0.95 * errors.length)]).toBeLessThan(3e-3);
  });

  it('refuses a damaged net', async () => {
    const model = calibratedModel('damaged', 128, (image) => reduceMean(image, [1]));
    writeFileSync(join(model, 'depth.onnx'), 'damaged');
    await expect(generate(model, join(folder, 'none'))).rejects.toMatchObject({ code: 'model-hash' });
  });
});

/** Turns a point about an axis by Rodrigues' formula and moves it. */
function rigid({ rotation, translation }: Row['pose'], p: readonly [number, number, number]): number[] {
  const angle = radians(Math.hypot(...rotation));
  const [x, y, z] = rotation.map((part) => (angle === 0 ? 0 : radians(part) / angle)) as [
    number,
    number,
    number,
  ];
  const dot = x * p[0] + y * p[1] + z * p[2];
  const cross = [y * p[2] - z * p[1], z * p[0] - x * p[2], x * p[1] - y * p[0]];
  return [x, y, z].map(
    (axis, k) =>
      p[k]! * Math.cos(angle) +
      cross[k]! * Math.sin(angle) +
      axis * dot * (1 - Math.cos(angle)) +
      translation[k]!,
  );
}
