import { MeshoptDecoder } from 'meshoptimizer/decoder';
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCharacter, readCharacterMesh, writeCharacter } from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { ballCharacter } from './depth-character.ts';

/** What another engine makes of a character's file: three.js' own loader, with pictures decoded by sharp. */

const codec = createImageCodec();
const decoded: { mimeType: string; width: number; height: number }[] = [];

beforeEach(() => {
  decoded.length = 0;
  vi.stubGlobal('self', globalThis);
  // Browsers have this function; three.js hands it the bytes of the file's own pictures.
  vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
    const { width, height } = await codec.decode(new Uint8Array(await blob.arrayBuffer()));
    decoded.push({ mimeType: blob.type, width, height });
    return { width, height, close() {} };
  });
  vi.spyOn(console, 'warn');
  vi.spyOn(console, 'error');
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function open(bytes: Uint8Array, loader: GLTFLoader = new GLTFLoader()): Promise<THREE.Mesh[]> {
  const { scene } = await loader.parseAsync(new Uint8Array(bytes).buffer, '');
  const meshes: THREE.Mesh[] = [];
  scene.traverse((object) => {
    if (object.isMesh) meshes.push(object as THREE.Mesh);
  });
  expect(vi.mocked(console.warn).mock.calls).toEqual([]);
  expect(vi.mocked(console.error).mock.calls).toEqual([]);
  return meshes;
}

describe.each([
  ['webp', 'plain'],
  ['png', 'plain'],
  ['webp', 'meshopt'],
] as const)('a character with %s and a %s mesh', (texture, geometry) => {
  test('is one unlit, textured mesh, as glTF-Transform reads it', async () => {
    const bytes = await writeCharacter(codec, ballCharacter(), { texture, geometry, triangles: 600 });
    const [mesh, ...others] = await open(bytes, new GLTFLoader().setMeshoptDecoder(MeshoptDecoder));
    expect(others).toEqual([]);
    const { geometry: read, material } = mesh!;
    const wanted = await readCharacterMesh(bytes);
    expect([...read.index!.array]).toEqual([...wanted.indices]);
    expect(wanted.indices.length / 3).toBeGreaterThan(400);
    const { position, uv } = read.attributes;
    expect([position!.count, uv!.count]).toEqual([wanted.positions.length / 3, wanted.uvs.length / 2]);
    for (let v = 0; v < position!.count; v++) {
      const at = [position!.getX(v), position!.getY(v), position!.getZ(v)];
      for (const [c, value] of at.entries()) expect(value).toBeCloseTo(wanted.positions[3 * v + c]!, 6);
      expect(uv!.getX(v)).toBeCloseTo(wanted.uvs[2 * v]!, 5);
      expect(uv!.getY(v)).toBeCloseTo(wanted.uvs[2 * v + 1]!, 5);
    }
    expect(material.type).toBe('MeshBasicMaterial');
    expect([material.transparent, material.side]).toEqual([false, THREE.FrontSide]);
    expect(material.map!.colorSpace).toBe(THREE.SRGBColorSpace);
    expect([material.map!.wrapS, material.map!.minFilter]).toEqual([
      THREE.ClampToEdgeWrapping,
      THREE.LinearFilter,
    ]);
    // Of the file's three pictures only the mesh's own is looked at.
    const surface = await codec.decode(wanted.texture.bytes);
    expect(decoded).toEqual([{ mimeType: `image/${texture}`, width: surface.width, height: surface.height }]);
  });
});

test('a character without depth is the middle view on a quad that is blended', async () => {
  const { focal: _, ...character } = ballCharacter();
  const views = character.views.map(({ depth: __, ...view }) => view);
  const bytes = await writeCharacter(codec, { ...character, views });
  const [mesh] = await open(bytes);
  expect(mesh!.geometry.index!.count).toBe(6);
  expect([mesh!.material.type, mesh!.material.transparent, mesh!.material.side]).toEqual([
    'MeshBasicMaterial',
    true,
    THREE.DoubleSide,
  ]);
  const [width, height] = (await readCharacter(bytes)).extension.atlasSize;
  expect(mesh!.material.map!.image).toMatchObject({ width, height });
});

test('a compressed mesh is refused where no decoder is given', async () => {
  const bytes = await writeCharacter(codec, ballCharacter(), { geometry: 'meshopt', triangles: 600 });
  await expect(open(bytes)).rejects.toThrow('setMeshoptDecoder');
});
