import { yawLimits } from '../../calibration/yaw-curve.ts';
import { type Matte, MatteError } from '../../impostor/index.ts';
import type { RefinerSubject } from '../../refiner/index.ts';
import { type CalibratedModel, latentsAt, openCalibrated } from '../calibrate/calibrated-model.ts';
import { type DepthNet, openDepthNet } from '../calibrate/nets.ts';
import { loadGanModel } from '../gan-model.ts';
import { type ModelDirection, readModelFile } from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import { requireDirection, turningSubject } from '../sweep.ts';
import { type SeenSource, seeSource } from './seen-source.ts';
import { subjectSource } from './subject-source.ts';

export interface SubjectBankOptions {
  readonly subjects: number;
  readonly truncation: number;
  readonly seed: number;
  /** Pixels of a side at which views are compared. */
  readonly side: number;
  /** Farthest yaw of a source, true radians. */
  readonly sourceReach: number;
}

/** What subjects are drawn with. */
export interface SubjectBankTools {
  readonly calibrated: CalibratedModel;
  readonly direction: ModelDirection;
  readonly matte: Matte;
  readonly depth: DepthNet;
}

/** Seeds of subjects to learn from: apart from those that people generate and that depth and pose were learned from. */
const FIRST_SEED = 1_500_000_000;
const SEEDS_APART = 1_000_000;

/** Seed of a bank's subject. @param seed of the training @param index from 0 */
export const bankSeed = (seed: number, index: number): number => FIRST_SEED + SEEDS_APART * seed + index;

/** Share of subjects that the matte may fail on; others are drawn for them. */
const LARGEST_LOSS = 0.1;

/**
 * Draws subjects for the refiner to learn from: each at the yaw of its own w, with its depth, and the way along which it
 * turns by its own curve.
 * @throws MatteError where the pictures cannot be cut
 */
export async function drawSubjects(
  { signal, progress }: Pick<Platform, 'signal' | 'progress'>,
  { calibrated, direction, matte, depth }: SubjectBankTools,
  { subjects, truncation, seed, side, sourceReach }: SubjectBankOptions,
): Promise<RefinerSubject[]> {
  const { network } = calibrated;
  const bank: RefinerSubject[] = [];
  let lost = 0;
  while (bank.length < subjects) {
    signal.throwIfAborted();
    const number = bankSeed(seed, bank.length + lost);
    const turning = await turningSubject(network, direction, number, truncation);
    const curve = await calibrated.curveOf(turning);
    const own = subjectSource(turning, curve, sourceReach);
    let seen: SeenSource;
    try {
      seen = await seeSource({ network, matte, depth }, own.source, side);
    } catch (error) {
      if (error instanceof MatteError && ++lost <= LARGEST_LOSS * subjects) continue;
      throw error;
    }
    bank.push({
      ...seen,
      ...own,
      rotated: (yaw) => latentsAt(turning, curve, [yaw]),
      reach: yawLimits(curve),
    });
    progress({ stage: 'subjects', done: bank.length, total: subjects });
  }
  return bank;
}

/** The same for a model folder, with networks of its own for as long as it takes. */
export async function drawBank(
  platform: Platform,
  folder: string,
  matte: Matte,
  options: SubjectBankOptions,
): Promise<RefinerSubject[]> {
  const { files, runtime } = platform;
  const model = await loadGanModel(files, runtime, folder);
  try {
    const { manifest } = model;
    const calibrated = (await openCalibrated(platform, folder, model))!;
    const { resolution } = calibrated.calibration;
    const bytes = await readModelFile(files, folder, manifest, 'depth.onnx');
    const depth = await openDepthNet(runtime, bytes, resolution);
    try {
      const direction = requireDirection(manifest, folder);
      return await drawSubjects(platform, { calibrated, direction, matte, depth }, options);
    } finally {
      await depth.release();
      await calibrated.release();
    }
  } finally {
    await model.release();
  }
}
