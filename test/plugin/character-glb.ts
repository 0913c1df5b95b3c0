import {
  DEPTH_ENCODING,
  EXTENSION_NAME,
  FORMAT_VERSION,
  type ImpostorExtension,
  radians,
  type View,
} from '@turnaround/plugin/asset';
import sharp from 'sharp';

/** RGBA, row-major from the upper left, straight alpha. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export interface TestCharacter {
  readonly views: readonly Picture[];
  /** Degrees, rising. */
  readonly yaws: readonly number[];
  readonly pivot?: readonly [number, number, number];
  /** Adds a depth texture, the colour's bytes as codes: only where they go is of interest. */
  readonly depth?: boolean;
  /** Height of a view's frame in the node's space. */
  readonly frameHeight?: number;
  /** Of the node itself. */
  readonly node?: {
    readonly translation?: number[];
    readonly rotation?: number[];
    readonly scale?: number[];
  };
  /** Changes the extension before it is written, to make it wrong. */
  readonly change?: (extension: Record<string, unknown>) => void;
}

/** A glTF binary file from its two chunks. */
export function packGlb(json: unknown, binary: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const padded = (length: number) => (length + 3) & ~3;
  const total = 12 + 8 + padded(text.length) + 8 + padded(binary.length);
  const bytes = new Uint8Array(total).fill(0x20);
  const header = new DataView(bytes.buffer);
  const words = [0x46546c67, 2, total, padded(text.length), 0x4e4f534a];
  for (const [k, word] of words.entries()) header.setUint32(4 * k, word, true);
  bytes.set(text, 20);
  const start = 20 + padded(text.length);
  header.setUint32(start, padded(binary.length), true);
  header.setUint32(start + 4, 0x004e4942, true);
  bytes.fill(0, start + 8);
  bytes.set(binary, start + 8);
  return bytes;
}

/** Views in two rows of an atlas, edge to edge, so that a picture that reads its neighbour is found out. */
function layOut(views: readonly Picture[]): { atlas: Picture; rectangles: View['rectangle'][] } {
  const { width, height } = views[0]!;
  const columns = Math.ceil(views.length / 2);
  const atlas = {
    width: columns * width,
    height: 2 * height,
    data: new Uint8ClampedArray(columns * width * 2 * height * 4),
  };
  const rectangles = views.map((view, k): View['rectangle'] => {
    const [x, y] = [(k % columns) * width, Math.floor(k / columns) * height];
    for (let row = 0; row < height; row++)
      atlas.data.set(
        view.data.subarray(row * width * 4, (row + 1) * width * 4),
        ((y + row) * atlas.width + x) * 4,
      );
    return [x, y, width, height];
  });
  return { atlas, rectangles };
}

const png = ({ width, height, data }: Picture): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();

/** A character as the generator writes it: a node with the extension and a textured quad as its fallback. */
export async function characterGlb(character: TestCharacter): Promise<Uint8Array> {
  const { views, yaws, pivot = [0, 0, 0], frameHeight = 2 } = character;
  const { atlas, rectangles } = layOut(views);
  const frame = [(frameHeight * views[0]!.width) / views[0]!.height, frameHeight] as const;
  const { depth = false } = character;
  const extension: ImpostorExtension = {
    formatVersion: FORMAT_VERSION,
    colour: { index: 0 },
    atlasSize: [atlas.width, atlas.height],
    pivot,
    frame,
    ...(depth ? { depth: { texture: { index: 1 }, encoding: DEPTH_ENCODING, near: 0.9, far: 1.1 } } : {}),
    views: yaws.map((yaw, k) => ({
      yaw: radians(yaw),
      pitch: 0,
      rectangle: rectangles[k]!,
      ...(depth ? { focal: 9.21 } : {}),
    })),
    calibrated: true,
    provenance: {
      generator: 'test',
      model: 'test',
      modelHash: '0'.repeat(64),
      seed: 0,
      truncation: 1,
      licence: 'CC0-1.0',
      source: 'test',
    },
  };
  const written = { ...structuredClone(extension) } as unknown as Record<string, unknown>;
  character.change?.(written);
  const image = await png(atlas);
  const [w, h] = [frame[0] / 2, frame[1] / 2];
  const quad = new Float32Array([-w, -h, 0, w, -h, 0, w, h, 0, -w, h, 0]);
  const triangles = new Uint16Array([0, 1, 2, 0, 2, 3]);
  const binary = new Uint8Array(60 + image.length);
  binary.set(new Uint8Array(quad.buffer), 0);
  binary.set(new Uint8Array(triangles.buffer), 48);
  binary.set(image, 60);
  const json = {
    asset: { version: '2.0' },
    extensionsUsed: [EXTENSION_NAME],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: 'character', mesh: 0, ...character.node, extensions: { [EXTENSION_NAME]: written } }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3', min: [-w, -h, 0], max: [w, h, 0] },
      { bufferView: 1, componentType: 5123, count: 6, type: 'SCALAR' },
    ],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 48 },
      { buffer: 0, byteOffset: 48, byteLength: 12 },
      { buffer: 0, byteOffset: 60, byteLength: image.length },
    ],
    buffers: [{ byteLength: binary.length }],
    textures: depth ? [{ source: 0 }, { source: 1 }] : [{ source: 0 }],
    images: Array.from({ length: depth ? 2 : 1 }, () => ({ bufferView: 2, mimeType: 'image/png' })),
  };
  return packGlb(json, binary);
}

/**
 * A view of nobody: a soft-edged disc, red on the left and blue on the right, with a letter F and a mark that travels with
 * the yaw. Where it is transparent it is bright green, which must never be seen.
 */
export async function letterView(yaw: number, size = 64): Promise<Picture> {
  const mark = 32 + 22 * Math.sin(radians(yaw));
  const shape = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 64 64">
    <defs><linearGradient id="g"><stop stop-color="#d02020"/><stop offset="1" stop-color="#2040d0"/></linearGradient>
    <clipPath id="c"><circle cx="32" cy="32" r="27"/></clipPath></defs>
    <g clip-path="url(#c)"><rect width="64" height="64" fill="url(#g)"/>
    <path d="M22 50V14h22v6H29v8h11v6H29v16z" fill="#fff"/>
    <circle cx="${mark}" cy="42" r="5" fill="#fd0"/></g></svg>`;
  const { data } = await sharp(Buffer.from(shape)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const pixels = new Uint8ClampedArray(data);
  for (let k = 0; k < pixels.length; k += 4) if (pixels[k + 3] === 0) pixels.set([0, 255, 0], k);
  return { width: size, height: size, data: pixels };
}
