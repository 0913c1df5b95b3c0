import { degrees, radians, type ViewRange } from '@turnaround/plugin/asset';
import { frontalX } from '../gan/direction/index.ts';
import { broadcastToLayers, coordinate, edit, truncate, withoutComponent } from '../gan/latents/index.ts';
import type { GanModel } from './gan-model.ts';
import type { ModelDirection, ModelManifest } from './model-manifest.ts';
import { PipelineError, type Platform } from './platform.ts';

/** The direction of a model that has one. */
export function requireDirection(manifest: ModelManifest, folder: string): ModelDirection {
  const { direction, directionStatus } = manifest;
  if (direction) return direction;
  const why =
    directionStatus === 'none'
      ? `nothing that was tried turns its subjects (${folder}/direction.png shows the best candidates); ` +
        `name one yourself with: turnaround import CHECKPOINT --out ${folder} --direction ID`
      : `its direction has not been searched yet; finish with: turnaround import CHECKPOINT --out ${folder}`;
  throw new PipelineError(
    'direction-missing',
    `${folder}: expected a model with a yaw direction, got none: ${why}`,
  );
}

/**
 * The x of a wanted yaw, held inside the range that turns the subject.
 * @param yaw     radians
 * @param frontal x at which the subject faces the camera
 */
export function yawToX({ degreesPerUnit, range }: ModelDirection, frontal: number, yaw: number): number {
  return Math.min(range[1], Math.max(range[0], frontal + degrees(yaw) / degreesPerUnit));
}

/** Whether a manifest's degrees are true ones. */
export type CalibrationState = Pick<ModelManifest, 'calibrated' | 'calibration'>;

/** Degrees of yaw that a model covers, smallest first: of the median subject where it is calibrated, else estimated. */
export function reachableDegrees(
  { degreesPerUnit, zero, range }: ModelDirection,
  { calibrated, calibration }: CalibrationState,
): readonly [number, number] {
  if (calibrated && calibration) return [calibration.curve.degrees[0]!, calibration.curve.degrees.at(-1)!];
  const ends = range.map((x) => (x - zero) * degreesPerUnit);
  return [Math.min(...ends), Math.max(...ends)];
}

/** What is asked for where nobody says: −60° to 60°, or as far as the model turns to both sides. */
export function defaultRange(direction: ModelDirection, state: CalibrationState): ViewRange {
  const [least, most] = reachableDegrees(direction, state);
  const reach = radians(Math.max(1, Math.floor(Math.min(60, -least, most))));
  return { minimum: -reach, maximum: reach };
}

/** Says where views are asked for beyond what the model turns. @param yaws radians */
export function warnBeyondReach(
  platform: Pick<Platform, 'warn'>,
  state: CalibrationState,
  direction: ModelDirection,
  yaws: readonly number[],
): void {
  const [least, most] = reachableDegrees(direction, state);
  const beyond = yaws.filter((yaw) => degrees(yaw) < least - 0.5 || degrees(yaw) > most + 0.5);
  const about = state.calibrated ? '' : 'about ';
  if (beyond.length > 0)
    platform.warn(
      `${beyond.length} of ${yaws.length} views lie beyond what this model turns, ${about}${Math.round(least)}° to ` +
        `${Math.round(most)}°; they are held at its ends (see --range)`,
    );
}

/** A subject's own zero is read where it differs from the model's by more than this: its pictures cost as much as a
 *  character's. Degrees. */
const LEAST_ZERO_SPREAD = 2;
/** Side of the pictures that it is read from, as in the search. */
const FRONTAL_SIDE = 64;

/** x at which a subject faces the camera. @param w f32 [W], truncated */
async function frontalOf(model: GanModel, direction: ModelDirection, w: Float32Array): Promise<number> {
  const { zero, zeroSpread, zeroWeight, degreesPerUnit, layers } = direction;
  if (zeroSpread * zeroWeight * degreesPerUnit < LEAST_ZERO_SPREAD) return zero;
  const { manifest } = model;
  const side = Math.min(FRONTAL_SIDE, model.side);
  const input = {
    synthesize: async (ws: Float32Array, count: number) =>
      blockMeans(await model.synthesize(ws, count), model.side, side),
    layers: manifest.layers,
    mean: Float32Array.from(direction.mean),
    batch: 16,
    signal: null,
  };
  const along = { vector: Float32Array.from(direction.vector), probe: Float32Array.from(direction.probe) };
  const range = { from: layers[0], to: layers[1] };
  return frontalX(input, { ...along, zero, zeroSpread, zeroWeight, layers: range }, w);
}

/** Planes of from×from pixels to means of blocks. */
export function blockMeans(planes: Float32Array, from: number, side: number): Float32Array {
  if (from === side) return planes;
  const block = from / side;
  const out = new Float32Array(planes.length / block ** 2);
  for (let k = 0; k < planes.length; k++) {
    const plane = Math.floor(k / from ** 2);
    const y = Math.floor((k % from ** 2) / from / block);
    const x = Math.floor((k % from) / block);
    out[(plane * side + y) * side + x]! += planes[k]! / block ** 2;
  }
  return out;
}

/** One subject and the way along which it turns. */
export interface TurningSubject {
  /** x at which it faces the camera. */
  readonly frontal: number;
  /** x of its own w. */
  readonly own: number;
  /** f32 [n,L,W]: its w, truncated, without its own component along the direction, moved to each x on the
   *  direction's layers (paper, eq. 1). */
  latents(x: Float32Array): Float32Array;
}

/** The subject of a seed. @param step f32 [W], added to its truncated w */
export async function turningSubject(
  model: GanModel,
  direction: ModelDirection,
  seed: number,
  truncation: number,
  step: Float32Array | null = null,
): Promise<TurningSubject> {
  const { wDim, layers, wAverage } = model.manifest;
  const vector = Float32Array.from(direction.vector);
  const along = { vector, probe: Float32Array.from(direction.probe) };
  const own = truncate(await model.mapSeed(seed), Float32Array.from(wAverage), truncation);
  const w = step ? own.map((value, i) => value + step[i]!) : own;
  const mean = Float32Array.from(direction.mean);
  const base = withoutComponent(w, mean, along);
  const one = broadcastToLayers(base, wDim, layers);
  const [from, to] = direction.layers;
  return {
    frontal: await frontalOf(model, direction, w),
    own: coordinate(w, mean, along)[0]!,
    latents(x) {
      const all = new Float32Array(x.length * one.length);
      x.forEach((_, k) => void all.set(one, k * one.length));
      return edit(all, layers, vector, x, { from, to });
    },
  };
}
