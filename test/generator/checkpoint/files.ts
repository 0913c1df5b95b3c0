import { readdirSync, readFileSync } from 'node:fs';
import type { CheckpointSummary } from '../../../generator/src/checkpoint/index.ts';
import {
  CheckpointError,
  type CheckpointErrorCode,
  readCheckpoint,
} from '../../../generator/src/checkpoint/index.ts';
import type { StyleGan2Weights, Weight } from '../../../generator/src/gan/weights.ts';
import { golden } from '../../shared.ts';

/** What `make.py` says of a checkpoint: weights under NVIDIA's names. */
export interface Expected {
  readonly summary: CheckpointSummary;
  readonly weights: Readonly<Record<string, { shape: number[]; sha256: string }>>;
}

/** Files that are to be read, by name without suffix. */
export function goldenNames(): string[] {
  return readdirSync(golden('checkpoint', 'expected')).sort();
}

export function goldenFile(name: string): Uint8Array {
  return readFileSync(golden('checkpoint', `${name}.${name.startsWith('nvidia') ? 'pkl' : 'pt'}`));
}

export function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(golden('checkpoint', 'expected', name, 'checkpoint.json'), 'utf8'));
}

export function refusedNames(): string[] {
  return readdirSync(golden('checkpoint', 'refused')).sort();
}

export function refusedFile(name: string): Uint8Array {
  return readFileSync(golden('checkpoint', 'refused', name));
}

/** Reads what must not be readable. Any other error, or none, fails the test. */
export function refusal(read: () => unknown): { code: CheckpointErrorCode; message: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof CheckpointError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('expected a CheckpointError, got none');
}

export function refusalOf(bytes: Uint8Array): { code: CheckpointErrorCode; message: string } {
  return refusal(() => readCheckpoint(bytes));
}

/** All weights under NVIDIA's names. */
export function byNvidiaName(weights: StyleGan2Weights): Map<string, Weight> {
  const named = new Map<string, Weight>();
  const vector = (data: Float32Array): Weight => ({ shape: [data.length], data });
  const dense = (name: string, layer: { weight: Weight; bias: Float32Array }) => {
    named.set(`${name}.weight`, layer.weight);
    named.set(`${name}.bias`, vector(layer.bias));
  };
  weights.mapping.forEach((layer, i) => {
    dense(`mapping.fc${i}`, layer);
  });
  if (weights.wAverage) named.set('mapping.w_avg', vector(weights.wAverage));
  named.set('synthesis.b4.const', weights.constant);
  for (const { resolution, conv0, conv1, toRgb } of weights.blocks) {
    for (const [layerName, conv] of [
      ['conv0', conv0],
      ['conv1', conv1],
    ] as const) {
      if (!conv) continue;
      const name = `synthesis.b${resolution}.${layerName}`;
      dense(name, conv);
      dense(`${name}.affine`, conv.affine);
      named.set(`${name}.noise_strength`, { shape: [], data: Float32Array.of(conv.noiseStrength) });
      named.set(`${name}.noise_const`, { shape: [resolution, resolution], data: conv.noise });
    }
    dense(`synthesis.b${resolution}.torgb`, toRgb);
    dense(`synthesis.b${resolution}.torgb.affine`, toRgb.affine);
  }
  return named;
}
