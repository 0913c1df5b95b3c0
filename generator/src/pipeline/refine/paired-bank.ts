import type { SweepDraw } from '../../calibration/config.ts';
import type { PairedSubject } from '../../refiner/index.ts';
import { sweepPlaces } from '../calibrate/gan-sweeps.ts';
import { openDepthNet } from '../calibrate/nets.ts';
import { loadGanModel } from '../gan-model.ts';
import { readModelFile } from '../model-manifest.ts';
import type { Platform } from '../platform.ts';
import { requireDirection, turningSubject } from '../sweep.ts';
import { bankSeed } from './subject-bank.ts';

export interface PairedBankOptions {
  readonly subjects: number;
  readonly truncation: number;
  readonly seed: number;
  readonly pairs: SweepDraw;
}

/**
 * Draws subjects for the paper's refiner (§3.2): w, facing the camera, and ŵ = w + V·x at even x (eq. 1); d_w by the depth
 * net from G(w) and, where it takes one, its subsequent picture (§3.3): one step of x on.
 * @param folder of a model with nets that learned from its sweeps
 */
export async function drawPairedBank(
  { files, runtime, signal, progress }: Pick<Platform, 'files' | 'runtime' | 'signal' | 'progress'>,
  folder: string,
  { subjects, truncation, seed, pairs }: PairedBankOptions,
): Promise<PairedSubject[]> {
  const whole = await loadGanModel(files, runtime, folder);
  const { manifest } = whole;
  await whole.release();
  const { resolution, nextImage } = manifest.calibration!;
  const direction = requireDirection(manifest, folder);
  const bytes = await readModelFile(files, folder, manifest, 'depth.onnx');
  const model = await loadGanModel(files, runtime, folder, { cutAt: resolution });
  try {
    const net = await openDepthNet(runtime, bytes, resolution, nextImage);
    try {
      const places = sweepPlaces(direction, pairs);
      const step = places[1]! - places[0]!;
      const bank: PairedSubject[] = [];
      for (let s = 0; s < subjects; s++) {
        signal.throwIfAborted();
        const { frontal, latents } = await turningSubject(model, direction, bankSeed(seed, s), truncation);
        const both = latents(Float32Array.of(frontal, frontal + step));
        // The net learned from 8-bit pictures, which go no farther.
        const drawn = (await model.synthesize(both, 2)).map((value) => Math.min(1, Math.max(-1, value)));
        const [own, next] = [drawn.subarray(0, drawn.length / 2), drawn.subarray(drawn.length / 2)];
        bank.push({
          source: both.slice(0, both.length / 2),
          depth: await net.depth(own, 1, next),
          rotated: (pair) => latents(Float32Array.of(frontal + places[pair]!)),
        });
        progress({ stage: 'subjects', done: s + 1, total: subjects });
      }
      return bank;
    } finally {
      await net.release();
    }
  } finally {
    await model.release();
  }
}
