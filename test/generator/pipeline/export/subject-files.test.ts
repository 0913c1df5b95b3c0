import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RgbaImage,
  readCharacterMesh,
  standingFrame,
  writeCharacter,
} from '../../../../generator/src/impostor/index.ts';
import {
  EXPORT_DEFAULTS,
  type ExportOptions,
  exportSubject,
} from '../../../../generator/src/pipeline/export/index.ts';
import { turnFrames } from '../../../../generator/src/pipeline/export/turn-frames.ts';
import type { Platform } from '../../../../generator/src/pipeline/platform.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../../generator/src/platform/image-codec.ts';
import { ballCharacter } from '../../impostor/depth-character.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-export-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const codec = createImageCodec();
const SIDE = 48;
const ball = ballCharacter([-30, -10, 10, 30], SIDE);
const character = join(folder, 'ball.glb');
beforeAll(async () =>
  writeFileSync(character, await writeCharacter(codec, ball, { texture: 'png', triangles: 400 })),
);

const platform = {
  files: createFiles(),
  images: codec,
  signal: new AbortController().signal,
  progress: () => undefined,
} as unknown as Platform;

const NOTHING: Omit<ExportOptions, 'out' | 'source'> = {
  ...EXPORT_DEFAULTS,
  ...{ colmap: false, ply: false, turntable: false, sprites: false, obj: false, frames: null, size: null },
};

let films: { frames: readonly RgbaImage[]; rate: number }[] = [];
const noFilm = async () => null;
const film = async (frames: readonly RgbaImage[], rate: number) => {
  films.push({ frames, rate });
  return Uint8Array.of(1, 2, 3);
};

const exported = async (
  name: string,
  options: Partial<ExportOptions>,
  encode: typeof film | typeof noFilm,
) => {
  const out = join(folder, name);
  const result = await exportSubject(platform, encode, {
    ...NOTHING,
    ...{ source: { file: character }, out },
    ...options,
  });
  return { out, result };
};

/** Mean difference of colour times alpha, in bytes. */
function difference(a: RgbaImage, b: RgbaImage): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  const at = ({ data }: RgbaImage, k: number, c: number) => (data[4 * k + c]! * data[4 * k + 3]!) / 255;
  let sum = 0;
  const pixels = a.width * a.height;
  for (let k = 0; k < pixels; k++) for (let c = 0; c < 3; c++) sum += Math.abs(at(a, k, c) - at(b, k, c));
  return sum / (3 * pixels);
}

function crop(image: RgbaImage, x: number, y: number, side: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * side * side);
  for (let row = 0; row < side; row++) {
    const start = 4 * ((y + row) * image.width + x);
    data.set(image.data.subarray(start, start + 4 * side), 4 * row * side);
  }
  return { width: side, height: side, data };
}

const views = {
  views: ball.views.map(({ depth, ...view }) => ({ ...view, depth: depth! })),
  focal: ball.focal!,
  subject: 'a ball',
  refined: null,
};

describe('pictures between views', () => {
  it('are the views at their own yaws', () => {
    for (const [k, picture] of [
      ...turnFrames(
        views,
        ball.views.map(({ yaw }) => yaw),
        SIDE,
      ),
    ].entries())
      expect(difference(picture, ball.views[k]!.image), `view ${k}`).toBeLessThan(2.5);
  });

  it('keep the outline between them', () => {
    const [frame] = [...turnFrames(views, [0], SIDE)];
    const outline = (image: RgbaImage) =>
      image.data.reduce((sum, v, i) => sum + (i % 4 === 3 && v > 127 ? 1 : 0), 0);
    expect(outline(frame!) / outline(ball.views[0]!.image)).toBeCloseTo(1, 1);
  });
});

describe('a turntable', () => {
  it('turns there and back without alpha lost, and is a film where there is an encoder', async () => {
    films = [];
    const asked = {
      turntable: true,
      frames: 5,
      size: 32,
      framesPerSecond: 10,
      backdrop: [0, 0, 255],
    } as const;
    const { out, result } = await exported('turn', asked, film);
    expect(result.turntable).toEqual(['turntable.webp', 'turntable.mp4']);
    expect([...readFileSync(join(out, 'turntable.mp4'))]).toEqual([1, 2, 3]);
    const animation = sharp(readFileSync(join(out, 'turntable.webp')), { pages: -1 });
    const { pages, pageHeight, width, delay, loop, hasAlpha } = await animation.metadata();
    expect({ pages, pageHeight, width, loop, hasAlpha }).toEqual({
      ...{ pages: 8, pageHeight: 32, width: 32, loop: 0, hasAlpha: true },
    });
    expect(delay).toEqual(Array.from({ length: 8 }, () => 100));
    const [{ frames, rate }] = films as [(typeof films)[number]];
    expect(rate).toBe(10);
    expect(frames).toHaveLength(8);
    // There and back: the second picture is the last one, too; corners show the backdrop.
    expect(frames[1]).toEqual(frames[7]);
    expect(frames[1]).not.toEqual(frames[2]);
    expect([...frames[0]!.data.subarray(0, 4)]).toEqual([0, 0, 255, 255]);
  });

  it('is an animation alone on a machine without one', async () => {
    const { out, result } = await exported('plain', { turntable: true, frames: 3, size: 32 }, noFilm);
    expect(result.turntable).toEqual(['turntable.webp']);
    expect(readdirSync(out)).toEqual(['turntable.webp']);
  });
});

describe('a sprite sheet', () => {
  it('says where each picture lies and how far it is turned', async () => {
    const { out, result } = await exported('sprites', { sprites: true }, noFilm);
    expect(result.sprites).toBe(4);
    const sheet = JSON.parse(readFileSync(join(out, 'sprites.json'), 'utf8'));
    const picture = await codec.decode(readFileSync(join(out, sheet.meta.image)));
    expect(sheet.meta.size).toEqual({ w: picture.width, h: picture.height });
    expect(sheet.meta.yaws).toEqual([-30, -10, 10, 30]);
    const names = Object.keys(sheet.frames);
    expect(names).toEqual(['0.png', '1.png', '2.png', '3.png']);
    for (const [k, name] of names.entries()) {
      const { frame, yaw, sourceSize } = sheet.frames[name];
      expect([frame.w, frame.h, sourceSize.w, sourceSize.h]).toEqual([SIDE, SIDE, SIDE, SIDE]);
      expect(yaw).toBeCloseTo(sheet.meta.yaws[k], 6);
      expect(difference(crop(picture, frame.x, frame.y, SIDE), ball.views[k]!.image)).toBeLessThan(3);
    }
  });

  it('takes any number of pictures, in any size', async () => {
    const { out, result } = await exported('seven', { sprites: true, frames: 7, size: 20 }, noFilm);
    expect(result.sprites).toBe(7);
    const { frames, meta } = JSON.parse(readFileSync(join(out, 'sprites.json'), 'utf8'));
    expect(meta.yaws).toEqual([-30, -20, -10, 0, 10, 20, 30]);
    expect(frames['3.png'].frame).toMatchObject({ w: 20, h: 20 });
  });
});

describe('an OBJ', () => {
  it("is the file's mesh, corner by corner", async () => {
    const { out, result } = await exported('obj', { obj: true }, noFilm);
    const mesh = await readCharacterMesh(readFileSync(character));
    expect(result.triangles).toBe(mesh.indices.length / 3);
    const lines = readFileSync(join(out, 'mesh.obj'), 'utf8').split('\n');
    const read = (kind: string) =>
      lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(' ').slice(1));
    const [places, texels, faces] = [read('v'), read('vt'), read('f')];
    expect(places).toHaveLength(mesh.positions.length / 3);
    for (const [k, place] of places.entries())
      for (const [c, value] of place.entries())
        expect(Math.abs(Number(value) - mesh.positions[3 * k + c]!)).toBeLessThan(1e-5);
    for (const [k, [u, v]] of texels.entries()) {
      expect(Math.abs(Number(u) - mesh.uvs[2 * k]!)).toBeLessThan(1e-5);
      expect(Math.abs(1 - Number(v) - mesh.uvs[2 * k + 1]!)).toBeLessThan(1e-5);
    }
    expect(faces.flat().map((corner) => Number(corner.split('/')[0]) - 1)).toEqual([...mesh.indices]);
    expect(faces.flat().every((corner) => corner.split('/')[0] === corner.split('/')[1])).toBe(true);
    expect(lines).toContain('mtllib mesh.mtl');
    expect(readFileSync(join(out, 'mesh.mtl'), 'utf8')).toContain('map_Kd mesh.png');
    const texture = await codec.decode(readFileSync(join(out, 'mesh.png')));
    expect(texture).toEqual(await codec.decode(mesh.texture.bytes));
  });

  it('of a file whose middle view was lifted is that mesh', async () => {
    const flat = join(folder, 'two.glb');
    const two = { ...ball, views: ball.views.slice(1, 3), ...standingFrame({ width: SIDE, height: SIDE }) };
    writeFileSync(flat, await writeCharacter(codec, two, { texture: 'png', triangles: 300 }));
    const { result } = await exported('two', { obj: true, source: { file: flat } }, noFilm);
    expect(result.triangles).toBeGreaterThan(50);
    expect(result.degrees.map(Math.round)).toEqual([-10, 10]);
    expect(radians(result.degrees[1]!)).toBeCloseTo(ball.views[2]!.yaw, 6);
  });
});

it('refuses to turn one view', async () => {
  const single = join(folder, 'one.glb');
  const one = { ...ball, views: ball.views.slice(1, 2) };
  writeFileSync(single, await writeCharacter(codec, one, { texture: 'png', triangles: 300 }));
  await expect(exported('one', { turntable: true, source: { file: single } }, noFilm)).rejects.toThrow(
    /one\.glb.*expected views at different yaws to turn between, got 1/,
  );
});
