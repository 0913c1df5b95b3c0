import type { DepthRange, ImpostorExtension, View } from '../asset/index.ts';
import { storedDistance } from '../impostor/march-camera.ts';

/** Cells of a row before its views, and cells of a view; four numbers each. */
const [HEAD, PER_VIEW] = [3, 2];

/** A subject as a crowd's vertex shader reads it. */
export interface TableSubject {
  readonly extension: ImpostorExtension;
  /** Of its relief. */
  readonly range: DepthRange;
  /** How far its shape reaches from the pivot (0: it throws no shadow). */
  readonly girth?: number;
}

/**
 * The table of all subjects, a row each: (views, views in a row of one pitch, frame), (pivot, distance of the stored
 * cameras), (near, far, least and greatest yaw), and for each view (rectangle), (yaw, pitch, focal length, girth).
 */
export function packTable(subjects: readonly TableSubject[]): {
  data: Float32Array;
  width: number;
  height: number;
} {
  const grids = subjects.map(({ extension }) => viewGrid(extension.views));
  const cells = HEAD + PER_VIEW * Math.max(1, ...grids.map(({ views }) => views.length));
  const data = new Float32Array(4 * cells * Math.max(1, subjects.length));
  for (const [row, { extension, range, girth = 0 }] of subjects.entries()) {
    const { frame, pivot } = extension;
    const { views, columns } = grids[row]!;
    const yaws = views.map(({ yaw }) => yaw);
    const numbers = [
      [views.length, columns, ...frame],
      [...pivot, storedDistance(extension)],
      [range.near, range.far, Math.min(...yaws), Math.max(...yaws)],
      ...views.flatMap(({ rectangle, yaw, pitch, focal }) => [[...rectangle], [yaw, pitch, focal!, girth]]),
    ];
    data.set(numbers.flat(), 4 * cells * row);
  }
  return { data, width: cells, height: Math.max(1, subjects.length) };
}

/** Views that form a grid, and how many of them have one pitch: the row nearest to the horizon alone where they form none. */
export function viewGrid(views: readonly View[]): { views: readonly View[]; columns: number } {
  const rows = new Map<number, View[]>();
  for (const view of views) rows.set(view.pitch, [...(rows.get(view.pitch) ?? []), view]);
  const all = [...rows.values()];
  const alike = all.every(
    (row) =>
      row.length === all[0]!.length && row.every(({ yaw }, k) => Math.abs(yaw - all[0]![k]!.yaw) < ALIKE),
  );
  if (alike) return { views, columns: all[0]!.length };
  const level = all.reduce((best, row) => (Math.abs(row[0]!.pitch) < Math.abs(best[0]!.pitch) ? row : best));
  return { views: level, columns: level.length };
}
const ALIKE = 1e-4;
