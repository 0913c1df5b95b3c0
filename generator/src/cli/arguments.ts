import { parseRange, type ViewRange } from '@turnaround/plugin/asset';
import { InvalidArgumentError } from 'commander';

/** Readers of what people write on the command line. All throw commander's error, which ends in exit code 2. */

/** Most seeds that one run takes. */
const MOST_SEEDS = 100_000;

/**
 * Reads a list of seeds such as `0-99,200`: whole numbers and ranges, each seed once, in the order given.
 */
export function parseSeeds(text: string): number[] {
  const seeds = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part);
    const first = Number(match?.[1]);
    const last = match?.[2] === undefined ? first : Number(match[2]);
    if (!match || last < first || last > 0xffffffff)
      throw new InvalidArgumentError(
        `Expected seeds such as 0-99,200 (0 to 4294967295) but received ${text}`,
      );
    if (last - first + 1 + seeds.size > MOST_SEEDS)
      throw new InvalidArgumentError(`Expected at most ${MOST_SEEDS} seeds but received ${text}`);
    for (let seed = first; seed <= last; seed++) seeds.add(seed);
  }
  return [...seeds];
}

/** A whole number within limits. */
export function wholeNumber(name: string, minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\s*\d+\s*$/.test(text) || value < minimum || value > maximum)
      throw new InvalidArgumentError(
        `Expected a whole number from ${minimum} to ${maximum} for ${name} but received ${text}`,
      );
    return value;
  };
}

/** A number within limits. */
export function realNumber(name: string, minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= minimum && value <= maximum))
      throw new InvalidArgumentError(
        `Expected a number from ${minimum} to ${maximum} for ${name} but received ${text}`,
      );
    return value;
  };
}

/** A range of yaw such as `-60:60`, in degrees. */
export function yawRange(text: string): ViewRange {
  try {
    return parseRange(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** A colour such as `#282a30`, as red, green and blue, 0..255. */
export function colour(text: string): [red: number, green: number, blue: number] {
  const match = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (!match) throw new InvalidArgumentError(`Expected a colour such as #282a30 but received ${text}`);
  return [match[1]!, match[2]!, match[3]!].map((part) => Number.parseInt(part, 16)) as [
    number,
    number,
    number,
  ];
}
