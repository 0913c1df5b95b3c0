/** What the benches read off their command lines. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { TruthError } from './truth/errors.ts';

/**
 * The values of a bench's options.
 *
 * @throws TruthError `usage` where the command line has others
 */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  options: Options,
) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new TruthError('usage', (error as Error).message);
  }
}

/**
 * A whole number from the command line.
 *
 * @param name   of the option, without its dashes
 * @param least  smallest that will do
 * @throws TruthError `usage`
 */
export function wholeNumber(name: string, text: string, least = 1): number {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw new TruthError('usage', `--${name}: expected a whole number from ${least}, got ${text}`);
}

/**
 * Runs a bench. What its user can mend ends it with a message: 2 and the usage where the command line is wrong, else 1.
 *
 * @param expected further errors that say all there is to say
 */
export async function runBench(
  usage: string,
  main: () => Promise<void>,
  expected: readonly (new (...args: never[]) => Error)[] = [],
): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof TruthError || expected.some((type) => error instanceof type))) throw error;
    console.error((error as Error).message);
    const wrongUsage = error instanceof TruthError && error.code === 'usage';
    if (wrongUsage) console.error(usage);
    process.exitCode = wrongUsage ? 2 : 1;
  }
}
