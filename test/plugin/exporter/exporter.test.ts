import type { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { MeshBuilder } from '@babylonjs/core/Meshes/meshBuilder.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { GLTF2Export, type IExportOptions } from '@babylonjs/serializers/glTF/2.0/glTFSerializer.js';
import { degrees } from '@turnaround/plugin/asset';
import { registerImpostorExporter } from '@turnaround/plugin/exporter';
import type { Impostor } from '@turnaround/plugin/impostor';
import { loadImpostorAsync } from '@turnaround/plugin/loader';
import { validateBytes } from 'gltf-validator';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  characterIO,
  readCharacter,
  signedVolume,
  writeCharacter,
} from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { ballCharacter } from '../../generator/impostor/depth-character.ts';
import { addImpostor, cameraAt, nullScene } from '../impostor/scenes.ts';

/** Babylon's own exporter: what it makes of a scene with characters. */

const codec = createImageCodec();
const pivot = [0.02, 0.15, 0] as const;
const files: Record<string, Uint8Array> = {};

beforeAll(async () => {
  const fused = { ...ballCharacter(), pivot };
  const { focal: _, ...bare } = fused;
  const flat = { ...bare, views: bare.views.map(({ depth: __, ...view }) => view) };
  files['fused'] = await writeCharacter(codec, fused, { triangles: 600 });
  files['compressed'] = await writeCharacter(codec, fused, { triangles: 600, geometry: 'meshopt' });
  files['lifted, as png'] = await writeCharacter(
    codec,
    { ...ballCharacter([-10, 0, 10]), pivot },
    { triangles: 600, texture: 'png' },
  );
  files['flat'] = await writeCharacter(codec, flat);
  registerImpostorExporter();
});

async function exported(scene: Scene, options: IExportOptions = {}): Promise<Uint8Array> {
  const { files } = await GLTF2Export.GLBAsync(scene, 'scene', options);
  return new Uint8Array(await (files['scene.glb'] as Blob).arrayBuffer());
}

/** What a character's file says and holds, less the places of its textures in the file and the file's own author. */
async function contents(bytes: Uint8Array) {
  const { extension, atlas, depth, name } = await readCharacter(bytes);
  const { colour: _, depth: stored, ...table } = extension;
  return { table, range: stored && { ...stored, texture: null }, atlas, depth, name };
}

async function meshOf(bytes: Uint8Array) {
  const document = await characterIO().readBinary(bytes);
  const [node] = document
    .getRoot()
    .listNodes()
    .filter((one) => one.getMesh());
  const [primitive] = node!.getMesh()!.listPrimitives();
  const numbers = (name: string): number[] => {
    const accessor = primitive!.getAttribute(name)!;
    return Array.from({ length: accessor.getCount() }, (_, k) => accessor.getElement(k, [])).flat();
  };
  const material = primitive!.getMaterial()!;
  const texture = material.getBaseColorTexture()!;
  return {
    positions: numbers('POSITION'),
    uvs: numbers('TEXCOORD_0'),
    indices: [...primitive!.getIndices()!.getArray()!],
    alphaMode: material.getAlphaMode(),
    doubleSided: material.getDoubleSided(),
    unlit: material.getExtension('KHR_materials_unlit') !== null,
    picture: texture.getImage(),
    sampler: material.getBaseColorTextureInfo()!.getMinFilter(),
  };
}

describe.each(['fused', 'compressed', 'lifted, as png', 'flat'])('a %s character', (kind) => {
  describe.each([
    ['right', true],
    ['left', false],
  ])('in a %s-handed scene', (_, rightHanded) => {
    test('is exported as it was loaded, to the byte, and loads again', async () => {
      const warned = vi.spyOn(Logger, 'Warn');
      const scene = nullScene(rightHanded);
      const impostor = await loadImpostorAsync(files[kind]!, scene);
      const bytes = await exported(scene);
      expect(warned.mock.calls).toEqual([]);
      expect(await contents(bytes)).toEqual(await contents(files[kind]!));
      const [before, after] = [await meshOf(files[kind]!), await meshOf(bytes)];
      expect(Math.max(...after.positions.map((p, k) => Math.abs(p - before.positions[k]!)))).toBeLessThan(
        1e-6,
      );
      expect(Math.max(...after.uvs.map((p, k) => Math.abs(p - before.uvs[k]!)))).toBeLessThan(1e-6);
      expect({ ...after, positions: [], uvs: [] }).toEqual({ ...before, positions: [], uvs: [] });

      const again = await loadImpostorAsync(bytes, nullScene(rightHanded));
      expect(again.extension.views).toEqual(impostor.extension.views);
      expect(again.node.name).toBe(impostor.node.name);
      expect(again.solid!.getTotalVertices()).toBe(impostor.solid!.getTotalVertices());
    });

    test('is a glTF of which the validator knows all but the extension', async () => {
      const scene = nullScene(rightHanded);
      await loadImpostorAsync(files[kind]!, scene);
      const { issues } = await validateBytes(await exported(scene));
      // Babylon leaves an empty object at the top and does not say what buffer views are for.
      expect(issues.messages.filter(({ severity }) => severity < 2)).toEqual([]);
    });
  });
});

/** What a character shows of itself to an eye of a right-handed world. */
function look(impostor: Impostor, eye: Vector3, mirror: boolean) {
  const place = (at: Vector3): Vector3 => new Vector3(mirror ? -at.x : at.x, at.y, at.z);
  const camera: TargetCamera = cameraAt(impostor.scene, place(eye), place(new Vector3(1, 1, 1)));
  impostor.scene.render();
  const { yaw, pitch, view } = impostor.stateFor(camera)!;
  const at = place(impostor.mesh.getAbsolutePosition());
  return { yaw: degrees(yaw), pitch: degrees(pitch), view, at };
}

/** Vertices of a character's shape in a right-handed world. */
function worldShape({ solid }: Impostor, mirror: boolean): number[] {
  const world = solid!.computeWorldMatrix(true);
  const local = solid!.getVerticesData('position')!;
  return Array.from({ length: local.length / 3 }, (_, k) => {
    const { x, y, z } = Vector3.TransformCoordinates(Vector3.FromArray(local, 3 * k), world);
    return [mirror ? -x : x, y, z];
  }).flat();
}

test.each([
  ['the loader’s root is moved', (impostor: Impostor) => impostor.scene.getMeshByName('__root__')!],
  ['its node is moved', (impostor: Impostor) => impostor.node],
  [
    'it is hung from a node of a left-handed scene',
    (impostor: Impostor) => {
      const body = new TransformNode('body', impostor.scene);
      impostor.node.parent = body;
      return body;
    },
  ],
])('where %s, the exported character stands and looks the same in a right-handed world', async (_, moved) => {
  const impostor = await loadImpostorAsync(files['fused']!, nullScene(false));
  const node = moved(impostor);
  node.position.set(1, -2, 0.5);
  node.rotationQuaternion = null;
  node.rotation.set(0.2, 0.9, -0.3);
  const again = await loadImpostorAsync(await exported(impostor.scene), nullScene(true));
  const [shape, copy] = [worldShape(impostor, true), worldShape(again, false)];
  expect(Math.max(...copy.map((value, k) => Math.abs(value - shape[k]!)))).toBeLessThan(1e-5);
  // Still counter-clockwise from outside.
  const { solid } = again;
  const corners = Float32Array.from(solid!.getVerticesData('position')!);
  expect(signedVolume(corners, Uint32Array.from(solid!.getIndices()!))).toBeGreaterThan(0);
  for (const eye of [new Vector3(4, 0, 9), new Vector3(-7, 3, 2), new Vector3(1, -1, -8)]) {
    const [before, after] = [look(impostor, eye, true), look(again, eye, false)];
    expect(after.yaw).toBeCloseTo(before.yaw, 2);
    expect(after.pitch).toBeCloseTo(before.pitch, 2);
    expect(after.view).toBe(before.view);
    expect(Vector3.Distance(after.at, before.at)).toBeLessThan(1e-5);
  }
});

test('a character without a parent, in the middle of a right-handed scene, is not left out', async () => {
  const scene = nullScene(true);
  const { node } = await loadImpostorAsync(files['fused']!, scene);
  node.parent = null;
  scene.getMeshByName('__root__')!.dispose();
  expect(await contents(await exported(scene))).toEqual(await contents(files['fused']!));
});

test('several characters and other meshes go into one file', async () => {
  const scene = nullScene(true);
  await loadImpostorAsync(files['fused']!, scene);
  (await loadImpostorAsync(files['flat']!, scene)).node.position.x = 2;
  MeshBuilder.CreateBox('box', {}, scene);
  const { json } = await characterIO().binaryToJSON(await exported(scene));
  const carriers = json.nodes!.filter(({ extensions }) => extensions?.['TURNAROUND_impostor']);
  expect(carriers.map(({ translation }) => translation?.[0] ?? 0)).toEqual([0, 2]);
  expect(json.nodes!.map(({ name }) => name)).toContain('box');
  expect(json.nodes).toHaveLength(3);
  expect(json.meshes).toHaveLength(3);
  expect(json.extensionsUsed).toContain('TURNAROUND_impostor');
  expect(json.extensionsRequired).toEqual(['EXT_texture_webp']);
});

test('as .gltf, pictures are files beside it', async () => {
  const scene = nullScene(true);
  await loadImpostorAsync(files['fused']!, scene);
  const out = (await GLTF2Export.GLTFAsync(scene, 'scene')).files;
  const json = JSON.parse(out['scene.gltf'] as string) as { images: { uri: string }[] };
  expect(Object.keys(out).toSorted()).toEqual(
    ['scene.bin', 'scene.gltf', ...json.images.map(({ uri }) => uri)].toSorted(),
  );
  const before = await readCharacter(files['fused']!);
  const colour = out[json.images[0]!.uri] as Blob;
  expect(new Uint8Array(await colour.arrayBuffer())).toEqual(before.atlas.bytes);
});

test('a character that comes from no file is exported as a node, and that is said', async () => {
  const warned = vi.spyOn(Logger, 'Warn').mockImplementation(() => {});
  const scene = nullScene(true);
  addImpostor(scene);
  // A null engine never says that a texture made of bytes is ready.
  const bytes = await exported(scene, { exportWithoutWaitingForScene: true });
  const { json } = await characterIO().binaryToJSON(bytes);
  expect(json.nodes!.map(({ name, mesh }) => [name, mesh])).toEqual([['impostor', undefined]]);
  expect(json.extensionsUsed ?? []).not.toContain('TURNAROUND_impostor');
  expect(warned.mock.calls.flat().join()).toContain('comes from no file');
  warned.mockRestore();
});
