/** Trains depth and yaw on turntables of pictures alone, and writes the nets as a model folder has them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CalibrationConfig } from '../../../generator/src/calibration/config.ts';
import { buildNets } from '../../../generator/src/calibration/job.ts';
import { calibrationPhases, trainInPhases } from '../../../generator/src/calibration/phases.ts';
import type { SweepSet } from '../../../generator/src/calibration/sweep-set.ts';
import { serialize } from '../../../generator/src/graph/index.ts';
import { toByte } from '../../../generator/src/impostor/image.ts';
import { createFlatMatte } from '../../../generator/src/impostor/matte/index.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';
import { train } from '../../../generator/src/training/index.ts';
import { TruthError } from './errors.ts';
import type { Turntables } from './turntables.ts';

export interface TurntableTraining {
  readonly config: CalibrationConfig;
  /** Steps; null: as many as fit into `minutes`. */
  readonly steps: number | null;
  readonly minutes: number;
  readonly threads: number;
  readonly seed: number;
  /** Folder for the nets and the checkpoint. */
  readonly out: string;
  readonly onProgress: (text: string) => void;
}

/** Radians for one view of the warm-up: 25° over twelve of them. */
const YAW_PER_VIEW = (25 / 12) * (Math.PI / 180);

/** Steps that the speed is measured by, where minutes are asked for. */
const TRIAL_STEPS = 20;

/** What a training did. */
export interface TurntableTrained {
  readonly steps: number;
  readonly images: number;
  readonly minutes: number;
}

export async function trainOnTurntables(
  set: SweepSet,
  options: TurntableTraining,
): Promise<TurntableTrained> {
  const { config, threads, seed, out, onProgress } = options;
  const runtime = createWorkerTrainingRuntime({ threads });
  const now = () => performance.now() / 1000;
  const run = (steps: number, name: string, resume: boolean) =>
    trainInPhases(
      calibrationPhases(set, config, steps),
      { seed, yawPerPlace: YAW_PER_VIEW },
      async (job, phase) => {
        const { state } = await train(
          job,
          {
            runtime,
            files: createFiles(),
            now,
            onProgress: ({ step, reports, imagesPerSecond, secondsLeft }) =>
              onProgress(
                `${phase.name} ${step}/${phase.steps} loss ${reports.loss?.toFixed(4)} ` +
                  `photo ${reports.photo?.toFixed(4)} ${imagesPerSecond.toFixed(0)} images/s, ${Math.round(secondsLeft)} s left`,
              ),
          },
          { checkpoint: join(out, `${name}-${phase.name}.safetensors`), resume, progressSeconds: 20 },
        );
        return state;
      },
    );
  try {
    let steps = options.steps;
    if (steps === null) {
      await run(2, 'trial', false);
      const start = now();
      await run(TRIAL_STEPS, 'trial', false);
      steps = Math.max(100, Math.floor((options.minutes * 60) / ((now() - start) / TRIAL_STEPS)));
    }
    const start = now();
    const weights = (await run(steps, config.name, true))!;
    await mkdir(out, { recursive: true });
    const { depth, pose } = buildNets(config, weights, set.side);
    await writeFile(join(out, 'depth.onnx'), serialize(depth));
    await writeFile(join(out, 'pose.onnx'), serialize(pose));
    const views = config.batch.subjects * config.batch.views;
    return { steps, images: steps * views, minutes: (now() - start) / 60 };
  } finally {
    await runtime.close();
  }
}

/** All pictures of the turntables with their masks, by the matte for flat backdrops. */
export async function turntableSet(tables: Turntables, side: number): Promise<SweepSet> {
  const area = side * side;
  const matte = createFlatMatte();
  const images: Uint8Array[] = [];
  const masks: Uint8Array[] = [];
  let views = 0;
  for (const subject of tables.subjects) {
    const pictures = await tables.load(subject);
    views ||= pictures.length;
    if (pictures.length !== views)
      throw new TruthError('data', `${subject}: expected ${views} pictures, got ${pictures.length}`);
    const covers = await matte.cover(pictures);
    pictures.forEach((picture, k) => {
      images.push(Uint8Array.from(picture.data, toByte));
      masks.push(Uint8Array.from(covers[k]!, (cover) => Math.round(255 * cover)));
    });
  }
  const join8 = (parts: readonly Uint8Array[], size: number): Uint8Array => {
    const all = new Uint8Array(parts.length * size);
    parts.forEach((part, k) => void all.set(part, k * size));
    return all;
  };
  return {
    subjects: tables.subjects.length,
    views,
    side,
    images: join8(images, 3 * area),
    masks: join8(masks, area),
    places: Float32Array.from({ length: views }, (_, k) => k - (views - 1) / 2),
  };
}
