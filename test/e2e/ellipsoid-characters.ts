import { type ImpostorExtension, radians, selectViews, subjectToCamera } from '@turnaround/plugin/asset';
import {
  type CharacterViews,
  readCharacter,
  standingFrame,
  writeCharacter,
} from '../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../generator/src/platform/image-codec.ts';
import { packRelief } from '../../plugin/src/impostor/relief-textures.ts';
import {
  MARCH_DEFAULTS,
  type MarchOptions,
  type StoredView,
  synthesizeView,
} from '../../plugin/src/synthesis/index.ts';
import { FOCAL } from '../bench/truth/pictures.ts';
import { ellipsoidView } from '../bench-truth/ellipsoid.ts';
import type { Picture } from '../plugin/character-glb.ts';
import { psnr, type Rgb } from './pictures.ts';

/** Characters whose views are ray-traced ellipsoids, what the reference draws of them, and how near a picture comes to it. */

export const SIZE = 64;
export const YAWS = [-20, 10, 25];
/** Of the character that is seen from above and below too. */
export const PITCHES = [-12, 14];
export const GREY: Rgb = [128, 128, 128];
export const canvas = { width: 96, height: 80 };
const codec = createImageCodec();

function ellipsoidCharacter(pitches: readonly number[], yaws: readonly number[] = YAWS): CharacterViews {
  const angles = pitches.flatMap((pitch) =>
    yaws.map((yaw) => ({ yaw: radians(yaw), pitch: radians(pitch) })),
  );
  const views = angles.map(({ yaw, pitch }) => {
    const { image, mask, depth } = ellipsoidView(1, yaw, SIZE, 3, pitch);
    const data = new Uint8ClampedArray(4 * SIZE * SIZE);
    for (let k = 0; k < SIZE * SIZE; k++) {
      for (let c = 0; c < 3; c++) data[4 * k + c] = 127.5 * (image.data[c * SIZE * SIZE + k]! + 1);
      data[4 * k + 3] = 255 * mask[k]!;
    }
    return {
      yaw,
      pitch,
      image: { width: SIZE, height: SIZE, data },
      depth: { width: SIZE, height: SIZE, data: depth },
    };
  });
  return {
    views,
    ...standingFrame(views[0]!.image),
    focal: FOCAL,
    calibrated: true,
    provenance: {
      generator: 'turnaround 0.1.0',
      model: 'ellipsoid',
      modelHash: 'ab'.repeat(32),
      seed: 1,
      truncation: 1,
      licence: 'CC0-1.0',
      source: 'a test',
    },
  };
}

/** A character's file, and what the reference makes of it. */
export interface Prepared {
  readonly glb: Uint8Array;
  readonly extension: ImpostorExtension;
  readonly stored: readonly StoredView[];
}

/** The bytes of a character seen from these yaws, degrees; without a mesh. */
export const ellipsoidFile = (yaws: readonly number[]): Promise<Uint8Array> =>
  writeCharacter(codec, ellipsoidCharacter([0], yaws), { quality: 'lossless', texture: 'png', mesh: 'quad' });

export async function prepare(pitches: readonly number[]): Promise<Prepared> {
  const character = ellipsoidCharacter(pitches);
  const glb = await writeCharacter(codec, character, { quality: 'lossless', texture: 'png' });
  const { extension, atlas: picture, depth } = await readCharacter(glb);
  const [atlas, codes] = await Promise.all([codec.decode(picture.bytes), codec.decode(depth!.bytes)]);
  const packed = packRelief(extension, {
    colour: new Uint8Array(atlas.data),
    depth: new Uint8Array(codes.data),
  });
  const { near, far } = packed.range;
  const stored = extension.views.map(({ rectangle: [left, top, width, height], yaw, pitch, focal }) => {
    const at = (k: number): number =>
      (top + Math.floor(k / width)) * extension.atlasSize[0] + left + (k % width);
    const pixels = Array.from({ length: width * height }, (_, k) => at(k));
    return {
      width,
      height,
      colour: Float32Array.from(
        pixels.flatMap((k) => [...packed.colour.subarray(4 * k, 4 * k + 4)]),
        (v) => v / 255,
      ),
      depth: Float32Array.from(pixels, (k) => near + (packed.relief[2 * k]! / 255) * (far - near)),
      rotation: subjectToCamera(yaw, pitch),
      focal: focal!,
    };
  });
  return { glb, extension, stored };
}

export interface Seen {
  readonly yaw: number;
  readonly pitch: number;
  /** In units of the stored cameras' distance. */
  readonly distance: number;
  readonly pixelsHigh: number;
}

/** What the reference draws on the canvas. */
export function expected(
  { extension, stored }: Prepared,
  { yaw, pitch, distance, pixelsHigh }: Seen,
  options: MarchOptions = MARCH_DEFAULTS,
): Picture {
  const { samples } = selectViews(extension.views, radians(yaw), radians(pitch));
  const side = Math.max(canvas.width, canvas.height);
  // The frame's height at the pivot takes `pixelsHigh` pixels; at the distance of the stored cameras it fills ±1.
  const rgba = synthesizeView(
    samples.map(({ index, weight }) => ({ view: stored[index]!, weight })),
    {
      rotation: subjectToCamera(radians(yaw), radians(pitch)),
      distance,
      focal: (FOCAL * distance * pixelsHigh) / side,
    },
    side,
    options,
  );
  const data = new Uint8ClampedArray(4 * canvas.width * canvas.height);
  for (let y = 0; y < canvas.height; y++)
    for (let x = 0; x < canvas.width; x++) {
      const from = 4 * ((y + (side - canvas.height) / 2) * side + x + (side - canvas.width) / 2);
      const to = 4 * (y * canvas.width + x);
      for (let c = 0; c < 3; c++)
        data[to + c] = Math.round(255 * rgba[from + c]! + (1 - rgba[from + 3]!) * GREY[c]!);
      data[to + 3] = 255;
    }
  return { ...canvas, data };
}

/** PSNR over what either of two pictures shows. */
export function nearness(picture: Picture, wanted: Picture): number {
  const shows = ({ data }: Picture, k: number): boolean =>
    [0, 1, 2].some((c) => Math.abs(data[4 * k + c]! - GREY[c]!) > 3);
  return psnr(picture, wanted, (k) => shows(picture, k) || shows(wanted, k));
}
