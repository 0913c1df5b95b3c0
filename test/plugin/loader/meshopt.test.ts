import { Tools } from '@babylonjs/core/Misc/tools.js';
import type { Impostor } from '@turnaround/plugin/impostor';
import { loadImpostorAsync } from '@turnaround/plugin/loader';
import { expect, test, vi } from 'vitest';
import { readCharacterMesh, writeCharacter } from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { ballCharacter } from '../../generator/impostor/depth-character.ts';
import { nullScene } from '../impostor/scenes.ts';

test('a compressed mesh is read like a plain one, and nothing is fetched for it', async () => {
  const fetched = vi.spyOn(Tools, 'LoadBabylonScriptAsync');
  const codec = createImageCodec();
  const load = async (geometry: 'plain' | 'meshopt'): Promise<{ bytes: Uint8Array; impostor: Impostor }> => {
    const bytes = await writeCharacter(codec, ballCharacter(), { triangles: 600, geometry });
    return { bytes, impostor: await loadImpostorAsync(bytes, nullScene(false)) };
  };
  const [plain, compressed] = [await load('plain'), await load('meshopt')];
  expect(compressed.bytes.length).toBeLessThan(plain.bytes.length);
  const { solid } = compressed.impostor;
  const wanted = await readCharacterMesh(compressed.bytes);
  expect([...solid!.getIndices()!]).toEqual([...wanted.indices]);
  const positions = solid!.getVerticesData('position')!;
  expect(positions).toHaveLength(wanted.positions.length);
  for (const [k, value] of positions.entries()) expect(value).toBeCloseTo(wanted.positions[k]!, 6);
  const [box, plainBox] = [solid!, plain.impostor.solid!].map((mesh) => mesh.getBoundingInfo().boundingBox);
  expect(box!.minimum.subtract(plainBox!.minimum).length()).toBeLessThan(1e-4);
  expect(box!.maximum.subtract(plainBox!.maximum).length()).toBeLessThan(1e-4);
  expect(fetched).not.toHaveBeenCalled();
});
