import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphName } from './graph-name.ts';
import { ownScript } from './own-script.ts';

/** Which execution provider of ONNX Runtime got how many of a model's nodes. */
export interface Placement {
  /** ONNX Runtime's name, such as `CPUExecutionProvider`. */
  readonly provider: string;
  readonly nodes: number;
  /** The operators among them, each once; empty where one provider got all nodes and the log does not list them. */
  readonly operators: readonly string[];
}

/** A device got a node that it has no kernel for. */
export class PlacementError extends Error {
  override readonly name = 'PlacementError';
  readonly code = 'placement';
}

export const CPU_PROVIDER = 'CPUExecutionProvider';

/**
 * Loads a model on a device, with fallback to the CPU, in a process of its own, and reads from ONNX Runtime's log
 * where its nodes went. The log goes to a
 * process's standard error and cannot be read from inside.
 * @throws PlacementError where the model does not load or the log says nothing
 */
export async function placementOf(
  model: Uint8Array,
  device: 'cpu' | 'cuda' | 'webgpu',
): Promise<Placement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'turnaround-placement-'));
  try {
    const path = join(folder, 'model.onnx');
    await writeFile(path, model);
    await load(path, device, join(folder, 'log'));
    const log = await readFile(join(folder, 'log'), 'utf8');
    const placements = readPlacements(log);
    if (placements.length === 0)
      throw new PlacementError(
        `placement: expected ONNX Runtime's log to say where the nodes of ${graphName(model)} went, ` +
          `got ${/Error: .*/.exec(log)?.[0] ?? 'nothing of the kind'}`,
      );
    return placements;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the probe. Its log goes to a file: ONNX Runtime drops lines where a pipe is full. */
async function load(model: string, device: string, log: string): Promise<void> {
  const file = await open(log, 'w');
  try {
    const args = [...ownScript('placement-probe'), model, device];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', file.fd] });
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  } finally {
    await file.close();
  }
}

/** Reads the lines under `Node placements` that ONNX Runtime logs when a session is made. Most nodes first. */
export function readPlacements(log: string): Placement[] {
  const placements: { provider: string; nodes: number; operators: string[] }[] = [];
  for (const line of log.split('\n')) {
    if (!line.includes('VerifyEachNodeIsAssignedToAnEp')) continue;
    const provider = /placed on \[(\w+)\]\. Number of nodes: (\d+)/.exec(line);
    if (provider) placements.push({ provider: provider[1]!, nodes: Number(provider[2]), operators: [] });
    // Under a provider's line: `  Conv (node_name)`.
    const node = /VerifyEachNodeIsAssignedToAnEp\]\s+(\w+) \(/.exec(line);
    const operators = placements.at(-1)?.operators;
    if (node && operators && !operators.includes(node[1]!)) operators.push(node[1]!);
  }
  return placements.sort((a, b) => b.nodes - a.nodes);
}

/** For people: `143 nodes on WebGpuExecutionProvider, 2 on CPUExecutionProvider (Gather)`. */
export function describePlacements(placements: readonly Placement[]): string {
  const mixed = placements.length > 1;
  return placements
    .map(({ provider, nodes, operators }, k) => {
      const named = mixed && provider === CPU_PROVIDER ? ` (${operators.join(', ')})` : '';
      return `${nodes}${k === 0 ? ' nodes' : ''} on ${provider}${named}`;
    })
    .join(', ');
}

/** What to say where a device may not leave nodes to the CPU and has no kernel for some. */
export async function fallbackError(
  model: Uint8Array,
  device: 'cpu' | 'cuda' | 'webgpu',
): Promise<PlacementError> {
  const left = (await placementOf(model, device)).find(({ provider }) => provider === CPU_PROVIDER);
  return new PlacementError(
    `placement: expected every node of ${graphName(model)} on ${device}, got ${left?.nodes ?? 'some'} on the CPU` +
      `${left?.operators.length ? ` (${left.operators.join(', ')})` : ''}; --cpu-fallback lets them run there`,
  );
}
