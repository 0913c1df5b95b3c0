import { viewCamera } from '../impostor/index.ts';
import { votesOn } from './agreement.ts';
import { ReconstructionError } from './errors.ts';
import type { PointCloud } from './point-cloud.ts';
import { type DepthView, type SurfelOptions, surfelsOf } from './surfels.ts';
import { type CloudPoint, thin } from './thin.ts';

export interface FuseOptions extends SurfelOptions {
  /** Largest difference in depth between views that agree, in units of the camera's distance. */
  readonly tolerance: number;
  /** Least number of other views that agree; no more may look through the point. */
  readonly votes: number;
  /** Side of a cell of which one point is kept, likewise. */
  readonly cell: number;
}

/** A pixel of 128² at a focal length of 9.2 half-widths is .0017 wide at the pivot; heads are some .2 deep. */
export const FUSE_DEFAULTS: FuseOptions = {
  stride: 1,
  coverage: 0.9,
  facing: 0.2,
  tolerance: 0.01,
  votes: 2,
  cell: 0.0017,
};

/** Of the weight: views that look straight at a place say how it looks; their mean with those at 45° would blur it. */
const FACING_POWER = 6;

/**
 * Fuses the depth of a subject's views to one cloud: each pixel is lifted to its depth, kept where enough other views
 * see a surface there, moved along its ray to the mean of what they see, and put together with its neighbours cell by cell.
 * @param focal half-widths of a view
 * @throws ReconstructionError `views` where there are too few or their sizes differ, `empty` where no point is left
 */
export function fuseDepth(
  views: readonly DepthView[],
  focal: number,
  options: Partial<FuseOptions> = {},
): PointCloud {
  const settings = { ...FUSE_DEFAULTS, ...options };
  const { tolerance, votes, cell } = settings;
  if (views.length < votes + 1)
    throw new ReconstructionError(
      'views',
      `expected at least ${votes + 1} views, so that ${votes} others can confirm a point, got ${views.length}`,
    );
  const { width, height } = views[0]!.image;
  for (const [k, { image, depth }] of views.entries())
    if ([image, depth].some((map) => map.width !== width || map.height !== height))
      throw new ReconstructionError(
        'views',
        `expected pictures and depth of ${width}×${height}, got ${image.width}×${image.height} and ` +
          `${depth.width}×${depth.height} in view ${k}`,
      );
  const cameras = views.map((view) => viewCamera(view, { width, height, focal }));
  function* points(): Generator<CloudPoint> {
    for (const [k, view] of views.entries())
      for (const surfel of surfelsOf(view, cameras[k]!, settings)) {
        const { pixel, facing, normal } = surfel;
        const { agree, contradict, depth } = votesOn(surfel, k, views, cameras, tolerance);
        if (agree < votes || contradict > agree) continue;
        const o = 4 * pixel;
        const [r, g, b] = [0, 1, 2].map((c) => view.image.data[o + c]!) as [number, number, number];
        const [x, y, z] = cameras[k]!.unproject(
          (pixel % width) + 0.5,
          Math.floor(pixel / width) + 0.5,
          depth,
        );
        yield { x, y, z, normal, colour: [r, g, b], weight: facing ** FACING_POWER };
      }
  }
  const cloud = thin(points(), cell);
  if (cloud.count === 0)
    throw new ReconstructionError(
      'empty',
      `expected points that ${votes} other views agree on within ${tolerance}, found none`,
    );
  return cloud;
}
