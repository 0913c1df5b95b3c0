import { CommanderError } from 'commander';
import { createProgram } from './program.ts';

/** Exit codes: done, failed, wrong usage. Ctrl-C ends as shells expect, after what is finished has been kept. */
const FAILED = 1;
const USAGE = 2;
const INTERRUPTED = 130;

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
process.once('SIGTERM', () => interrupt.abort());

try {
  await createProgram(interrupt.signal).parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCode(error);
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (interrupt.signal.aborted) {
    process.stderr.write('stopped; run the same command again to go on\n');
    return INTERRUPTED;
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  // Errors of ours say what to do and carry a code; anything else is a defect, and its stack helps to report it.
  const known = error instanceof Error && 'code' in error;
  process.stderr.write(`error: ${known ? message : (stack ?? message)}\n`);
  return FAILED;
}
