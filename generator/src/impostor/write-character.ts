import { Document, type Texture, type WebIO } from '@gltf-transform/core';
import { EXTTextureWebP, KHRMaterialsUnlit } from '@gltf-transform/extensions';
import { DEPTH_ENCODING, FORMAT_VERSION } from '@turnaround/plugin/asset';
import { ATLAS_DEFAULTS, packAtlas } from './atlas.ts';
import { type CharacterViews, sortViews } from './character.ts';
import { characterDepth } from './character-depth.ts';
import { compressGeometry } from './compress-geometry.ts';
import { createFallback } from './fallback-mesh.ts';
import { FUSE_MESH_DEFAULTS } from './fusion/index.ts';
import type { ImageCodec, RgbaImage } from './image.ts';
import { TurnaroundImpostor } from './impostor-extension.ts';
import { MeshoptIO } from './meshopt-io.ts';
import { sampleExactly, sampleSmoothly } from './samplers.ts';

export interface WriteCharacterOptions {
  /**
   * Coding of the atlases: of colour as `quality` says, of depth always lossless. PNG is for viewers that know no WebP; its
   * colour is seven times as large, its depth half as large again.
   */
  readonly texture: 'webp' | 'png';
  /**
   * Of WebP's colour, 1..100; alpha is always lossless. At 90, views of 128² keep 39 to 41 dB within their alpha at 2.4 to 3.3
   * KB each (80: 36 to 38 dB at 1.6 to 2.4 KB; lossless: 10 to 14 KB).
   */
  readonly quality: number | 'lossless';
  /** Pixels around each view. */
  readonly gutter: number;
  /**
   * Leading bits of depth that are kept, 8..16. `warping.md` found no loss down to 8; 10 tell a quarter of a millimetre of
   * a head, a ninth of a pixel of 128². Thirteen views of 128² take 41 KB at 8 bits, 70 at 10, 97 at 12, 142 at 16.
   */
  readonly bits: number;
  /** Most triangles of the mesh for other viewers: with its texture 2,000 take 42 KB, 8,000 some 140. */
  readonly triangles: number;
  /** `quad`: one view on a quad in place of that mesh, which takes most of the time that a file takes. */
  readonly mesh: 'solid' | 'quad';
  /**
   * Coding of that mesh, where it is a solid. `meshopt` takes 22 KB less for 2,000 triangles, but then a viewer needs
   * `EXT_meshopt_compression` and a decoder to open the file at all; `plain` needs nothing.
   */
  readonly geometry: 'plain' | 'meshopt';
  /** Whom the licence asks to name; goes into `asset.copyright` behind the licence. */
  readonly attribution: string;
  /** Goes into `asset.extras` as it is. */
  readonly extras: Readonly<Record<string, unknown>>;
}

export const WRITE_CHARACTER_DEFAULTS: WriteCharacterOptions = {
  texture: 'webp',
  quality: 90,
  gutter: ATLAS_DEFAULTS.gutter,
  bits: 10,
  triangles: FUSE_MESH_DEFAULTS.triangles,
  mesh: 'solid',
  geometry: 'plain',
  attribution: '',
  extras: {},
};

/**
 * Writes a character as one binary glTF: an atlas of its views, another of their depth where they have one, the table
 * of the views on a node, and a textured mesh for viewers that do not know the table (`createFallback`). The same input gives
 * the same bytes.
 *
 * WebP comes without a PNG beside it and is therefore required (`extensionsRequired`): every current browser and
 * engine reads it, and a second atlas would take the file to eight times its size.
 * @throws CharacterError for views that make no atlas, or of which only some have depth; AssetError for values that the
 * extension does not allow; DepthError and MeshError for depth that can be neither stored nor lifted
 * @example
 * const bytes = await writeCharacter(codec, { views, ...standingFrame(views[0].image), calibrated: false, provenance });
 */
export async function writeCharacter(
  codec: ImageCodec,
  character: CharacterViews,
  options: Partial<WriteCharacterOptions> = {},
): Promise<Uint8Array> {
  const settings = { ...WRITE_CHARACTER_DEFAULTS, ...options };
  const views = sortViews(character.views);
  const atlas = packAtlas(
    views.map(({ image }) => image),
    settings,
  );
  const depth = characterDepth({ ...character, views }, atlas, settings);

  const document = new Document();
  const { pivot, frame, calibrated, provenance } = character;
  const asset = document.getRoot().getAsset();
  asset.generator = provenance.generator;
  asset.copyright = [provenance.licence, settings.attribution].filter((text) => text !== '').join('; ');
  if (Object.keys(settings.extras).length > 0) asset.extras = { ...settings.extras };
  document.createBuffer();
  const colour = await createTexture(document, codec, 'colour', atlas.image, settings);
  const impostor = document
    .createExtension(TurnaroundImpostor)
    .createImpostor()
    .setColourTexture(colour)
    .setTable({
      formatVersion: FORMAT_VERSION,
      ...(depth ? { depth: { encoding: DEPTH_ENCODING, ...depth.range } } : {}),
      atlasSize: [atlas.image.width, atlas.image.height],
      pivot,
      frame,
      views: views.map(({ yaw, pitch }, k) => ({
        yaw,
        pitch,
        rectangle: atlas.rectangles[k]!,
        ...(depth ? { focal: depth.focal } : {}),
      })),
      calibrated,
      provenance,
    });
  sampleSmoothly(impostor.getColourTextureInfo());
  if (depth) {
    const coding = { ...settings, quality: 'lossless' } as const;
    impostor.setDepthTexture(await createTexture(document, codec, 'depth', depth.image, coding));
    sampleExactly(impostor.getDepthTextureInfo());
  }
  const name = `${provenance.model} ${provenance.seed}`;
  const fallback = await createFallback(
    document,
    { ...character, views },
    {
      ...{ colour, atlas, depth, triangles: settings.triangles, mesh: settings.mesh },
      addTexture: (label, image) =>
        createTexture(document, codec, label, image, {
          ...settings,
          quality: surfaceQuality(settings.quality),
        }),
    },
  );
  if (depth && settings.mesh === 'solid' && settings.geometry === 'meshopt')
    await compressGeometry(document, fallback, frame[1]);
  const mesh = document.createMesh(name).addPrimitive(fallback);
  const node = document.createNode(name).setMesh(mesh).setExtension(impostor.extensionName, impostor);
  document.getRoot().setDefaultScene(document.createScene(name).addChild(node));
  return characterIO().writeBinary(document);
}

/** Of the texture of a mesh that is itself an approximation: 80 takes two thirds of 90. */
const surfaceQuality = (quality: WriteCharacterOptions['quality']): WriteCharacterOptions['quality'] =>
  quality === 'lossless' ? quality : Math.min(quality, 80);

/** glTF-Transform's reader and writer with all that a character's file may use. */
export function characterIO(): WebIO {
  return new MeshoptIO().registerExtensions([EXTTextureWebP, KHRMaterialsUnlit, TurnaroundImpostor]);
}

async function createTexture(
  document: Document,
  codec: ImageCodec,
  name: string,
  image: RgbaImage,
  { texture, quality }: Pick<WriteCharacterOptions, 'texture' | 'quality'>,
): Promise<Texture> {
  let bytes: Uint8Array;
  if (texture === 'png') bytes = await codec.encodePng(image);
  else {
    document.createExtension(EXTTextureWebP).setRequired(true);
    bytes = await codec.encodeWebp(image, quality === 'lossless' ? { lossless: true } : { quality });
  }
  // glTF-Transform wants bytes in memory that nobody else shares.
  return document.createTexture(name).setMimeType(`image/${texture}`).setImage(new Uint8Array(bytes));
}
