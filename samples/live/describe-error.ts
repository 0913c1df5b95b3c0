import { LiveError } from '@turnaround/plugin/live';
import { ViewerError } from '@turnaround/plugin/viewer';

/** An error for people. */
export interface DescribedError {
  readonly headline: string;
  /** Lines: what to do, then what was said. */
  readonly advice: readonly string[];
}

const WORDS: Readonly<Record<LiveError['code'], readonly [headline: string, advice: string]>> = {
  offline: ['The server cannot be reached', 'Is npm run preview still running? Reload the page once it is.'],
  'not-found': [
    'There is no such model',
    'The address names it: ?model=portraits-128, of the folder models/.',
  ],
  hash: [
    'The model is not what its list says',
    'Its files may have been written anew meanwhile. Reload the page.',
  ],
  manifest: [
    'The model’s live.json cannot be used',
    'Delete its folder in out/live/, and it is written anew.',
  ],
  aborted: ['Loading was stopped', 'Reload the page to begin again.'],
  inference: ['The network does not run here', 'WebGL2, above, runs it on the processor.'],
  lost: ['The graphics card was taken away', 'Faces come back with it; if they do not, reload the page.'],
  disposed: ['The model has been put away', 'Reload the page.'],
  unsupported: ['This browser lacks something', 'A newer one, or WebGL2 above, may do.'],
};

/** Says what an error means here, with its code and message below. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof LiveError) {
    const [headline, advice] = WORDS[error.code];
    return { headline, advice: [advice, `${error.code}: ${error.message}`] };
  }
  const said = error instanceof Error ? error.message : String(error);
  return { headline: error instanceof ViewerError ? error.headline : 'This cannot be shown', advice: [said] };
}

/** In a line, for what goes wrong while faces are shown. */
export function lineFor(error: unknown): string {
  const { headline, advice } = describeError(error);
  return [headline, ...advice].map((part) => part.replace(/\.?$/, '.')).join(' ');
}
