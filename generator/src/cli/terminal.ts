import { Presets, SingleBar } from 'cli-progress';
import type { ProgressEvent } from '../pipeline/platform.ts';

/** What a command shows: results on standard output, everything else on standard error. */
export interface Terminal {
  /** A line for people; nothing with `--json`. */
  say(text: string): void;
  warn(text: string): void;
  progress(event: ProgressEvent): void;
  /** The command's result: one JSON object with `--json`, else the lines for people. */
  result(json: unknown, lines: readonly string[]): void;
  /** Ends a bar that is still drawn. */
  close(): void;
}

/** Plain progress lines are at least this far apart (ms), but for a stage's first and last. */
const LINE_INTERVAL = 2000;

/** Shows progress as a bar on a terminal and as plain lines elsewhere. */
export function createTerminal(
  json: boolean,
  output: NodeJS.WriteStream,
  errors: NodeJS.WriteStream,
): Terminal {
  let bar: SingleBar | null = null;
  let stage = '';
  let lastLine = Number.NEGATIVE_INFINITY;
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  const line = (text: string) => {
    stop();
    errors.write(`${text}\n`);
  };
  return {
    say(text) {
      if (!json) line(text);
    },
    warn(text) {
      line(`warning: ${text}`);
    },
    progress(event) {
      const { done, total, text = '' } = event;
      if (event.stage !== stage) {
        stop();
        stage = event.stage;
        lastLine = Number.NEGATIVE_INFINITY;
      }
      if (errors.isTTY) {
        if (!bar) {
          const format = `${stage} {bar} {value}/{total} {text}`;
          bar = new SingleBar({ format, stream: errors, hideCursor: true }, Presets.shades_classic);
          bar.start(total, done, { text });
        }
        bar.setTotal(total);
        bar.update(done, { text });
        if (done >= total) stop();
      } else if (done >= total || performance.now() - lastLine > LINE_INTERVAL) {
        lastLine = performance.now();
        errors.write(`${stage} ${done}/${total}${text ? ` ${text}` : ''}\n`);
      }
    },
    result(value, lines) {
      stop();
      if (json) output.write(`${JSON.stringify(value)}\n`);
      else for (const text of lines) output.write(`${text}\n`);
    },
    close: stop,
  };
}
