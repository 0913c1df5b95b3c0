import type { DepthRange } from '@turnaround/plugin/asset';
import type { Atlas } from './atlas.ts';
import type { CharacterViews } from './character.ts';
import {
  type DepthMap,
  depthRange,
  type EncodeDepthOptions,
  extendDepth,
  packDepthAtlas,
} from './depth/index.ts';
import { CharacterError } from './errors.ts';
import type { RgbaImage } from './image.ts';

/** A character's depth, as its file holds it. */
export interface CharacterDepth {
  /** One a view: cut to its alpha and continued two pixels past it. */
  readonly views: readonly DepthMap[];
  /** Focal length in half-widths of a view. */
  readonly focal: number;
  readonly range: DepthRange;
  /** Codes, in the colour atlas' size and layout. */
  readonly image: RgbaImage;
}

/**
 * Packs the views' depth beside their colour; null where no view has any.
 * @param character  its views in the atlas' order
 * @throws CharacterError `views` where only some have depth, or have it without a focal length; DepthError where a map
 * does not fit its picture or knows nothing of its subject
 */
export function characterDepth(
  { views, focal }: Pick<CharacterViews, 'views' | 'focal'>,
  atlas: Atlas,
  options: { readonly gutter: number } & EncodeDepthOptions,
): CharacterDepth | null {
  const given = views.flatMap(({ depth }) => depth ?? []);
  if (given.length === 0) return null;
  if (given.length !== views.length)
    throw new CharacterError(
      'views',
      `character: expected depth for all ${views.length} views or for none, got ${given.length}`,
    );
  if (focal === undefined)
    throw new CharacterError('views', 'character: expected a focal length where views have depth, got none');
  const extended = given.map((depth, k) => extendDepth(depth, coverage(views[k]!.image)));
  const range = depthRange(extended);
  const { width, height } = atlas.image;
  const layout = { width, height, rectangles: atlas.rectangles, gutter: options.gutter };
  return { views: extended, focal, range, image: packDepthAtlas(extended, layout, range, options) };
}

/** f32 [H,W], 0..1. */
function coverage({ width, height, data }: RgbaImage): Float32Array {
  return Float32Array.from({ length: width * height }, (_, i) => data[4 * i + 3]! / 255);
}
