import { cos, exp, max, mul, sin, sub, type Value } from '../graph/index.ts';

/**
 * How much of a latent is left at time t of the diffusion process: x_t = a(t)·x₀ + √(1 − a(t)²)·ε in whitened
 * coordinates, a = √ᾱ. a(0) is 1 exactly, in numbers and in graphs: at t = 0 there is no noise.
 * `cosine`: ᾱ = cos²((t + s)/(1 + s)·π/2)/cos²(s/(1 + s)·π/2), s = .008 (Nichol & Dhariwal 2021, eq. 17).
 * `linear`: ᾱ = exp(−(β₀t + ½(β₁ − β₀)t²)), β₀ = .1, β₁ = 20: the continuous form (Song et al. 2021, eq. 33) of
 * betas that rise linearly from 1e-4 to .02 in a thousand steps (Ho et al. 2020).
 */
export type NoiseSchedule = 'cosine' | 'linear';

const OFFSET = 0.008;
const [BETA_0, BETA_1] = [0.1, 20];

/** cos(u + c)/cos(c) = cos u − tan(c)·sin u, so that u = 0 gives 1 without rounding. */
const PACE = Math.PI / 2 / (1 + OFFSET);
const TANGENT = Math.tan(OFFSET * PACE);

/** a(t) = √ᾱ(t), in 0..1. @param t 0..1 */
export function signalAt(schedule: NoiseSchedule, t: number): number {
  if (schedule === 'linear') return Math.exp(-(BETA_0 * t + ((BETA_1 - BETA_0) * t * t) / 2) / 2);
  return Math.max(0, Math.cos(PACE * t) - TANGENT * Math.sin(PACE * t));
}

/** ᾱ(t), in 0..1. @param t 0..1 */
export const alphaBar = (schedule: NoiseSchedule, t: number): number => signalAt(schedule, t) ** 2;

/** √(1 − ᾱ(t)), the noise's deviation. @param t 0..1 */
export const noiseAt = (schedule: NoiseSchedule, t: number): number =>
  Math.sqrt(Math.max(0, 1 - alphaBar(schedule, t)));

/** a(t) in a graph. @param t f32 of any shape, 0..1 @returns the same shape */
export function signalOf(schedule: NoiseSchedule, t: Value): Value {
  if (schedule === 'linear') return exp(mul(t, sub(-BETA_0 / 2, mul(t, (BETA_1 - BETA_0) / 4))));
  const angle = mul(t, PACE);
  return max(sub(cos(angle), mul(sin(angle), TANGENT)), 0);
}
