import { Document, type Material, type Texture, type TextureInfo, WebIO } from '@gltf-transform/core';
import { EXTTextureWebP, KHRMaterialsUnlit } from '@gltf-transform/extensions';
import { FORMAT_VERSION } from '@turnaround/plugin/asset';
import { ATLAS_DEFAULTS, packAtlas } from './atlas.ts';
import { type CharacterViews, middleView, sortViews } from './character.ts';
import type { ImageCodec, RgbaImage } from './image.ts';
import { TurnaroundImpostor } from './impostor-extension.ts';
import { createQuad } from './quad.ts';

export interface WriteCharacterOptions {
  /** Coding of the atlas. PNG is for viewers that know no WebP; it is seven times as large. */
  readonly texture: 'webp' | 'png';
  /**
   * Of WebP's colour, 1..100; alpha is always lossless. At 90, views of 128² keep 39 to 41 dB within their alpha at 2.4 to 3.3
   * KB each (80: 36 to 38 dB at 1.6 to 2.4 KB; lossless: 10 to 14 KB).
   */
  readonly quality: number | 'lossless';
  /** Pixels around each view. */
  readonly gutter: number;
  /** Whom the licence asks to name; goes into `asset.copyright` behind the licence. */
  readonly attribution: string;
}

export const WRITE_CHARACTER_DEFAULTS: WriteCharacterOptions = {
  texture: 'webp',
  quality: 90,
  gutter: ATLAS_DEFAULTS.gutter,
  attribution: '',
};

/**
 * Writes a character as one binary glTF: an atlas of its views, the table of the views on a node, and a textured
 * quad for viewers that do not know the table. The same input gives the same bytes.
 *
 * WebP comes without a PNG beside it and is therefore required (`extensionsRequired`): every current browser and
 * engine reads it, and a second atlas would take the file to eight times its size. The quad is unlit, as its light is in its
 * pictures, and blended, as a cut at half coverage would lose the soft edge; a single quad has no order to get
 * wrong in itself.
 * @throws CharacterError for views that make no atlas, AssetError for values that the extension does not allow
 * @example
 * const bytes = await writeCharacter(codec, { views, ...standingFrame(views[0].image), calibrated: false, provenance });
 */
export async function writeCharacter(
  codec: ImageCodec,
  character: CharacterViews,
  options: Partial<WriteCharacterOptions> = {},
): Promise<Uint8Array> {
  const settings = { ...WRITE_CHARACTER_DEFAULTS, ...options };
  const { frame, pivot, calibrated, provenance } = character;
  const views = sortViews(character.views);
  const atlas = packAtlas(
    views.map(({ image }) => image),
    settings,
  );
  const atlasSize = [atlas.image.width, atlas.image.height] as const;

  const document = new Document();
  const asset = document.getRoot().getAsset();
  asset.generator = provenance.generator;
  asset.copyright = [provenance.licence, settings.attribution].filter((text) => text !== '').join('; ');
  document.createBuffer();
  const texture = await createTexture(document, codec, atlas.image, settings);
  const quad = createQuad(
    document,
    createMaterial(document, texture),
    character,
    atlas.rectangles[middleView(views)]!,
    atlasSize,
  );
  const impostor = document
    .createExtension(TurnaroundImpostor)
    .createImpostor()
    .setColourTexture(texture)
    .setTable({
      formatVersion: FORMAT_VERSION,
      atlasSize,
      pivot,
      frame,
      views: views.map(({ yaw, pitch }, k) => ({ yaw, pitch, rectangle: atlas.rectangles[k]! })),
      calibrated,
      provenance,
    });
  clampToEdge(impostor.getColourTextureInfo());
  const name = `${provenance.model} ${provenance.seed}`;
  const node = document
    .createNode(name)
    .setMesh(document.createMesh(name).addPrimitive(quad))
    .setExtension(impostor.extensionName, impostor);
  document.getRoot().setDefaultScene(document.createScene(name).addChild(node));
  return characterIO().writeBinary(document);
}

/** glTF-Transform's reader and writer with all that a character's file may use. */
export function characterIO(): WebIO {
  return new WebIO().registerExtensions([EXTTextureWebP, KHRMaterialsUnlit, TurnaroundImpostor]);
}

async function createTexture(
  document: Document,
  codec: ImageCodec,
  image: RgbaImage,
  { texture, quality }: WriteCharacterOptions,
): Promise<Texture> {
  if (texture === 'png')
    return document
      .createTexture('colour')
      .setMimeType('image/png')
      .setImage(owned(await codec.encodePng(image)));
  document.createExtension(EXTTextureWebP).setRequired(true);
  const bytes = await codec.encodeWebp(image, quality === 'lossless' ? { lossless: true } : { quality });
  return document.createTexture('colour').setMimeType('image/webp').setImage(owned(bytes));
}

/** glTF-Transform wants bytes in memory that nobody else shares. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

function createMaterial(document: Document, texture: Texture): Material {
  const material = document
    .createMaterial('colour')
    .setBaseColorTexture(texture)
    .setAlphaMode('BLEND')
    .setDoubleSided(true)
    .setMetallicFactor(0)
    .setExtension(
      KHRMaterialsUnlit.EXTENSION_NAME,
      document.createExtension(KHRMaterialsUnlit).createUnlit(),
    );
  clampToEdge(material.getBaseColorTextureInfo()!);
  return material;
}

/** glTF's (and WebGL's) numbers. */
const CLAMP_TO_EDGE = 33071;
const LINEAR = 9729;

/** No wrapping, and no mipmaps: smaller levels would mix neighbouring views. */
function clampToEdge(info: TextureInfo): void {
  info.setWrapS(CLAMP_TO_EDGE).setWrapT(CLAMP_TO_EDGE).setMagFilter(LINEAR).setMinFilter(LINEAR);
}
