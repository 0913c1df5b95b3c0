import type { SweepSet } from '../../../generator/src/calibration/sweep-set.ts';
import { type Graph, serialize, type TensorValue } from '../../../generator/src/graph/index.ts';
import { toByte } from '../../../generator/src/impostor/image.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { ellipsoidView } from '../../bench-truth/ellipsoid.ts';

export const SIDE = 64;
const AREA = SIDE * SIDE;
export const YAWS = [-0.4, -0.15, 0.1, 0.4];
export const views = YAWS.map((yaw) => ellipsoidView(1, yaw, SIDE));

/** The ellipsoid's views as a set to learn from. */
export function ellipsoidSet(): SweepSet {
  const images = new Uint8Array(views.length * 3 * AREA);
  const masks = new Uint8Array(views.length * AREA);
  views.forEach(({ image, mask }, k) => {
    images.set(Uint8Array.from(image.data, toByte), k * 3 * AREA);
    masks.set(
      Uint8Array.from(mask, (m) => Math.round(255 * m)),
      k * AREA,
    );
  });
  return {
    subjects: 1,
    views: views.length,
    side: SIDE,
    images,
    masks,
    places: Float32Array.of(-2, -1, 1, 2),
  };
}

/** Loads a graph and runs it once. */
export async function run(graph: Graph, feeds: Record<string, TensorValue> = {}) {
  const session = await createRuntime().load(serialize(graph));
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}
