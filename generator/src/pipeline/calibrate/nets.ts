import { straightYaw } from '../../calibration/straight-yaw.ts';
import { float32, float32Data, type Runtime, type Session } from '../../graph/index.ts';

/** Pictures of one run: more are no faster, and activations of the depth net fill memory. */
const BATCH = 8;

/** `depth.onnx`, loaded. */
export interface DepthNet {
  /**
   * @param images f32 [n,3,S,S], RGB −1..1, at the net's size
   * @param next   the same of each one's next view in its sweep; only nets that learned from both look at it
   * @returns f32 [n,1,S,S], the net's own relief, pivot at 1
   */
  depth(images: Float32Array, count: number, next?: Float32Array): Promise<Float32Array>;
  release(): Promise<void>;
}

/** `pose.onnx`, loaded. Pictures are f32 [n,3,S,S], RGB −1..1, at the net's size. */
export interface PoseNet {
  /** @returns f32 [n], radians in the net's own scale, 0 for a face that is its own mirror image */
  yaw(images: Float32Array, count: number): Promise<Float32Array>;
  /** @returns f32 [n,6], takes a point in the source's camera to the target's */
  pose(sources: Float32Array, targets: Float32Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/**
 * @param side      pixels of a side that it takes
 * @param nextImage whether it takes the next view too
 */
export async function openDepthNet(
  runtime: Runtime,
  model: Uint8Array,
  side: number,
  nextImage = false,
): Promise<DepthNet> {
  const session = await runtime.load(model);
  return {
    async depth(images, count, next) {
      if (nextImage && !next)
        throw new RangeError('depth net: expected the next view of each picture, got none');
      const feeds = nextImage ? { image: images, next: next! } : { image: images };
      return runInBatches(session, feeds, 'depth', count, side, side * side);
    },
    release: () => session.release(),
  };
}

/**
 * @param side pixels of a side that it takes
 * @param bend by which its yaw is straightened
 */
export async function openPoseNet(
  runtime: Runtime,
  model: Uint8Array,
  side: number,
  bend = 0,
): Promise<PoseNet> {
  const session = await runtime.load(model);
  const run = (source: Float32Array, target: Float32Array, output: string, count: number, length: number) =>
    runInBatches(session, { source, target }, output, count, side, length);
  return {
    yaw: async (images, count) =>
      (await run(images, images, 'yaw', count, 1)).map((own) => straightYaw(own, bend)),
    pose: (sources, targets, count) => run(sources, targets, 'pose', count, 6),
    release: () => session.release(),
  };
}

/** One output of a net over pictures f32 [n,3,S,S]; `length` numbers a picture. */
async function runInBatches(
  session: Session,
  feeds: Readonly<Record<string, Float32Array>>,
  output: string,
  count: number,
  side: number,
  length: number,
): Promise<Float32Array> {
  const size = 3 * side * side;
  const out = new Float32Array(count * length);
  for (let start = 0; start < count; start += BATCH) {
    const n = Math.min(BATCH, count - start);
    const part = Object.entries(feeds).map(
      ([name, data]) =>
        [name, float32(data.subarray(start * size, (start + n) * size), [n, 3, side, side])] as const,
    );
    out.set(float32Data(await session.run(Object.fromEntries(part), [output]), output), start * length);
  }
  return out;
}
