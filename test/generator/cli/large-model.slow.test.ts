import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { add, Graph, mul, reduceMean, serialize } from '../../../generator/src/graph/index.ts';
import { golden, ROOT } from '../../shared.ts';

/** Debian's, which has python3-torch. */
const PYTHON = '/usr/bin/python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

/** The side that depth and pose are learned at. */
const WORK = 128;
const VIEWS = 3;

const folder = mkdtempSync(join(tmpdir(), 'turnaround-512-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

interface Measured {
  readonly code: number | null;
  readonly stderr: string;
  readonly seconds: number;
  /** Largest resident memory; null where the system has no /proc. */
  readonly gigabytes: number | null;
}

/** Runs a stage from the sources, and asks the system again and again how much memory it has needed so far. */
function stage(...args: string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', join(ROOT, 'generator/src/cli/main.ts'), ...args],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  let gigabytes: number | null = null;
  const timer = setInterval(() => {
    gigabytes = peakMemory(child.pid) ?? gigabytes;
  }, 100);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(timer);
      resolve({ code, stderr, seconds: (performance.now() - start) / 1000, gigabytes });
    });
  });
}

function peakMemory(pid: number | undefined): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1e6;
  } catch {
    return null;
  }
}

/** A matting model that sees the same disc in every picture: random weights draw no subject. */
function disc(): Uint8Array {
  const alpha = Float32Array.from({ length: WORK * WORK }, (_, i) => {
    const [x, y] = [(i % WORK) + 0.5 - WORK / 2, Math.floor(i / WORK) + 0.5 - WORK / 2];
    return Math.min(1, Math.max(0, 0.35 * WORK - Math.hypot(x, y) + 0.5));
  });
  const graph = new Graph('disc');
  const picture = graph.input('input', 'float32', ['N', 3, WORK, WORK]);
  const nothing = mul(reduceMean(picture, [1, 2, 3]), 0);
  graph.output('alpha', add(nothing, graph.constant(alpha, [1, 1, WORK, WORK])));
  return serialize(graph);
}

/** Marks a model as calibrated, as if its nets had learned to turn: two steps teach nothing. */
function believe(file: string): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const { curve } = manifest.calibration;
  manifest.calibrated = true;
  curve.degrees = curve.x.map((x: number) => 25 * x);
  writeFileSync(file, JSON.stringify(manifest));
}

/** The extension in a GLB's JSON, which is its first chunk. */
function impostorOf(file: Buffer): { views: unknown[]; depth?: unknown } {
  const json = JSON.parse(file.subarray(20, 20 + file.readUInt32LE(12)).toString('utf8')) as {
    nodes: { extensions?: Record<string, { views: unknown[]; depth?: unknown }> }[];
  };
  return json.nodes.map(({ extensions }) => extensions?.['TURNAROUND_impostor']).find(Boolean)!;
}

describe.skipIf(!hasTorch)(`a model of 512²${hasTorch ? '' : ' (skipped: no python3-torch)'}`, () => {
  it('goes through every stage', async () => {
    const made = spawnSync(PYTHON, ['-B', golden('checkpoint', 'make.py'), '--large', path('large.pkl')], {
      encoding: 'utf8',
    });
    expect(made.status, made.stderr).toBe(0);
    writeFileSync(path('disc.onnx'), disc());
    const run = async (name: string, ...args: string[]): Promise<void> => {
      const { code, stderr, seconds, gigabytes } = await stage(...args, '--device', 'cpu');
      expect(code, `${name}: ${stderr}`).toBe(0);
      console.log(`512², ${name}: ${seconds.toFixed(1)} s, peak ${gigabytes?.toFixed(2) ?? 'unknown'} GB`);
      if (gigabytes !== null) expect(gigabytes, name).toBeLessThan(8);
    };
    const matte = ['--matte', path('disc.onnx')];
    const train = (name: string, ...more: string[]) =>
      run(
        name,
        ...['train', path('model'), '--stage', name, '--steps', '2', '--subjects', '4', ...matte],
        ...more,
      );
    const generate = (name: string, out: string, ...more: string[]) =>
      run(
        name,
        ...['generate', '--model', path('model'), '--out', path(out), '--seeds', '0'],
        ...['--views', String(VIEWS), ...matte, ...more],
      );
    // Random weights turn nothing, so the direction is named.
    await run(
      'import, direction',
      ...['import', path('large.pkl'), '--out', path('model'), '--direction', 'pca:0:0-4'],
    );
    await train('depth-pose', '--work-resolution', String(WORK));
    believe(path('model/model.json'));
    await train('refiner');
    await generate('generate', 'out');
    await generate('generate --polish 1', 'polished', '--polish', '1');
    const manifest = JSON.parse(readFileSync(path('model/model.json'), 'utf8'));
    expect(manifest.resolution).toBe(512);
    expect(manifest.calibration.resolution).toBe(WORK);
    expect(manifest.trained.map(({ stage: name }: { stage: string }) => name)).toEqual([
      'depth-pose',
      'refiner',
    ]);
    for (const out of ['out', 'polished']) {
      const { views, depth } = impostorOf(readFileSync(path(`${out}/0.glb`)));
      expect(views.length).toBe(VIEWS);
      expect(depth).toBeDefined();
      const { characters } = JSON.parse(readFileSync(path(`${out}/manifest.json`), 'utf8'));
      expect(characters[0].options).toMatchObject({ refined: true, polish: out === 'polished' ? 1 : 0 });
    }
  });
});
