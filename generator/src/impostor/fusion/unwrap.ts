import { Atlas, Initialize } from 'watlas';
import type { Surface } from './extract.ts';

/** Texels between charts, and as far as colours go on past them: two levels of a texture's mipmaps. */
export const GUTTER = 3;

/** A surface whose vertices are doubled along the seams of its texture. */
export interface Unwrapped {
  /** Vertex of the surface that each vertex copies. */
  readonly sources: Uint32Array;
  /** Two a vertex: texels from the texture's upper left corner. */
  readonly texels: Float32Array;
  readonly triangles: Uint32Array;
  /** Texels. */
  readonly width: number;
  readonly height: number;
}

let ready: Promise<void> | undefined;

/**
 * Lays a surface out flat: charts that hardly stretch, packed into one texture (xatlas).
 * @param side texels, about; the texture comes out as it packs
 */
export async function unwrap({ positions, triangles }: Surface, side: number): Promise<Unwrapped> {
  ready ??= Initialize();
  await ready;
  const atlas = new Atlas();
  try {
    // Chart growth is in the mesh's units: about one is what it is made for.
    const size = positions.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    atlas.addMesh({
      vertexPositionData: Float32Array.from(positions, (value) => value / size),
      vertexCount: positions.length / 3,
      vertexPositionStride: 12,
      indexData: triangles,
      indexCount: triangles.length,
    });
    atlas.generate({}, { resolution: side, padding: GUTTER, bilinear: true, rotateChartsToAxis: true });
    const mesh = atlas.getMesh(0);
    const out = new Uint32Array(mesh.indexCount);
    mesh.getIndexArray(out);
    const sources = new Uint32Array(mesh.vertexCount);
    const texels = new Float32Array(2 * mesh.vertexCount);
    for (let v = 0; v < mesh.vertexCount; v++) {
      const { uv, xref } = mesh.getVertex(v);
      sources[v] = xref;
      texels.set(uv, 2 * v);
    }
    return { sources, texels, triangles: out, width: atlas.width, height: atlas.height };
  } finally {
    atlas.delete();
  }
}
