import { createHash } from 'node:crypto';
import {
  add,
  cast,
  Graph,
  halveWeights,
  matMul,
  mul,
  reduceMean,
  reshape,
  serialize,
  tanh,
} from '../../../generator/src/graph/index.ts';

/** A live model of no one, small enough to be opened a hundred times: a disc whose colours go with w and yaw. */
export const TOY = { side: 32, zDim: 4, wDim: 4, layers: 2 } as const;

/** A file's contents by name. */
export type ModelFolder = Readonly<Record<string, Uint8Array>>;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @param dtype that pictures are computed in */
function liveGraph(dtype: 'float32' | 'float16'): Uint8Array {
  const { side, wDim, layers } = TOY;
  const size = side * side;
  const graph = new Graph('live');
  const w = graph.input('w', 'float32', ['N', wDim]);
  const edit = graph.input('edit', 'float32', ['N', layers, wDim]);
  const yaw = graph.input('yaw', 'float32', ['N']);
  const at = (k: number): [number, number] => [
    ((k % side) + 0.5) / side - 0.5,
    (Math.floor(k / side) + 0.5) / side - 0.5,
  ];
  const waves = Float32Array.from({ length: wDim * 3 * size }, (_, i) => {
    const [u, v] = at(i % size);
    return 0.6 * Math.sin(5 * u + 7 * v + 1.7 * Math.floor(i / size));
  });
  const stripes = Float32Array.from({ length: 3 * size }, (_, i) => 2 * at(i % size)[0]);
  const latent = add(w, reshape(reduceMean(edit, [1]), ['N', wDim]));
  const turned = reshape(yaw, ['N', 1]);
  const colours = tanh(
    add(
      matMul(cast(latent, dtype), graph.constant(waves, [wDim, 3 * size], { dtype })),
      mul(cast(turned, dtype), graph.constant(stripes, [1, 3 * size], { dtype })),
    ),
  );
  graph.output('image', reshape(cast(colours, 'float32'), ['N', 3, side, side]));
  const disc = Float32Array.from({ length: size }, (_, k) =>
    Math.min(1, Math.max(0, side * (0.4 - Math.hypot(...at(k))))),
  );
  const bump = Float32Array.from(
    { length: size },
    (_, k) => 1.02 - 0.3 * Math.max(0, 0.16 - Math.hypot(...at(k)) ** 2),
  );
  const none = mul(reshape(yaw, ['N', 1, 1, 1]), 0);
  graph.output('alpha', add(none, graph.constant(disc, [1, 1, side, side])));
  graph.output('depth', add(none, graph.constant(bump, [1, 1, side, side])));
  return serialize(graph);
}

function mappingGraph(): Uint8Array {
  const { zDim, wDim } = TOY;
  const graph = new Graph('mapping');
  const weights = Float32Array.from({ length: zDim * wDim }, (_, i) => (i % (wDim + 1) === 0 ? 1 : 0.1));
  const z = graph.input('z', 'float32', ['N', zDim]);
  graph.output('w', matMul(z, graph.constant(weights, [zDim, wDim])));
  return serialize(graph);
}

/** The folder of the toy, as `export --live` writes one. @param half as `--half` has it */
export function toyModel(half = false): ModelFolder {
  const whole = liveGraph('float32');
  const networks: ModelFolder = {
    'live.onnx': half ? halveWeights(whole) : whole,
    ...(half ? { 'live.half.onnx': liveGraph('float16') } : {}),
    'mapping.onnx': mappingGraph(),
  };
  const entry = (bytes: Uint8Array) => ({ sha256: sha256(bytes), bytes: bytes.byteLength });
  const { side, zDim, wDim, layers } = TOY;
  const manifest = {
    formatVersion: 1,
    name: 'toy',
    modelHash: '0'.repeat(64),
    licence: 'CC0-1.0',
    attribution: '',
    source: 'test',
    resolution: side,
    zDim,
    wDim,
    layers,
    wAverage: new Array(wDim).fill(0),
    focal: 9,
    frame: [0.3, 0.3],
    pivot: [0, 0.15, 0],
    range: [-60, 60],
    depthRange: [0.88, 1.12],
    directions: [{ name: 'hue', vector: [1, 0, 0, 0] }],
    refined: false,
    half,
    files: Object.fromEntries(Object.entries(networks).map(([name, bytes]) => [name, entry(bytes)])),
  };
  return {
    'live.json': new TextEncoder().encode(JSON.stringify(manifest)),
    ...networks,
  };
}
