import { motionOf, warp } from '../../calibration/warp/index.ts';
import { float32, float32Data, Graph, type Runtime, serialize } from '../../graph/index.ts';

/** What pairs of pictures are to be warped by. */
export interface WarpRequest {
  /** f32 [n,3,S,S], what is read */
  readonly images: Float32Array;
  /** f32 [n,1,S,S], depth of the views that are written, pivot at 1 */
  readonly depths: Float32Array;
  /** f32 [n,6], takes a point in the written view's camera to the read one's */
  readonly poses: Float32Array;
}

/** Views as others of the same subject show them. */
export interface WarpedViews {
  /** f32 [n,3,S,S] */
  readonly images: Float32Array;
  /** f32 [n,1,S,S], 1 where the place read lies in the picture */
  readonly valid: Float32Array;
}

/**
 * Warps pictures (paper, eq. 3), for people to look at and to measure by.
 * @param focal half-widths
 */
export async function warpViews(
  runtime: Runtime,
  { images, depths, poses }: WarpRequest,
  side: number,
  focal: number,
): Promise<WarpedViews> {
  const count = poses.length / 6;
  const graph = new Graph('warp');
  const input = (name: string, shape: readonly number[]) => graph.input(name, 'float32', shape);
  const shapes = { image: [count, 3, side, side], depth: [count, 1, side, side], pose: [count, 6] };
  const warped = warp({
    image: input('image', shapes.image),
    depth: input('depth', shapes.depth),
    motion: motionOf(input('pose', shapes.pose)),
    focal,
  });
  graph.output('warped', warped.image);
  graph.output('valid', warped.valid);
  const session = await runtime.load(serialize(graph));
  try {
    const outputs = await session.run({
      image: float32(images, shapes.image),
      depth: float32(depths, shapes.depth),
      pose: float32(poses, shapes.pose),
    });
    return { images: float32Data(outputs, 'warped'), valid: float32Data(outputs, 'valid') };
  } finally {
    await session.release();
  }
}
