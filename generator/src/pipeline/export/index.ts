import { degrees, radians } from '@turnaround/plugin/asset';
import type { Platform } from '../platform.ts';
import { characterViews } from './character-views.ts';
import { type ModelSource, modelViews } from './model-views.ts';
import { writeCloud } from './write-cloud.ts';
import { writeColmap } from './write-colmap.ts';

export { exportLive, type LiveOptions, type LiveResult } from './live.ts';
export { type ModelSource, modelViews } from './model-views.ts';
export type { ReconstructionViews } from './views.ts';

/** A character that is already made. */
export interface FileSource {
  /** Path of a .glb. */
  readonly file: string;
}

export interface ExportOptions {
  readonly source: ModelSource | FileSource;
  /** Folder to write. */
  readonly out: string;
  /** Writes pictures, masks and known cameras for COLMAP. */
  readonly colmap: boolean;
  /** Writes the fused depth as a point cloud. */
  readonly ply: boolean;
  /** Whole number: how much larger COLMAP's pictures are than the views. */
  readonly upscale: number;
}

/** The paper's 30 views (§4.4) over 90°; ψ as in `generate`. */
export const EXPORT_DEFAULTS: Pick<ModelSource, 'views' | 'range' | 'truncation'> &
  Pick<ExportOptions, 'upscale'> = {
  views: 30,
  range: { minimum: radians(-45), maximum: radians(45) },
  truncation: 0.8,
  upscale: 1,
};

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
}

/** Writes a subject's views for other tools: known cameras for COLMAP (§4.4), and the depth of all views as one cloud. */
export async function exportReconstruction(
  platform: Platform,
  { source, out, colmap, ply, upscale }: ExportOptions,
): Promise<ExportResult> {
  const views =
    'file' in source ? await characterViews(platform, source.file) : await modelViews(platform, source);
  if (colmap) await writeColmap(platform, out, views, upscale);
  const cloud = ply ? await writeCloud(platform, out, views) : null;
  return {
    out,
    subject: views.subject,
    views: views.views.length,
    degrees: views.views.map(({ yaw }) => degrees(yaw)),
    focal: views.focal,
    refined: views.refined,
    points: cloud?.count ?? null,
  };
}
