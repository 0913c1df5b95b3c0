import type { Platform } from '../../../generator/src/pipeline/platform.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';

/** What stages of the pipeline need, for benches that train: progress goes to standard error. */
export function trainingPlatform(options: { readonly threads: number }): Platform {
  return {
    files: createFiles(),
    images: createImageCodec(),
    runtime: createRuntime(options),
    openTraining: () => createWorkerTrainingRuntime(options),
    signal: new AbortController().signal,
    progress: ({ stage, done, total, text }) => {
      if (done % PROGRESS_EVERY === 0 || done === total)
        console.error(`${stage} ${done}/${total} ${text ?? ''}`);
    },
    warn: (message) => console.error(`warning: ${message}`),
  };
}

const PROGRESS_EVERY = 20;
