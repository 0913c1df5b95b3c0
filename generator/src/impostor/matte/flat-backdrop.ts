import type { RgbImage } from '../image.ts';
import { type Backdrop, estimateBackdrop } from './backdrop.ts';
import { type EdgeOptions, edgeDefaults, softenEdges } from './edge.ts';
import type { Mask } from './mask.ts';
import { type Matte, MatteError } from './matte.ts';
import { silhouettes } from './silhouette.ts';

export interface FlatMatteOptions {
  /**
   * Least share of the border that must have the backdrop's colour (within 8 of 255), 0..1. Measured on single
   * pictures: at least .87 on 1,000 renders, .84 on 72 images of portraits-128 (heads in the border), .92 on 64 of
   * drifting-64; on 520 crops of 13 photographs .13 in the middle, .54 at nine tenths, and above .6 only a star field
   * and a brick wall.
   */
  readonly flatShare: number;
  /** Width of the subject's soft edge; by default it follows the picture's width. */
  readonly edge: EdgeOptions | null;
}

export const FLAT_MATTE_DEFAULTS: FlatMatteOptions = { flatShare: 0.6, edge: null };

/** The matte for a backdrop of one colour, whichever colour that is. Needs no model. */
export function createFlatMatte(options: Partial<FlatMatteOptions> = {}): Matte {
  const { flatShare, edge } = { ...FLAT_MATTE_DEFAULTS, ...options };
  const outline = (views: readonly RgbImage[]) => {
    const backdrop = estimateBackdrop(views);
    checkFlat(backdrop, flatShare);
    const masks = silhouettes(views, backdrop);
    masks.forEach(checkSubject);
    return { backdrop, masks };
  };
  return {
    name: 'flat backdrop',
    async cut(views) {
      const { backdrop, masks } = outline(views);
      return softenEdges(views, backdrop, masks, edge ?? edgeDefaults(masks[0]!.width));
    },
    async cover(views) {
      return outline(views).masks.map(({ data }) => Float32Array.from(data));
    },
  };
}

function checkFlat(backdrop: Backdrop, least: number): void {
  if (backdrop.flatShare >= least) return;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  throw new MatteError(
    'backdrop-not-flat',
    `matte: expected a backdrop of one colour (at least ${percent(least)} of the border), got ${percent(backdrop.flatShare)}; ` +
      'pass --matte MODEL.onnx, a matting model that knows natural backdrops',
  );
}

/** Least share of a picture that is taken for a subject. */
const LEAST_SUBJECT = 0.005;

function checkSubject({ data }: Mask, view: number): void {
  let area = 0;
  for (const set of data) area += set;
  if (area >= LEAST_SUBJECT * data.length) return;
  throw new MatteError(
    'subject-not-found',
    `matte: expected a subject before the backdrop, got ${area} of ${data.length} pixels in view ${view}`,
  );
}
