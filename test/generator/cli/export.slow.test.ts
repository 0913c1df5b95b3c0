import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { afterAll, describe, expect, it } from 'vitest';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { viewCamera } from '../../../generator/src/reconstruction/index.ts';
import { readImages, readPinhole, toCamera } from '../reconstruction/colmap-text.ts';
import { MODEL, turnaround, uncalibratedModel } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const codec = createImageCodec();
const path = (...parts: string[]): string => join(folder, ...parts);
const text = (...parts: string[]): string => readFileSync(path(...parts), 'utf8');
const picture = async (...parts: string[]) => codec.decode(readFileSync(path(...parts)));

const FOCAL = 14 / 1.52;
const machine = ['--device', 'cpu', '--threads', '1'];
const ofModel = (out: string, ...more: string[]) => [
  ...['export', '--model', MODEL, '--seed', '4', '--out', path(out)],
  ...['--range', '-30:30', '--views', '3', ...machine, ...more],
];

/** What a run of `export` should leave for COLMAP. */
async function expectColmap(out: string, factor: number): Promise<void> {
  const names = ['000.png', '001.png', '002.png'];
  expect(readdirSync(path(out, 'images')).sort()).toEqual(names);
  expect(readdirSync(path(out, 'masks')).sort()).toEqual(names.map((name) => `${name}.png`));
  expect(readdirSync(path(out, 'sparse')).sort()).toEqual(['cameras.txt', 'images.txt', 'points3D.txt']);
  const side = 128 * factor;
  const [fx, fy, cx, cy] = readPinhole(text(out, 'sparse', 'cameras.txt')) as [
    number,
    number,
    number,
    number,
  ];
  for (const value of [fx, fy]) expect(value).toBeCloseTo((FOCAL * side) / 2, 6);
  expect([cx, cy]).toEqual([side / 2, side / 2]);
  const images = readImages(text(out, 'sparse', 'images.txt'));
  expect(images.map(({ name }) => name)).toEqual(names);
  for (const [k, yaw] of [-30, 0, 30].map(radians).entries()) {
    const camera = viewCamera({ yaw, pitch: 0 }, { width: side, height: side, focal: FOCAL });
    const ours = camera.project(0.05, -0.04, 0.03);
    const [x, y, z] = toCamera(images[k]!, [0.05, -0.04, 0.03]);
    // A character's file keeps yaw in single precision at least.
    expect((fx * x) / z + cx).toBeCloseTo(ours.column, 3);
    expect((fy * y) / z + cy).toBeCloseTo(ours.row, 3);
    const shown = await picture(out, 'images', names[k]!);
    const mask = await picture(out, 'masks', `${names[k]}.png`);
    expect([shown.width, shown.height, mask.width, mask.height]).toEqual([side, side, side, side]);
    const at = (row: number, column: number) => 4 * (row * side + column);
    const [corner, middle] = [at(2, 2), at(side / 2, side / 2)];
    expect([...shown.data.subarray(corner, corner + 4)]).toEqual([150, 150, 150, 255]);
    expect([mask.data[corner], mask.data[middle]]).toEqual([0, 255]);
    const white = mask.data.filter((value, i) => i % 4 === 0 && value === 255).length / side ** 2;
    expect(white).toBeGreaterThan(0.2);
    expect(white).toBeLessThan(0.8);
  }
}

describe('turnaround export', () => {
  it('writes pictures and cameras for COLMAP, with commands, and clears what a larger export left', async () => {
    const out = 'colmap';
    mkdirSync(path(out, 'images'), { recursive: true });
    mkdirSync(path(out, 'masks'));
    for (const name of ['images/003.png', 'masks/003.png.png', 'images/mine.jpg'])
      writeFileSync(path(out, name), '');
    const result = await turnaround(ofModel(out, '--colmap', '--upscale', '2', '--json'));
    expect(result.code, result.stderr).toBe(0);
    const said = JSON.parse(result.stdout);
    expect(said).toMatchObject({ views: 3, refined: true, points: null });
    expect(said.degrees.map(Math.round)).toEqual([-30, 0, 30]);
    expect(said.focal).toBeCloseTo(FOCAL, 9);
    rmSync(path(out, 'images', 'mine.jpg'));
    await expectColmap(out, 2);
    const readme = text(out, 'README.txt');
    for (const command of ['feature_extractor', 'exhaustive_matcher', 'point_triangulator', 'mapper'])
      expect(readme).toMatch(new RegExp(`^colmap ${command} --database_path`, 'm'));
    expect(readme).toContain('000.png -30.00°');
    expect(readdirSync(path(out)).sort()).toEqual(['README.txt', 'images', 'masks', 'sparse']);
  });

  it('writes the fused depth of a model and of a character made with it', async () => {
    const result = await turnaround(ofModel('cloud', '--ply', '--obj', '--triangles', '500', '--json'));
    expect(result.code, result.stderr).toBe(0);
    const { points, triangles } = JSON.parse(result.stdout);
    expect(triangles).toBeGreaterThan(350);
    expect(triangles).toBeLessThanOrEqual(500);
    expect(text('cloud', 'mesh.obj').match(/^f /gm)).toHaveLength(triangles);
    expect(points).toBeGreaterThan(5000);
    expect(readdirSync(path('cloud')).sort()).toEqual([
      ...['cloud.ply', 'cloud.png', 'mesh.mtl', 'mesh.obj', 'mesh.png'],
    ]);
    const ply = readFileSync(path('cloud', 'cloud.ply'));
    expect(ply.toString('latin1').split('end_header\n')[0]).toContain(`element vertex ${points}\n`);
    expect(ply.toString('latin1')).toContain('comment turnaround: portraits-128, seed 4\n');
    const sheet = await picture('cloud', 'cloud.png');
    expect(sheet.width).toBeGreaterThan(sheet.height);

    const made = await turnaround([
      ...['generate', '--model', MODEL, '--seeds', '4', '--out', path('made')],
      ...['--range', '-30:30', '--views', '3', '--format', 'png', ...machine],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const file = path('made', '4.glb');
    const again = await turnaround([
      'export',
      '--file',
      file,
      '--out',
      path('file'),
      '--colmap',
      '--ply',
      ...['--turntable', '--frames', '3', '--size', '32', '--backdrop', '#ff0000'],
      '--json',
      ...machine,
    ]);
    expect(again.code, again.stderr).toBe(0);
    const said = JSON.parse(again.stdout);
    expect(said).toMatchObject({ views: 3, refined: null, sprites: null, triangles: null });
    expect(said.turntable[0]).toBe('turntable.webp');
    expect(said.subject).toContain('4.glb');
    // The same pictures, and depth within a step of the file's.
    expect(Math.abs(said.points / points - 1)).toBeLessThan(0.05);
    await expectColmap('file', 1);
  });
});

describe('turnaround export --live', () => {
  it('writes a model as one network and says what is in it', async () => {
    const out = path('live.onnx');
    const args = ['export', '--model', MODEL, '--live', '--no-refine', '--out', out, ...machine];
    const result = await turnaround(args);
    expect(result.code, result.stderr).toBe(0);
    const bytes = readFileSync(out);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(result.stdout).toContain(`${out}: ${(bytes.byteLength / 1e6).toFixed(1)} MB, SHA-256 ${sha256}\n`);
    expect(result.stdout).toMatch(/^without (a|the) refiner, /m);

    const half = await turnaround([...args, '--half', '--json']);
    expect(half.code, half.stderr).toBe(0);
    const said = JSON.parse(half.stdout);
    expect(said).toMatchObject({ out, refined: false, bytes: readFileSync(out).byteLength });
    expect(said.bytes).toBeLessThan(0.6 * bytes.byteLength);
    expect(said.half.pictureDb).toBeGreaterThan(40);
  });
});

describe('what goes wrong', () => {
  const cases: [string, () => string[], number, RegExp][] = [
    [
      'nothing to write',
      () => ofModel('none'),
      2,
      /--turntable, --sprites, --obj, --ply, --colmap, or --live/,
    ],
    [
      'a model without a seed',
      () => ['export', '--model', MODEL, '--out', folder, '--ply'],
      2,
      /--model and --seed, or --file/,
    ],
    [
      'a colour that is none',
      () => ofModel('none', '--turntable', '--backdrop', 'red'),
      2,
      /such as #282a30 .* red/,
    ],
    ['views without a folder', () => ['export', '--model', MODEL, '--seed', '4', '--ply'], 2, /--out <path>/],
    ['a live model without a model', () => ['export', '--live'], 2, /--live: expected --model/],
    ['halves of pictures', () => ofModel('none', '--ply', '--half'), 2, /--half: expected --live/],
    ['a live seed', () => ofModel('none', '--live'), 2, /'--live' cannot be used with option '--seed/],
    [
      'a live model that is not calibrated',
      () => ['export', '--model', uncalibrated, '--live', ...machine],
      1,
      /expected a calibrated model.*turnaround train .* --stage depth-pose/,
    ],
    ['a file and a seed', () => ofModel('none', '--ply', '--file', 'x.glb'), 2, /cannot be used with/],
    ['no such file', () => ['export', '--file', path('x.glb'), '--out', folder, '--ply'], 1, /x\.glb.*none/],
    ['two views for a cloud', () => ofModel('none', '--ply', '--views', '2'), 1, /at least 3 views/],
    [
      'a model without degrees',
      () => ['export', '--model', uncalibrated, '--seed', '0', '--out', folder, '--colmap', ...machine],
      1,
      /not calibrated.*--stage depth-pose/,
    ],
  ];
  const uncalibrated = uncalibratedModel();
  it.each(cases)('%s', async (_, args, code, message) => {
    const result = await turnaround(args());
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
  });
});
