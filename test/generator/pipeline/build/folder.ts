/** Folders of pictures, and the machine that builds from them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RgbaImage } from '../../../../generator/src/impostor/index.ts';
import type { Platform } from '../../../../generator/src/pipeline/platform.ts';
import { createFiles } from '../../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../../../generator/src/platform/worker-training-runtime.ts';

/** Writes pictures as PNG files of the given names. */
export async function writeFolder(
  folder: string,
  pictures: Readonly<Record<string, RgbaImage>>,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const images = createImageCodec();
  for (const [name, image] of Object.entries(pictures))
    writeFileSync(join(folder, name), await images.encodePng(image));
  return folder;
}

/** This machine; warnings are kept. */
export function openPlatform(signal: AbortSignal = new AbortController().signal): {
  readonly platform: Platform;
  readonly warnings: string[];
} {
  const warnings: string[] = [];
  const platform: Platform = {
    files: createFiles(),
    images: createImageCodec(),
    runtime: createRuntime({ threads: 2 }),
    openTraining: () => createWorkerTrainingRuntime({ threads: 2 }),
    signal,
    progress: () => {},
    warn: (message) => void warnings.push(message),
  };
  return { platform, warnings };
}
