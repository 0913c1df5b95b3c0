import { Logger, WebIO } from '@gltf-transform/core';
import { EXTTextureWebP } from '@gltf-transform/extensions';
import { expect, test, vi } from 'vitest';
import { characterIO, readCharacter, writeCharacter } from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { ballCharacter } from './depth-character.ts';

/** glTF-Transform without the vendor extension: what is left of a character. */

const write = (texture: 'webp' | 'png') =>
  writeCharacter(createImageCodec(), ballCharacter(), { texture, triangles: 600 });

function plainIO(): { io: WebIO; warn: ReturnType<typeof vi.fn> } {
  const warn = vi.fn();
  const io = new WebIO().setLogger(Object.assign(new Logger(Logger.Verbosity.WARN), { warn }));
  return { io, warn };
}

test('the views are dropped with a warning, mesh and pictures stay', async () => {
  const bytes = await write('png');
  const { io, warn } = plainIO();
  const again = await io.writeBinary(await io.readBinary(new Uint8Array(bytes)));
  expect(warn.mock.calls.flat().join()).toContain('TURNAROUND_impostor');
  await expect(readCharacter(again)).rejects.toMatchObject({ code: 'not-a-character' });
  const [before, after] = [await characterIO().readBinary(bytes), await characterIO().readBinary(again)];
  const textures = (document: typeof before) =>
    document
      .getRoot()
      .listTextures()
      .map((texture) => [texture.getName(), texture.getImage()]);
  expect(textures(after)).toEqual(textures(before));
  const count = (document: typeof before) =>
    document.getRoot().listMeshes()[0]!.listPrimitives()[0]!.getIndices()!.getCount();
  expect(count(after)).toBe(count(before));
});

test('a file with WebP is not opened at all by a reader without WebP', async () => {
  const bytes = await write('webp');
  await expect(plainIO().io.readBinary(new Uint8Array(bytes))).rejects.toThrow('EXT_texture_webp');
  const { io } = plainIO();
  const document = await io.registerExtensions([EXTTextureWebP]).readBinary(new Uint8Array(bytes));
  expect(document.getRoot().listTextures()).toHaveLength(3);
});
