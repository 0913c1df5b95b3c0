import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll } from 'vitest';
import { builtOnce } from '../../built-once.ts';
import { ROOT } from '../../shared.ts';

/** The shipped model. */
export const MODEL: string = join(ROOT, 'models/portraits-128');

const cache = join(ROOT, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });

/** The shipped model as it was before its training: its characters take a quarter of the time. */
export function uncalibratedModel(): string {
  const folder = mkdtempSync(join(cache, 'uncalibrated-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['mapping.onnx', 'synthesis.onnx', 'pca.bin'])
    copyFileSync(join(MODEL, name), join(folder, name));
  const manifest = JSON.parse(readFileSync(join(MODEL, 'model.json'), 'utf8'));
  const { 'refiner.onnx': _, ...files } = manifest.files;
  writeFileSync(
    join(folder, 'model.json'),
    JSON.stringify({ ...manifest, files, calibrated: false, calibration: null, refiner: null }),
  );
  return folder;
}

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line bundled from its sources: starts three times as fast as a loader that translates each module. */
function bundleSources(bundle: string): Promise<unknown> {
  const source = (path: string) => join(ROOT, 'generator/src', path);
  const conditions = ['source', 'node', 'import', 'default'];
  return build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions },
    ssr: { noExternal: ['@turnaround/plugin'], resolve: { conditions } },
    build: {
      ssr: true,
      outDir: bundle,
      target: 'node20',
      minify: false,
      rollupOptions: {
        input: {
          main: source('cli/main.ts'),
          'device-probe': source('platform/device-probe.ts'),
          'placement-probe': source('platform/placement-probe.ts'),
          'training-worker': source('platform/training-worker.ts'),
          'job-thread': source('service/jobs/job-thread.ts'),
          'draw-thread': source('batch/draw-thread.ts'),
          'pack-thread': source('batch/pack-thread.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
}

/** Runs the command line. `onOutput` sees standard error as it comes, `onStart` the process; both may end it. */
export async function turnaround(
  args: readonly string[],
  onOutput: (text: string, child: ChildProcess) => void = () => {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<CommandResult> {
  const bundle = await builtOnce('cli', bundleSources);
  const child = spawn(process.execPath, [join(bundle, 'main.js'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    onOutput(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
