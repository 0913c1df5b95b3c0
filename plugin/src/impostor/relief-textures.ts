import { Constants } from '@babylonjs/core/Engines/constants.js';
import type { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { BACKGROUND_CODE, type DepthRange, depthOfCode, type ImpostorExtension } from '../asset/index.ts';
import { extendDepth } from '../synthesis/index.ts';
import { type Anchors, findAnchors } from './anchors.ts';

/** What views are marched through: textures that may be read between their pixels. */
export interface ReliefTextures {
  /** RGBA8, sRGB multiplied by alpha. */
  readonly colour: RawTexture;
  /** Depth from the range's near to its far end, and alpha, in red and green. */
  readonly relief: RawTexture;
  /** Of the relief's red, in units of the stored cameras' distance. */
  readonly range: DepthRange;
  readonly anchors: Anchors;
  /** What the textures hold, rows from the top; null where only the GPU knows. */
  readonly bytes: ReliefBytes | null;
}

/** Bytes of the textures that views are marched through. */
export interface ReliefBytes {
  /** RGBA */
  readonly colour: Uint8Array;
  /** RG */
  readonly relief: Uint8Array;
}

/** Bytes of an atlas, RGBA rows from the top. */
export interface AtlasBytes {
  readonly colour: Uint8Array;
  readonly depth: Uint8Array;
}

/**
 * What the textures of a character hold, from what its file holds: colour multiplied by alpha, and depth in 8 bits over
 * the range that its subject takes up (16 bits gain nothing: warping.md), carried on past the subject's rim.
 */
export function packRelief(
  { atlasSize: [width, height], views, depth: stored }: ImpostorExtension,
  { colour, depth }: AtlasBytes,
): { colour: Uint8Array; relief: Uint8Array; range: DepthRange } {
  const premultiplied = new Uint8Array(colour.length);
  for (let k = 0; k < colour.length; k += 4) {
    const alpha = colour[k + 3]!;
    for (let c = 0; c < 3; c++) premultiplied[k + c] = Math.round((colour[k + c]! * alpha) / 255);
    premultiplied[k + 3] = alpha;
  }
  const codes = Uint16Array.from(
    { length: width * height },
    (_, k) => 256 * depth[4 * k]! + depth[4 * k + 1]!,
  );
  const range = rangeOf(codes, stored!);
  const relief = new Uint8Array(2 * width * height);
  for (let k = 0; k < width * height; k++) [relief[2 * k], relief[2 * k + 1]] = [255, colour[4 * k + 3]!];
  for (const { rectangle } of views) {
    const [left, top, w, h] = rectangle;
    const at = (k: number): number => (top + Math.floor(k / w)) * width + left + (k % w);
    const own = Float32Array.from({ length: w * h }, (_, k) => depthOfCode(codes[at(k)]!, stored!));
    for (const [k, value] of extendDepth(own, w, h).entries()) {
      const share = (value - range.near) / (range.far - range.near);
      relief[2 * at(k)] = Math.round(255 * Math.min(1, Math.max(0, share)));
    }
  }
  return { colour: premultiplied, relief, range };
}

/** The distances that any pixel of the subject has. */
function rangeOf(codes: Uint16Array, stored: DepthRange): DepthRange {
  let [least, most] = [BACKGROUND_CODE, 0];
  for (const code of codes) {
    if (code === BACKGROUND_CODE) continue;
    least = Math.min(least, code);
    most = Math.max(most, code);
  }
  if (least >= most) return stored;
  return { near: depthOfCode(least, stored), far: depthOfCode(most, stored) };
}

/**
 * Makes a character's textures for marching.
 * @param atlas, depth  as the file holds them, and as large
 * @returns null where their bytes cannot be read back (no GPU, compressed or shrunk textures)
 */
export async function createReliefTextures(
  scene: Scene,
  extension: ImpostorExtension,
  atlas: BaseTexture,
  depth: BaseTexture,
): Promise<ReliefTextures | null> {
  const [width, height] = extension.atlasSize;
  const [colourBytes, depthBytes] = await Promise.all([readBytes(atlas), readBytes(depth)]);
  const length = 4 * width * height;
  if (colourBytes?.length !== length || depthBytes?.length !== length || scene.isDisposed) return null;
  const packed = packRelief(extension, { colour: colourBytes, depth: depthBytes });
  const create = (bytes: Uint8Array, format: number): RawTexture => {
    const texture = new RawTexture(
      bytes,
      width,
      height,
      format,
      scene,
      false,
      false,
      Texture.BILINEAR_SAMPLINGMODE,
    );
    texture.wrapU = Texture.CLAMP_ADDRESSMODE;
    texture.wrapV = Texture.CLAMP_ADDRESSMODE;
    return texture;
  };
  return {
    colour: create(packed.colour, Constants.TEXTUREFORMAT_RGBA),
    relief: create(packed.relief, Constants.TEXTUREFORMAT_RG),
    range: packed.range,
    anchors: findAnchors(extension, colourBytes),
    bytes: packed,
  };
}

async function readBytes(texture: BaseTexture): Promise<Uint8Array | null> {
  if (!texture.isReady()) await loaded(texture);
  const view = await texture.readPixels();
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : null;
}

const loaded = (texture: BaseTexture): Promise<void> =>
  new Promise((resolve) => {
    if (texture instanceof Texture) texture.onLoadObservable.addOnce(() => resolve());
    else resolve();
  });
