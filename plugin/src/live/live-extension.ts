import { FORMAT_VERSION, type ImpostorExtension, type LiveManifest, type View } from '../asset/index.ts';
import { LiveError } from './errors.ts';
import type { LiveAtlas } from './live-atlas.ts';
import type { LiveFace } from './live-face.ts';
import type { ViewCache } from './view-cache.ts';

/** What stands in a stored character's file. Its views are those of the cache. */
export function extensionOf(
  { frame, pivot, focal, name, modelHash, licence, source }: LiveManifest,
  atlas: LiveAtlas,
  cache: ViewCache,
  { seed, truncation }: LiveFace,
): ImpostorExtension {
  let of = cache.views;
  let views: readonly View[] = [];
  return {
    formatVersion: FORMAT_VERSION,
    colour: { index: 0 },
    atlasSize: atlas.size,
    frame,
    pivot,
    calibrated: true,
    provenance: {
      generator: 'turnaround live',
      model: name,
      modelHash,
      seed,
      truncation,
      licence,
      source,
    },
    get views() {
      if (of === cache.views) return views;
      of = cache.views;
      views = of.map(({ yaw, cell }) => ({
        yaw,
        pitch: 0,
        rectangle: [...atlas.corner(cell), atlas.side, atlas.side],
        focal,
      }));
      return views;
    },
  };
}

/** The latents that edits add. @returns f32 [L,D] */
export function editOf(
  { layers, wDim, directions }: LiveManifest,
  edits: Readonly<Record<string, number>>,
): Float32Array {
  const edit = new Float32Array(layers * wDim);
  for (const [name, amount] of Object.entries(edits)) {
    const direction = directions.find((one) => one.name === name);
    if (!direction)
      throw new LiveError(
        'manifest',
        `live: expected a direction of ${directions.map((one) => one.name).join(', ')}, got ${name}`,
      );
    for (let k = 0; k < edit.length; k++) edit[k]! += amount * direction.vector[k % wDim]!;
  }
  return edit;
}
