import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodePly, type PointCloud } from '../../../generator/src/reconstruction/index.ts';

const triples = (count: number) =>
  fc.float32Array({ minLength: 3 * count, maxLength: 3 * count, noNaN: true, noDefaultInfinity: true });
const clouds = fc.integer({ min: 0, max: 20 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    positions: triples(count),
    normals: triples(count),
    colours: fc.uint8Array({ minLength: 3 * count, maxLength: 3 * count }),
  }),
);

/** Reads a PLY by what its header says of its one element. */
function readPly(bytes: Uint8Array): { comments: string[]; vertices: Record<string, number>[] } {
  const end = Buffer.from(bytes).indexOf('end_header\n') + 'end_header\n'.length;
  const header = Buffer.from(bytes.subarray(0, end)).toString('ascii').trimEnd().split('\n');
  expect(header.slice(0, 2)).toEqual(['ply', 'format binary_little_endian 1.0']);
  const of = (word: string) =>
    header.filter((line) => line.startsWith(`${word} `)).map((line) => line.split(' '));
  const count = Number(of('element')[0]![2]);
  const view = new DataView(bytes.buffer, bytes.byteOffset + end);
  let at = 0;
  const read = (type: string) => {
    const value = type === 'float' ? view.getFloat32(at, true) : view.getUint8(at);
    at += type === 'float' ? 4 : 1;
    return value;
  };
  const vertices = Array.from({ length: count }, () =>
    Object.fromEntries(of('property').map(([, type, name]) => [name!, read(type!)])),
  );
  expect(at).toBe(view.byteLength);
  return { comments: of('comment').map((words) => words.slice(1).join(' ')), vertices };
}

it('writes every number of a cloud where its header says', () => {
  fc.assert(
    fc.property(clouds, (cloud: PointCloud) => {
      const { comments, vertices } = readPly(encodePly(cloud, ['a unit', 'and more']));
      expect(comments).toEqual(['a unit', 'and more']);
      expect(vertices.length).toBe(cloud.count);
      for (const [k, vertex] of vertices.entries()) {
        const { positions: p, normals: n, colours: c } = cloud;
        expect(Object.values(vertex)).toEqual(
          [p, n, c].flatMap((all) => [...all.subarray(3 * k, 3 * k + 3)]),
        );
      }
      if (vertices[0])
        expect(Object.keys(vertices[0])).toEqual(['x', 'y', 'z', 'nx', 'ny', 'nz', 'red', 'green', 'blue']);
    }),
  );
});
