import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';

/**
 * Exports a model as the networks that draw in a browser, with the command line that `npm run build` has made.
 *
 * @param root  the repository's
 * @param out   path of `live.onnx`
 * @throws Error with the last line of what the command had to complain of, where it fails
 */
export async function exportLive(root: string, model: string, out: string): Promise<void> {
  const command = [join(root, 'generator', 'dist', 'cli', 'main.js'), 'export', '--live', '--half'];
  const child = spawn(process.execPath, [...command, '--model', relative(root, model), '--out', out], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (status === 0) return;
  const lines = said.split('\n').filter((line) => line.trim());
  // Below a crash of its own Node writes its version.
  const last = lines.findLast((line) => /^\w*error/i.test(line)) ?? lines.at(-1);
  throw new Error(last?.trim() ?? `turnaround export has ended with ${status}`);
}
