import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from './shared.ts';

/** Where a run's test files leave what each of them needs built: the run makes it, and takes it away. */
const VARIABLE = 'TURNAROUND_TEST_BUILT';

/** A folder among the packages, so that those which are not bundled are found from it. */
function newFolder(): string {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, 'turnaround-built-'));
}

/** Before the first test file of a run, and after the last. */
export function setup(): () => void {
  const folder = newFolder();
  process.env[VARIABLE] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The run's folder; a process that no run has set up, as benches are, makes its own. */
function sharedFolder(): string {
  if (process.env[VARIABLE] === undefined) process.once('exit', setup());
  return process.env[VARIABLE]!;
}

/**
 * Builds once for all test files of a run, whichever of them comes first.
 *
 * @param name  of what is built; the same for all that share it
 * @param build fills the folder that it is given
 * @returns the folder; throws where the build failed, here or in another file
 */
export async function builtOnce(name: string, build: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(sharedFolder(), name);
  const [claim, done, failed] = ['claim', 'done', 'failed'].map((state) => `${folder}.${state}`);
  try {
    // Of all processes one makes this folder.
    mkdirSync(claim!);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    while (!existsSync(done!)) {
      if (existsSync(failed!)) throw new Error(`${name} could not be built; the file that tried says why`);
      await wait(50);
    }
    return folder;
  }
  try {
    await build(folder);
  } catch (error) {
    writeFileSync(failed!, '');
    throw error;
  }
  writeFileSync(done!, '');
  return folder;
}
