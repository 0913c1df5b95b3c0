export interface RateSchedule {
  readonly peak: number;
  /** Steps of linear rise from 0. */
  readonly ramp: number;
  /** Share of all steps after which the rate falls. */
  readonly constantUntil: number;
  /** Share of the peak at the last step. */
  readonly final: number;
}

export const RATE_DEFAULTS: RateSchedule = { peak: 5e-4, ramp: 30, constantUntil: 0.6, final: 0.03 };

/** Learning rate by step: a ramp, a constant stretch, a linear fall. @param steps in all */
export function rateSchedule(steps: number, options: Partial<RateSchedule> = {}): (step: number) => number {
  const { peak, ramp, constantUntil, final } = { ...RATE_DEFAULTS, ...options };
  const fallFrom = steps * constantUntil;
  return (step) => {
    const rise = Math.min(1, (step + 1) / Math.max(1, ramp));
    const fallen = Math.max(0, (step - fallFrom) / Math.max(1, steps - 1 - fallFrom));
    return peak * rise * (1 - Math.min(1, fallen) * (1 - final));
  };
}
