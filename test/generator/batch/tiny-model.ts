import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedToLatent } from '@turnaround/plugin/asset';
import {
  add,
  concat,
  Graph,
  matMul,
  mul,
  reduceMean,
  reshape,
  serialize,
  sigmoid,
  tanh,
  type Value,
} from '../../../generator/src/graph/index.ts';

/**
 * A model that draws a coloured disc before a flat backdrop, a hundred times as fast as a real one. Red says how far
 * the disc is turned; its pose net reads that. w is z.
 */

const W = 8;
const LAYERS = 2;
/** Component of w that turns. */
const TURN = 7;
/** Where it is low, turning shows little. */
const STIFF = 0;
/** Where it is low, the picture is empty. */
const BLANK = 1;
const BACKDROP = 0.9;
const RED = 0.25;
const DEGREES_PER_UNIT = 20;

export interface TinyModel {
  /** 64 where it is calibrated: nets take no smaller pictures. */
  readonly side: number;
  readonly calibrated: boolean;
  /** Whether some subjects do not turn as far as they are asked. */
  readonly stiff: boolean;
  /** Whether some seeds draw nothing: they cannot be made into characters. */
  readonly blank: boolean;
}

export const TINY: TinyModel = { side: 32, calibrated: false, stiff: false, blank: false };

/** w of a seed before truncation. */
const latent = (seed: number): ArrayLike<number> => seedToLatent(seed, W);
/** With ψ = 1. */
export const isBlank = (seed: number): boolean => latent(seed)[BLANK]! < -1;
export const isStiff = (seed: number): boolean => latent(seed)[STIFF]! < -0.5;

/** Writes the model's folder. */
export function writeTinyModel(folder: string, options: Partial<TinyModel> = {}): string {
  const model = { ...TINY, ...options };
  const graphs: Record<string, Uint8Array> = {
    'mapping.onnx': mapping(),
    'synthesis.onnx': synthesis(model),
    ...(model.calibrated ? { 'depth.onnx': depth(model.side), 'pose.onnx': pose(model.side) } : {}),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(graphs)) writeFileSync(join(folder, name), bytes);
  const files = Object.fromEntries(
    Object.entries(graphs).map(([name, bytes]) => [
      name,
      { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength },
    ]),
  );
  const unit = Array.from({ length: W }, (_, k) => Number(k === TURN));
  const score = { id: 'pca:0:0-2', mirrorRatio: 0.3, edgeRatio: 0.3, warpGain: 0.3 };
  const manifest = {
    ...{ formatVersion: 1, name: 'tiny', resolution: model.side, zDim: W, wDim: W, layers: LAYERS },
    ...{ precision: 'float32', licence: 'CC0-1.0', attribution: '' },
    source: { file: 'tiny.pkl', sha256: '0'.repeat(64) },
    files,
    wAverage: new Array(W).fill(0),
    pca: { samples: 1, seed: 0 },
    directionStatus: 'found',
    direction: {
      ...{ ...score, vector: unit, probe: unit, mean: new Array(W).fill(0), layers: [0, LAYERS] },
      ...{ zero: 0, zeroSpread: 0, zeroWeight: 0, range: [-2, 2] },
      ...{ degreesPerUnit: DEGREES_PER_UNIT, chosen: true },
    },
    directionScores: [score],
    calibrated: model.calibrated,
    calibration: model.calibrated
      ? {
          ...{ key: '0'.repeat(64), config: 'test', steps: 1, subjects: 1, direction: score.id },
          ...{ focal: 9, pivot: 1, resolution: model.side, scale: 1, scaleSource: 'person', priorScale: 1 },
          ...{ relief: 1, depthRange: [0.9, 1.1] },
          curve: { x: [-2, 0, 2], degrees: [-2, 0, 2].map((x) => x * DEGREES_PER_UNIT) },
        }
      : null,
    refiner: null,
    trained: [],
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
  return folder;
}

function mapping(): Uint8Array {
  const graph = new Graph('mapping');
  const identity = Float32Array.from({ length: W * W }, (_, i) => Number(i % (W + 1) === 0));
  graph.output('w', matMul(graph.input('z', 'float32', ['N', W]), graph.constant(identity, [W, W])));
  return serialize(graph);
}

const place = (i: number, side: number): [number, number] => [
  ((i % side) + 0.5) / side - 0.5,
  (Math.floor(i / side) + 0.5) / side - 0.5,
];

/** f32 [S,S]: how much of each pixel the disc covers. */
const disc = (side: number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, i) =>
    Math.min(1, Math.max(0, side * (0.32 - Math.hypot(...place(i, side))))),
  );

function synthesis({ side, stiff, blank }: TinyModel): Uint8Array {
  const size = side * side;
  const graph = new Graph('synthesis');
  const w = reduceMean(graph.input('ws', 'float32', ['N', LAYERS, W]), [1]);
  const rows = reshape(w, ['N', W]);
  const component = (k: number): Value =>
    matMul(
      rows,
      graph.constant(
        Float32Array.from({ length: W }, (_, i) => Number(i === k)),
        [W, 1],
      ),
    );
  const waves = Float32Array.from({ length: W * 2 * size }, (_, i) => {
    const [component, channel, pixel] = [Math.floor(i / (2 * size)), Math.floor(i / size) % 2, i % size];
    const [u, v] = place(pixel, side);
    const own = [STIFF, BLANK, TURN].includes(component) ? 0 : 0.5;
    return own * Math.sin(5 * u * (1 + (component % 3)) + 7 * v + 1.7 * component + 2.3 * channel);
  });
  const colours = mul(tanh(matMul(rows, graph.constant(waves, [W, 2 * size]))), 0.6);
  const turned = stiff ? mul(component(TURN), sigmoid(mul(add(component(STIFF), 0.5), 40))) : component(TURN);
  const red = matMul(mul(turned, RED), graph.constant(new Float32Array(size).fill(1), [1, size]));
  const subject = concat([red, colours], 1);
  const mask = disc(side);
  const three = Float32Array.from({ length: 3 * size }, (_, i) => mask[i % size]!);
  // backdrop + mask · (subject − backdrop), nothing of the second where the seed is blank
  const over = mul(add(subject, -BACKDROP), graph.constant(three, [1, 3 * size]));
  const shown = blank ? mul(over, sigmoid(mul(add(component(BLANK), 1), 400))) : over;
  graph.output('image', reshape(add(shown, BACKDROP), ['N', 3, side, side]));
  return serialize(graph);
}

function depth(side: number): Uint8Array {
  const graph = new Graph('depth');
  const image = graph.input('image', 'float32', ['N', 3, side, side]);
  const dome = Float32Array.from(
    { length: side * side },
    (_, i) => 1.03 - 0.08 * Math.sqrt(Math.max(0, 1 - (Math.hypot(...place(i, side)) / 0.34) ** 2)),
  );
  graph.output('depth', add(mul(reduceMean(image, [1]), 0), graph.constant(dome, [1, 1, side, side])));
  return serialize(graph);
}

/** Reads yaw off the mean of red. */
function pose(side: number): Uint8Array {
  const graph = new Graph('pose');
  const picture = (name: string) => graph.input(name, 'float32', ['N', 3, side, side]);
  const [source, target] = [picture('source'), picture('target')];
  const share = disc(side).reduce((a, b) => a + b, 0) / side ** 2;
  const redOnly = graph.constant(Float32Array.from([1, 0, 0]), [1, 3, 1, 1]);
  const red = mul(reduceMean(mul(source, redOnly), [1, 2, 3]), 3);
  const x = mul(add(red, -BACKDROP * (1 - share)), 1 / (share * RED));
  graph.output('yaw', reshape(mul(x, (DEGREES_PER_UNIT * Math.PI) / 180), ['N']));
  const zero = reshape(mul(reduceMean(target, [1, 2, 3]), 0), ['N', 1]);
  graph.output('pose', concat([zero, zero, zero, zero, zero, zero], 1));
  return serialize(graph);
}
