/** Where a run stands. */
export interface TrainingProgress {
  /** Steps done. */
  readonly step: number;
  readonly steps: number;
  /** Means of the reports since the last progress: loss, gradient norm, metrics. */
  readonly reports: Readonly<Record<string, number>>;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
}

/** Weight of the newest interval in the speed that the time left is reckoned with. */
const FOLLOW = 0.3;

/** Gathers reports between two messages and reckons speed. */
export class ProgressMeter {
  readonly #steps: number;
  readonly #imagesPerStep: number;
  #sums = new Map<string, number>();
  #count = 0;
  #since: number;
  #secondsPerStep: number | null = null;

  /** @param now seconds */
  constructor(steps: number, imagesPerStep: number, now: number) {
    this.#steps = steps;
    this.#imagesPerStep = imagesPerStep;
    this.#since = now;
  }

  add(reports: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(reports))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    this.#count++;
  }

  /** Seconds since the last message. */
  elapsed(now: number): number {
    return now - this.#since;
  }

  /** The message after `step` steps; starts the next interval. */
  take(step: number, now: number): TrainingProgress {
    const count = Math.max(1, this.#count);
    const pace = (now - this.#since) / count;
    this.#secondsPerStep =
      this.#secondsPerStep === null ? pace : this.#secondsPerStep * (1 - FOLLOW) + pace * FOLLOW;
    const reports = Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / count]));
    this.#sums = new Map();
    this.#count = 0;
    this.#since = now;
    return {
      step,
      steps: this.#steps,
      reports,
      imagesPerSecond: pace > 0 ? this.#imagesPerStep / pace : 0,
      secondsLeft: (this.#steps - step) * this.#secondsPerStep,
    };
  }
}
