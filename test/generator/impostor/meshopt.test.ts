import type { Primitive } from '@gltf-transform/core';
import { validateBytes } from 'gltf-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CharacterViews,
  characterIO,
  readCharacter,
  writeCharacter,
} from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { ballCharacter } from './depth-character.ts';

const codec = createImageCodec();

async function primitiveOf(bytes: Uint8Array): Promise<Primitive> {
  const document = await characterIO().readBinary(bytes);
  return document.getRoot().listMeshes()[0]!.listPrimitives()[0]!;
}

/**
 * Triangles by their corners' codes in the texture, which are stored exactly: the corners' places, in the order in which
 * they go round, first the one with the smallest code.
 */
function triangles(primitive: Primitive): Map<string, number[]> {
  const [positions, uvs] = ['POSITION', 'TEXCOORD_0'].map((name) => primitive.getAttribute(name)!);
  const indices = primitive.getIndices()!.getArray()!;
  const found = new Map<string, number[]>();
  for (let k = 0; k < indices.length; k += 3) {
    const corners = [0, 1, 2].map((c) => {
      const v = indices[k + c]!;
      const code = uvs!.getElement<number[]>(v, []).map((share) => Math.round(65535 * share));
      return { code: code.join(), at: positions!.getElement<number[]>(v, []) };
    });
    const least = corners.map(({ code }) => code).sort()[0];
    while (corners[0]!.code !== least) corners.push(corners.shift()!);
    found.set(
      corners.map(({ code }) => code).join(' '),
      corners.flatMap(({ at }) => at),
    );
  }
  return found;
}

function largestError(a: Map<string, number[]>, b: Map<string, number[]>): number {
  let largest = 0;
  for (const [key, places] of a) {
    const others = b.get(key);
    expect(others, key).toBeDefined();
    for (const [k, place] of places.entries()) largest = Math.max(largest, Math.abs(place - others![k]!));
  }
  return largest;
}

const jsonOf = async (bytes: Uint8Array) => (await characterIO().binaryToJSON(new Uint8Array(bytes))).json;

describe.each([
  ['fused', [-20, 0, 20]],
  ['lifted', [-10, 0, 10]],
] as const)('a %s mesh compressed with meshoptimizer', (_, yaws) => {
  const character = ballCharacter(yaws);
  let plain: Uint8Array;
  let bytes: Uint8Array;
  beforeAll(async () => {
    [plain, bytes] = [
      await writeCharacter(codec, character),
      await writeCharacter(codec, character, { geometry: 'meshopt' }),
    ];
  });

  it('is the same mesh within 1e-4 of the frame, its winding and its place in the texture exactly', async () => {
    const [before, after] = [triangles(await primitiveOf(plain)), triangles(await primitiveOf(bytes))];
    expect(before.size).toBeGreaterThan(500);
    expect(after.size).toBe(before.size);
    const error = largestError(before, after);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1e-4 * character.frame[1]);
  });

  it('takes less than two fifths of the bytes', async () => {
    const primitive = await primitiveOf(plain);
    const before = [...primitive.listAttributes(), primitive.getIndices()!]
      .map((accessor) => accessor.getByteLength())
      .reduce((sum, size) => sum + size);
    const compressed = ((await jsonOf(bytes)).bufferViews ?? []).flatMap(
      ({ extensions }) => (extensions?.['EXT_meshopt_compression'] as { byteLength: number }) ?? [],
    );
    expect(compressed).toHaveLength(3);
    const after = compressed.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(after / before).toBeLessThan(0.4);
    expect(plain.length - bytes.length).toBeGreaterThan(before - after - 1500);
  });

  it('lies in a file of which the validator knows all but the extensions', async () => {
    const { issues } = await validateBytes(bytes);
    expect([issues.numErrors, issues.numWarnings]).toEqual([0, 0]);
    expect((await jsonOf(bytes)).extensionsRequired?.toSorted()).toEqual([
      'EXT_meshopt_compression',
      'EXT_texture_webp',
      'KHR_mesh_quantization',
    ]);
  });

  it('leaves all that the impostor reads as it is', async () => {
    expect(await readCharacter(bytes)).toEqual(await readCharacter(plain));
  });

  it('is written the same each time, and stays compressed on its way through glTF-Transform', async () => {
    expect(await writeCharacter(codec, character, { geometry: 'meshopt' })).toEqual(bytes);
    const again = await characterIO().writeBinary(await characterIO().readBinary(bytes));
    expect(Math.abs(again.length - bytes.length)).toBeLessThan(100);
    expect(largestError(triangles(await primitiveOf(bytes)), triangles(await primitiveOf(again)))).toBe(0);
    expect({ ...(await readCharacter(again)), generator: 'turnaround 0.1.0' }).toEqual(
      await readCharacter(bytes),
    );
  });
});

describe('what is not to be rounded or compressed', () => {
  it('positions beyond ±1 stay as they are', async () => {
    const base = ballCharacter();
    const large: CharacterViews = { ...base, frame: [6, 6], pivot: [0, 3, 0] };
    const [plain, bytes] = [
      await writeCharacter(codec, large),
      await writeCharacter(codec, large, { geometry: 'meshopt' }),
    ];
    expect(largestError(triangles(await primitiveOf(plain)), triangles(await primitiveOf(bytes)))).toBe(0);
    expect((await jsonOf(bytes)).extensionsUsed).not.toContain('KHR_mesh_quantization');
    expect(bytes.length).toBeLessThan(plain.length);
  });

  it('nor are positions rounded in a frame so small that it would show', async () => {
    const small: CharacterViews = { ...ballCharacter(), frame: [0.1, 0.1], pivot: [0, 0.05, 0] };
    const bytes = await writeCharacter(codec, small, { geometry: 'meshopt' });
    const json = await jsonOf(bytes);
    expect(json.extensionsUsed).not.toContain('KHR_mesh_quantization');
    expect(json.extensionsUsed).toContain('EXT_meshopt_compression');
  });

  it('a quad is never compressed, nor anything by default', async () => {
    const { focal: _, ...character } = ballCharacter();
    const flat = { ...character, views: character.views.map(({ depth: __, ...view }) => view) };
    for (const bytes of [
      await writeCharacter(codec, flat, { geometry: 'meshopt' }),
      await writeCharacter(codec, ballCharacter()),
    ])
      expect((await jsonOf(bytes)).extensionsUsed).not.toContain('EXT_meshopt_compression');
  });
});
