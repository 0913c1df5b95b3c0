import { degrees, radians } from '@turnaround/plugin/asset';
import { type Backdrop, FUSE_MESH_DEFAULTS } from '../../impostor/index.ts';
import type { Platform } from '../platform.ts';
import type { NoiseMode } from '../turning-noise.ts';
import { characterViews } from './character-views.ts';
import { type ModelSource, modelViews } from './model-views.ts';
import type { ReconstructionViews } from './views.ts';
import { writeCloud } from './write-cloud.ts';
import { writeColmap } from './write-colmap.ts';
import { writeMesh } from './write-mesh.ts';
import { writeSprites } from './write-sprites.ts';
import { type EncodeFilm, writeTurntable } from './write-turntable.ts';

/** A character that is already made. */
export interface FileSource {
  /** Path of a .glb. */
  readonly file: string;
}

export interface ExportOptions {
  readonly source: ModelSource | FileSource;
  /** What becomes of the synthesis network's noise where a model draws; pictures for COLMAP are drawn without. */
  readonly noise: NoiseMode;
  /** Folder to write. */
  readonly out: string;
  /** Writes pictures, masks and known cameras for COLMAP. */
  readonly colmap: boolean;
  /** Writes the fused depth as a point cloud. */
  readonly ply: boolean;
  /** Writes a turn there and back as an animation and a film. */
  readonly turntable: boolean;
  /** Writes pictures side by side and where they lie. */
  readonly sprites: boolean;
  /** Writes the mesh as OBJ. */
  readonly obj: boolean;
  /** Whole number: how much larger COLMAP's pictures are than the views. */
  readonly upscale: number;
  /** Of the turn, one way, and of the sprites; null: the turn's `TURN_FRAMES`, and the views as sprites. */
  readonly frames: number | null;
  readonly framesPerSecond: number;
  /** Pixels of a side of the turn's pictures and of sprites; null: a view's. */
  readonly size: number | null;
  /** Behind the film's pictures. */
  readonly backdrop: Backdrop;
  /** Most of the mesh, where it is made. */
  readonly triangles: number;
}

/** The paper's 30 views (§4.4) over 90°; ψ as in `generate`. */
export const EXPORT_DEFAULTS: Pick<ModelSource, 'views' | 'range' | 'truncation'> &
  Pick<ExportOptions, 'noise' | 'upscale' | 'framesPerSecond' | 'backdrop' | 'triangles'> = {
  views: 30,
  range: { minimum: radians(-45), maximum: radians(45) },
  truncation: 0.8,
  noise: 'constant',
  upscale: 1,
  framesPerSecond: 24,
  backdrop: [40, 42, 48],
  triangles: FUSE_MESH_DEFAULTS.triangles,
};

/** Two seconds from end to end at 24 a second. */
const TURN_FRAMES = 49;

/** What was written. */
export interface ExportResult {
  readonly out: string;
  readonly subject: string;
  readonly views: number;
  /** Yaw of the views, degrees. */
  readonly degrees: readonly number[];
  /** Focal length in half-widths. */
  readonly focal: number;
  /** null: the file does not say. */
  readonly refined: boolean | null;
  /** Of the cloud; null where none was asked for. */
  readonly points: number | null;
  /** Files of the turntable; null where none was asked for. */
  readonly turntable: readonly string[] | null;
  /** Pictures of the sprite sheet; null where none was asked for. */
  readonly sprites: number | null;
  /** Triangles of the mesh; null where none was asked for. */
  readonly triangles: number | null;
}

/** Writes a subject's views for other tools and engines: known cameras for COLMAP (§4.4), a cloud, a turn, sprites, a mesh. */
export async function exportSubject(
  platform: Platform,
  encodeFilm: EncodeFilm,
  options: ExportOptions,
): Promise<ExportResult> {
  const { source, out, colmap, ply, turntable, sprites, obj, upscale, frames, size: asked } = options;
  const draw = async (noise: NoiseMode): Promise<ReconstructionViews> =>
    'file' in source ? characterViews(platform, source.file) : modelViews(platform, source, noise);
  const alone = colmap && !(ply || turntable || sprites || obj);
  const views = await draw(alone ? 'none' : options.noise);
  const size = asked ?? views.views[0]!.image.width;
  if (colmap) {
    // What noise draws does not turn: COLMAP puts it on the axis (ARCHITECTURE, "what noise draws does not turn").
    const turning = alone || 'file' in source ? views : await draw('none');
    await writeColmap(platform, out, turning, upscale);
  }
  const cloud = ply ? await writeCloud(platform, out, views) : null;
  const turn = turntable
    ? await writeTurntable(platform, encodeFilm, out, views, {
        ...options,
        frames: frames ?? TURN_FRAMES,
        size,
      })
    : null;
  const sheet = sprites ? await writeSprites(platform, out, views, { frames, size }) : null;
  const stored = obj && 'file' in source ? await platform.files.read(source.file) : null;
  return {
    out,
    subject: views.subject,
    views: views.views.length,
    degrees: views.views.map(({ yaw }) => degrees(yaw)),
    focal: views.focal,
    refined: views.refined,
    points: cloud?.count ?? null,
    turntable: turn?.files ?? null,
    sprites: sheet?.length ?? null,
    triangles: obj ? await writeMesh(platform, out, views, stored, options.triangles) : null,
  };
}
