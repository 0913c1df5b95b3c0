import type { PointCloud } from './point-cloud.ts';

const PROPERTIES = ['x', 'y', 'z', 'nx', 'ny', 'nz'].map((name) => `property float ${name}`);
const COLOURS = ['red', 'green', 'blue'].map((name) => `property uchar ${name}`);
/** Six floats and three bytes. */
const VERTEX_BYTES = 27;

/**
 * A cloud as a PLY file, binary little-endian, with the properties of COLMAP's own `fused.ply`: x y z nx ny nz as
 * float, red green blue as uchar.
 * @param comments a line each, ASCII
 */
export function encodePly(
  { count, positions, normals, colours }: PointCloud,
  comments: readonly string[] = [],
): Uint8Array {
  const header = [
    'ply',
    'format binary_little_endian 1.0',
    ...comments.map((comment) => `comment ${comment}`),
    `element vertex ${count}`,
    ...PROPERTIES,
    ...COLOURS,
    'end_header\n',
  ].join('\n');
  const head = new TextEncoder().encode(header);
  const bytes = new Uint8Array(head.length + VERTEX_BYTES * count);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  for (let k = 0, at = head.length; k < count; k++, at += VERTEX_BYTES) {
    for (let axis = 0; axis < 3; axis++) {
      view.setFloat32(at + 4 * axis, positions[3 * k + axis]!, true);
      view.setFloat32(at + 12 + 4 * axis, normals[3 * k + axis]!, true);
      bytes[at + 24 + axis] = colours[3 * k + axis]!;
    }
  }
  return bytes;
}
