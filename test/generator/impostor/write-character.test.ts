import { EXTENSION_NAME, radians, validateExtension } from '@turnaround/plugin/asset';
import { validateBytes } from 'gltf-validator';
import { describe, expect, it } from 'vitest';
import type { Impostor } from '../../../generator/src/impostor/impostor-extension.ts';
import {
  type CharacterViews,
  characterIO,
  type RgbaImage,
  readCharacter,
  standingFrame,
  type WriteCharacterOptions,
  writeCharacter,
} from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';

const codec = createImageCodec();

/** A disc of a colour of its own, a little to the right of the middle. */
function disc(width: number, height: number, shade: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const edge = 0.35 * width - Math.hypot(x + 0.5 - 0.55 * width, y + 0.5 - height / 2);
      data.set([shade, 255 - shade, 80, 255 * Math.min(1, Math.max(0, edge))], 4 * (y * width + x));
    }
  return { width, height, data };
}

const YAWS = [30, -30, 0, 15, -15];
const character: CharacterViews = {
  views: YAWS.map((yaw) => ({ yaw: radians(yaw), pitch: 0, image: disc(32, 40, 128 + 3 * yaw) })),
  ...standingFrame({ width: 32, height: 40 }),
  calibrated: false,
  provenance: {
    generator: 'turnaround 0.1.0',
    model: 'portraits-128',
    modelHash: 'ab'.repeat(32),
    seed: 7,
    truncation: 0.8,
    licence: 'CC0-1.0',
    source: 'random mixes of MakeHuman assets',
  },
};
const write = (options: Partial<WriteCharacterOptions> = {}): Promise<Uint8Array> =>
  writeCharacter(codec, character, options);

/** The JSON chunk of a binary glTF. */
function jsonOf(bytes: Uint8Array): Record<string, unknown> & { asset: unknown } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + view.getUint32(12, true))));
}

describe('writeCharacter', () => {
  for (const texture of ['webp', 'png'] as const) {
    it(`writes a valid file with ${texture}: nothing but the unknown extension is said about it`, async () => {
      const { issues } = await validateBytes(await write({ texture }));
      expect([issues.numErrors, issues.numWarnings]).toEqual([0, 0]);
      // An atlas of three columns cannot be a power of two wide; that is information, no warning.
      const codes = new Set(issues.messages.map(({ code }) => code));
      codes.delete('IMAGE_NPOT_DIMENSIONS');
      expect([...codes]).toEqual(['UNSUPPORTED_EXTENSION']);
      expect(issues.messages.find(({ code }) => code === 'UNSUPPORTED_EXTENSION')?.message).toContain(
        EXTENSION_NAME,
      );
    });

    it(`gives back table, provenance and atlas with ${texture}`, async () => {
      const file = await readCharacter(
        await write({ texture, quality: 'lossless', attribution: 'the makers' }),
      );
      expect(file.generator).toBe('turnaround 0.1.0');
      expect(file.copyright).toBe('CC0-1.0; the makers');
      expect(file.name).toBe('portraits-128 7');
      expect(file.atlas.mimeType).toBe(`image/${texture}`);
      const { extension } = file;
      expect(validateExtension(extension)).toEqual(extension);
      expect(extension.provenance).toEqual(character.provenance);
      expect(extension.calibrated).toBe(false);
      expect(extension.frame).toEqual([0.3 * (32 / 40), 0.3]);
      expect(extension.pivot).toEqual([0, 0.15, 0]);
      expect(extension.views.map(({ yaw }) => Math.round((yaw * 180) / Math.PI))).toEqual([
        -30, -15, 0, 15, 30,
      ]);
      const atlas = await codec.decode(file.atlas.bytes);
      expect([atlas.width, atlas.height]).toEqual(extension.atlasSize);
      for (const { yaw, rectangle } of extension.views) {
        const given = character.views.find((v) => v.yaw === yaw)!.image;
        const [x0, y0, width, height] = rectangle;
        expect([width, height]).toEqual([given.width, given.height]);
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const stored = 4 * ((y0 + y) * atlas.width + x0 + x);
            const from = 4 * (y * width + x);
            expect(atlas.data[stored + 3]).toBe(given.data[from + 3]);
            if (given.data[from + 3]! > 0)
              expect([...atlas.data.subarray(stored, stored + 3)]).toEqual([
                ...given.data.subarray(from, from + 3),
              ]);
          }
      }
    });
  }

  it('gives the same bytes for the same character, whatever the order of its views', async () => {
    const bytes = await write();
    expect(await write()).toEqual(bytes);
    const turned = { ...character, views: [...character.views].reverse() };
    expect(await writeCharacter(codec, turned)).toEqual(bytes);
  });

  it('shows the frontal view upright on a quad in +Z to viewers that do not know the extension', async () => {
    const bytes = await write();
    const document = await characterIO().readBinary(bytes);
    const [primitive] = document.getRoot().listMeshes()[0]!.listPrimitives();
    const corners = Array.from({ length: 4 }, (_, k) => ({
      at: primitive!.getAttribute('POSITION')!.getElement(k, []),
      uv: primitive!.getAttribute('TEXCOORD_0')!.getElement(k, []),
    }));
    const { extension } = await readCharacter(bytes);
    const [x, y, width, height] = extension.views.find(({ yaw }) => yaw === 0)!.rectangle;
    const [w, h] = extension.atlasSize;
    for (const { at, uv } of corners) {
      // Left of the picture lies at −X, its top at +Y; the frame stands on the origin.
      expect(uv[0]).toBeCloseTo((at[0]! < 0 ? x : x + width) / w, 6);
      expect(uv[1]).toBeCloseTo((at[1]! < 0.15 ? y + height : y) / h, 6);
      expect(Math.abs(at[0]!)).toBeCloseTo(0.12, 6);
      expect([0, 0.3].some((edge) => Math.abs(at[1]! - edge) < 1e-6)).toBe(true);
      expect(at[2]).toBe(0);
    }
    const indices = [...primitive!.getIndices()!.getArray()!];
    for (const start of [0, 3]) {
      const corner = (k: number): number[] => corners[indices[start + k]!]!.at;
      const [a, b, c] = [corner(0), corner(1), corner(2)];
      const normalZ = (b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!);
      expect(normalZ).toBeGreaterThan(0);
    }
    const material = primitive!.getMaterial()!;
    expect(material.getAlphaMode()).toBe('BLEND');
    expect(material.getExtension('KHR_materials_unlit')).not.toBeNull();
  });

  it('requires WebP where it is used, and never the vendor extension', async () => {
    expect(jsonOf(await write())['extensionsRequired']).toEqual(['EXT_texture_webp']);
    expect(jsonOf(await write({ texture: 'png' }))['extensionsRequired']).toBeUndefined();
  });

  it('passes through glTF-Transform with the views intact', async () => {
    const bytes = await write();
    const document = await characterIO().readBinary(bytes);
    const impostor = document.getRoot().listNodes()[0]!.getExtension<Impostor>(EXTENSION_NAME)!;
    expect(impostor.getColourTexture()!.getMimeType()).toBe('image/webp');
    expect(impostor.getTable()!.views).toHaveLength(5);
    const before = await readCharacter(bytes);
    const { extension, atlas } = await readCharacter(await characterIO().writeBinary(document));
    expect(extension).toEqual(before.extension);
    expect(atlas).toEqual(before.atlas);
  });

  it('keeps the atlas of a character whose mesh was taken away', async () => {
    const document = await characterIO().readBinary(await write());
    for (const mesh of document.getRoot().listMeshes()) mesh.dispose();
    for (const material of document.getRoot().listMaterials()) material.dispose();
    const file = await readCharacter(await characterIO().writeBinary(document));
    expect(file.atlas).toEqual((await readCharacter(await write())).atlas);
  });

  it('refuses what the contract does not allow', async () => {
    const twice = { ...character, views: [character.views[0]!, character.views[0]!] };
    await expect(writeCharacter(codec, twice)).rejects.toMatchObject({ code: 'layout' });
    await expect(writeCharacter(codec, { ...character, views: [] })).rejects.toMatchObject({ code: 'views' });
    const provenance = { ...character.provenance, modelHash: 'short' };
    await expect(writeCharacter(codec, { ...character, provenance })).rejects.toMatchObject({
      code: 'schema',
    });
  });
});

describe('readCharacter', () => {
  it('refuses what is no binary glTF', async () => {
    for (const bytes of [
      new Uint8Array(),
      new TextEncoder().encode('{"asset":{}}'),
      (await write()).subarray(0, 60),
    ])
      await expect(readCharacter(bytes)).rejects.toMatchObject({ code: 'not-glb' });
  });

  it('refuses a file without a character, and one without its atlas', async () => {
    const document = await characterIO().readBinary(await write());
    const node = document.getRoot().listNodes()[0]!;
    const impostor = node.getExtension(EXTENSION_NAME);
    node.setExtension(EXTENSION_NAME, null);
    const without = await characterIO().writeBinary(document);
    await expect(readCharacter(without)).rejects.toMatchObject({ code: 'not-a-character' });
    node.setExtension(EXTENSION_NAME, impostor);
    for (const texture of document.getRoot().listTextures()) texture.dispose();
    await expect(characterIO().writeBinary(document)).rejects.toMatchObject({ code: 'schema' });
  });
});
