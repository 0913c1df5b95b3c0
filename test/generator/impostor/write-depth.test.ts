import type { Primitive } from '@gltf-transform/core';
import { EXTENSION_NAME, radians, validateExtension } from '@turnaround/plugin/asset';
import { validateBytes } from 'gltf-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Impostor } from '../../../generator/src/impostor/impostor-extension.ts';
import {
  type CharacterViews,
  characterIO,
  decodeDepth,
  extendDepth,
  isDepth,
  openEdges,
  readCharacter,
  signedVolume,
  standingFrame,
  viewDepth,
  writeCharacter,
} from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import { ballCharacter } from './depth-character.ts';
import { drawMesh } from './mesh-raster.ts';
import { FOCAL, sweepDepth } from './mesh-sweeps.ts';

const codec = createImageCodec();

/** The one mesh of a file, as the mesher's tests take it. */
async function meshOf(bytes: Uint8Array) {
  const document = await characterIO().readBinary(bytes);
  const [primitive] = document.getRoot().listMeshes()[0]!.listPrimitives();
  const elements = (name: string): Float32Array => {
    const accessor = (primitive as Primitive).getAttribute(name)!;
    return Float32Array.from(
      Array.from({ length: accessor.getCount() }, (_, k) => accessor.getElement(k, [])).flat(),
    );
  };
  return {
    material: primitive!.getMaterial()!,
    positions: elements('POSITION'),
    uvs: elements('TEXCOORD_0'),
    indices: Uint32Array.from(primitive!.getIndices()!.getArray()!),
  };
}

/** Indices after vertices at one place are made one. */
function weld(positions: Float32Array, indices: Uint32Array): Uint32Array {
  const places = new Map<string, number>();
  return indices.map((v) => {
    const key = positions.subarray(3 * v, 3 * v + 3).join();
    if (!places.has(key)) places.set(key, v);
    return places.get(key)!;
  });
}

describe.each(['webp', 'png'] as const)('a character with depth, as %s', (texture) => {
  const character = ballCharacter();
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await writeCharacter(codec, character, { texture });
  });

  it('is valid: nothing but the unknown extension is said about it', async () => {
    const { issues } = await validateBytes(bytes);
    expect([issues.numErrors, issues.numWarnings]).toEqual([0, 0]);
    const codes = new Set(issues.messages.map(({ code }) => code));
    // The depth is used by the unknown extension alone.
    for (const known of ['IMAGE_NPOT_DIMENSIONS', 'UNUSED_OBJECT']) codes.delete(known);
    expect([...codes]).toEqual(['UNSUPPORTED_EXTENSION']);
  });

  it('stores depth in the colour atlas’ layout, opaque, to within what its bits tell', async () => {
    const { extension, depth, atlas } = await readCharacter(bytes);
    expect(validateExtension(extension)).toEqual(extension);
    expect(extension.views.map(({ focal }) => focal)).toEqual([9.21, 9.21, 9.21]);
    expect(depth!.mimeType).toBe(`image/${texture}`);
    const picture = await codec.decode(depth!.bytes);
    expect([picture.width, picture.height]).toEqual(extension.atlasSize);
    const colour = await codec.decode(atlas.bytes);
    expect([colour.width, colour.height]).toEqual(extension.atlasSize);
    const decoded = decodeDepth(picture, extension.depth!);
    const { near, far } = extension.depth!;
    let seen = 0;
    for (const [k, { rectangle }] of extension.views.entries()) {
      const { image, depth: given } = character.views[k]!;
      const alpha = Float32Array.from(
        { length: image.width * image.height },
        (_, i) => image.data[4 * i + 3]! / 255,
      );
      const wanted = extendDepth(given!, alpha);
      for (const [i, value] of viewDepth(decoded, rectangle).data.entries()) {
        expect(isDepth(value)).toBe(isDepth(wanted.data[i]!));
        if (!isDepth(value)) continue;
        expect(Math.abs(value - wanted.data[i]!)).toBeLessThan((far - near) / 2 ** 10);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(3 * 900);
  });

  it('shows other viewers all views as one closed mesh with a texture of its own', async () => {
    const { material, positions, indices } = await meshOf(bytes);
    expect(openEdges(weld(positions, indices))).toEqual([]);
    expect(signedVolume(positions, indices)).toBeGreaterThan(0);
    expect(indices.length / 3).toBeLessThanOrEqual(2000);
    expect([material.getAlphaMode(), material.getDoubleSided()]).toEqual(['OPAQUE', false]);
    expect(material.getBaseColorTexture()!.getName()).toBe('surface');
    expect(material.getBaseColorTexture()!.getMimeType()).toBe(`image/${texture}`);
    const radius = (0.38 * 48 * 0.3) / 48;
    let front = 0;
    for (let v = 0; v < positions.length / 3; v++) {
      const [px, py, pz] = [positions[3 * v]!, positions[3 * v + 1]! - 0.15, positions[3 * v + 2]!];
      if (pz < 0.3 * radius) continue;
      // A pixel is 6 mm.
      expect(Math.abs(Math.hypot(px, py, pz) - radius)).toBeLessThan(0.006);
      front++;
    }
    expect(front).toBeGreaterThan(50);
  });

  it('shows other viewers the middle view, lifted, where views stand close together', async () => {
    const close = await writeCharacter(codec, ballCharacter([-10, 0, 10]), { texture });
    const { material, positions, uvs, indices } = await meshOf(close);
    expect(openEdges(weld(positions, indices))).toEqual([]);
    expect(signedVolume(positions, indices)).toBeGreaterThan(0);
    expect(indices.length / 3).toBeLessThanOrEqual(4000);
    expect([material.getAlphaMode(), material.getDoubleSided()]).toEqual(['OPAQUE', false]);
    expect(material.getBaseColorTexture()!.getName()).toBe('colour');
    // Each vertex of the front reads the pixel of the middle view that it projects to.
    const { extension } = await readCharacter(close);
    const [x, y, w, h] = extension.views[1]!.rectangle;
    const [radius, distance] = [(0.38 * 48 * 0.3) / 48, (9.21 * 0.3) / 2];
    let front = 0;
    for (let v = 0; v < positions.length / 3; v++) {
      const [px, py, pz] = [positions[3 * v]!, positions[3 * v + 1]! - 0.15, positions[3 * v + 2]!];
      if (pz < 0.3 * radius) continue;
      expect(Math.hypot(px, py, pz)).toBeCloseTo(radius, 2);
      const [across, up] = [px, py].map((p) => (9.21 * p) / (distance - pz));
      const u = (x + ((1 + across!) / 2) * w) / extension.atlasSize[0];
      const t = (y + ((1 - up!) / 2) * h) / extension.atlasSize[1];
      expect(Math.abs(uvs[2 * v]! - u) * extension.atlasSize[0]).toBeLessThan(0.05);
      expect(Math.abs(uvs[2 * v + 1]! - t) * extension.atlasSize[1]).toBeLessThan(0.05);
      front++;
    }
    expect(front).toBeGreaterThan(50);
  });

  it('passes through glTF-Transform with its depth intact', async () => {
    const document = await characterIO().readBinary(bytes);
    const impostor = document.getRoot().listNodes()[0]!.getExtension<Impostor>(EXTENSION_NAME)!;
    expect(impostor.getDepthTexture()!.getName()).toBe('depth');
    expect(impostor.getTable()!.depth!.encoding).toBe('rg16');
    const [before, after] = [
      await readCharacter(bytes),
      await readCharacter(await characterIO().writeBinary(document)),
    ];
    expect(after.extension).toEqual(before.extension);
    expect(after.depth).toEqual(before.depth);
    document
      .getRoot()
      .listTextures()
      .find((one) => one.getName() === 'depth')!
      .dispose();
    await expect(characterIO().writeBinary(document)).rejects.toMatchObject({ code: 'schema' });
  });
});

describe('depth by choice', () => {
  it('takes fewer triangles and more bits', async () => {
    const bytes = await writeCharacter(codec, ballCharacter(), { triangles: 600, bits: 16 });
    expect((await meshOf(bytes)).indices.length / 3).toBeLessThanOrEqual(600);
    const { extension, depth } = await readCharacter(bytes);
    const decoded = decodeDepth(await codec.decode(depth!.bytes), extension.depth!);
    const { near, far } = extension.depth!;
    const { data } = viewDepth(decoded, extension.views[0]!.rectangle);
    const given = ballCharacter().views[0]!.depth!.data;
    const middle = 24 * 48 + 24;
    expect(Math.abs(data[middle]! - given[middle]!)).toBeLessThan((far - near) / 65535);
  });

  it('refuses depth for some views only, without a focal length, or of another size', async () => {
    const character = ballCharacter();
    const { depth: _, ...bare } = character.views[0]!;
    const some: CharacterViews = { ...character, views: [bare, ...character.views.slice(1)] };
    await expect(writeCharacter(codec, some)).rejects.toMatchObject({ code: 'views' });
    const { focal: __, ...unfocused } = character;
    await expect(writeCharacter(codec, unfocused)).rejects.toMatchObject({ code: 'views' });
    const small = { width: 2, height: 2, data: new Float32Array(4).fill(1) };
    const odd = { ...character, views: character.views.map((view) => ({ ...view, depth: small })) };
    await expect(writeCharacter(codec, odd)).rejects.toMatchObject({ code: 'size' });
  });
});

describe.skipIf(!hasShared)(`a person with true depth${sharedReason}`, () => {
  it('looks from the front as its middle view does, and takes at most 200 KB', async () => {
    const yaws = Array.from({ length: 13 }, (_, k) => -60 + 10 * k);
    const views = [];
    for (const yaw of yaws) {
      const { image, depth } = await sweepDepth(2, yaw);
      views.push({ yaw: radians(yaw), pitch: 0, image, depth });
    }
    const { provenance } = ballCharacter();
    const frame = standingFrame(views[0]!.image);
    const bytes = await writeCharacter(codec, {
      views,
      ...frame,
      focal: FOCAL,
      calibrated: true,
      provenance,
    });
    expect(bytes.byteLength).toBeLessThan(200_000);
    const { material, positions, uvs, indices } = await meshOf(bytes);
    const centred = positions.map((value, k) => value - frame.pivot[k % 3]!);
    const texture = await codec.decode(material.getBaseColorTexture()!.getImage()!);
    const drawn = drawMesh(
      { positions: centred, uvs, indices, normals: new Float32Array(positions.length) },
      { yaw: 0, size: 128, focal: FOCAL, frameHeight: 0.3, texture },
    );
    const middle = views[6]!.image;
    let [sum, count] = [0, 0];
    for (let i = 0; i < 128 * 128; i++) {
      if (middle.data[4 * i + 3]! < 255 || drawn.image.data[4 * i + 3] === 0) continue;
      for (let c = 0; c < 3; c++) sum += (drawn.image.data[4 * i + c]! - middle.data[4 * i + c]!) ** 2;
      count += 3;
    }
    expect(count).toBeGreaterThan(3 * 4000);
    // Lossy colour at 90 costs about 3 by itself.
    expect(Math.sqrt(sum / count)).toBeLessThan(5);
  });
});
