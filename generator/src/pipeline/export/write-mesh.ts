import {
  encodeMtl,
  encodeObj,
  FRAME_HEIGHT,
  fuseMesh,
  isFusible,
  readCharacterMesh,
} from '../../impostor/index.ts';
import { PipelineError, type Platform } from '../platform.ts';
import type { ReconstructionViews } from './views.ts';

/** A mesh with its texture as PNG. */
interface TexturedMesh {
  readonly positions: Float32Array;
  readonly uvs: Float32Array;
  readonly indices: Uint32Array;
  readonly texture: Uint8Array;
}

const NAMES = { library: 'mesh.mtl', texture: 'mesh.png' } as const;

/**
 * Writes `mesh.obj`, `mesh.mtl` and `mesh.png`: the mesh of a character's file as it lies there, or all views of a
 * model's subject fused.
 * @param source    the file's bytes; null: the views
 * @param triangles most of them, where views are fused
 * @returns triangles
 * @throws PipelineError `export-views` where views are too few, or span too little, to be fused
 */
export async function writeMesh(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  out: string,
  views: ReconstructionViews,
  source: Uint8Array | null,
  triangles: number,
): Promise<number> {
  const mesh = source ? await storedMesh({ images }, source) : await fusedMesh({ images }, views, triangles);
  const comments = [
    `turnaround: ${views.subject.replace(/[^\x20-\x7e]/g, '?')}`,
    'metres; x right, y up, z out of the face',
  ];
  await files.write(`${out}/${NAMES.texture}`, mesh.texture);
  await files.write(`${out}/${NAMES.library}`, encodeMtl(NAMES));
  await files.write(`${out}/mesh.obj`, encodeObj(mesh, NAMES, comments));
  return mesh.indices.length / 3;
}

async function storedMesh({ images }: Pick<Platform, 'images'>, bytes: Uint8Array): Promise<TexturedMesh> {
  const { texture, ...mesh } = await readCharacterMesh(bytes);
  return { ...mesh, texture: await images.encodePng(await images.decode(texture.bytes)) };
}

async function fusedMesh(
  { images }: Pick<Platform, 'images'>,
  { views, focal, subject }: ReconstructionViews,
  triangles: number,
): Promise<TexturedMesh> {
  if (!isFusible(views))
    throw new PipelineError(
      'export-views',
      `${subject}: expected at least 3 views over at least 30° to fuse a mesh of, got ${views.length}; ask for more: --views, --range`,
    );
  const { positions, uvs, indices, texture } = await fuseMesh(
    views,
    { focal, frameHeight: FRAME_HEIGHT },
    { triangles },
  );
  // On its origin, as a character's file has it.
  const standing = positions.map((value, k) => (k % 3 === 1 ? value + FRAME_HEIGHT / 2 : value));
  return {
    positions: standing,
    uvs,
    indices: Uint32Array.from(indices),
    texture: await images.encodePng(texture),
  };
}
