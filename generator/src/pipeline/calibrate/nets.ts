import { float32, float32Data, type Runtime, type Session } from '../../graph/index.ts';

/** Depth and pose nets, loaded. Pictures are f32 [n,3,S,S], RGB −1..1, at the nets' own size. */
export interface CalibrationNets {
  /** Pixels of a side. */
  readonly side: number;
  /** @returns f32 [n,1,S,S], the net's own relief, pivot at 1 */
  depth(images: Float32Array, count: number): Promise<Float32Array>;
  /** @returns f32 [n], radians in the net's own scale, 0 for a face that is its own mirror image */
  yaw(images: Float32Array, count: number): Promise<Float32Array>;
  /** @returns f32 [n,6], takes a point in the source's camera to the target's */
  pose(sources: Float32Array, targets: Float32Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Pictures of one run: more are no faster, and activations of the depth net fill memory. */
const BATCH = 8;

/** Loads `depth.onnx` and `pose.onnx`. @param side pixels of a side that they take */
export async function openNets(
  runtime: Runtime,
  models: { readonly depth: Uint8Array; readonly pose: Uint8Array },
  side: number,
): Promise<CalibrationNets> {
  const depthNet = await runtime.load(models.depth);
  const poseNet = await runtime.load(models.pose);
  const size = 3 * side * side;
  const batches = async (
    session: Session,
    feeds: Readonly<Record<string, Float32Array>>,
    output: string,
    count: number,
    length: number,
  ): Promise<Float32Array> => {
    const out = new Float32Array(count * length);
    for (let start = 0; start < count; start += BATCH) {
      const n = Math.min(BATCH, count - start);
      const part = Object.entries(feeds).map(
        ([name, data]) =>
          [name, float32(data.subarray(start * size, (start + n) * size), [n, 3, side, side])] as const,
      );
      const outputs = await session.run(Object.fromEntries(part), [output]);
      out.set(float32Data(outputs, output), start * length);
    }
    return out;
  };
  return {
    side,
    depth: (images, count) => batches(depthNet, { image: images }, 'depth', count, side * side),
    yaw: (images, count) => batches(poseNet, { source: images, target: images }, 'yaw', count, 1),
    pose: (sources, targets, count) =>
      batches(poseNet, { source: sources, target: targets }, 'pose', count, 6),
    async release() {
      await depthNet.release();
      await poseNet.release();
    },
  };
}
