import {
  add,
  div,
  float32,
  float32Data,
  Graph,
  mul,
  type Runtime,
  reduceSum,
  reshape,
  serialize,
} from '../../graph/index.ts';
import { photometricError } from '../photometric.ts';
import { warp, yawOrbit } from '../warp/index.ts';

/** A view that is warped onto another one of the same size. */
export interface WarpRow {
  /** f32 [3,S,S], RGB −1..1, what it should look like */
  readonly target: Float32Array;
  /** f32 [S,S] of the target, 1 on the subject */
  readonly mask: Float32Array;
  /** f32 [S,S] of the target, pivot at 1 */
  readonly depth: Float32Array;
  /** f32 [3,S,S], what is read */
  readonly source: Float32Array;
  /** Radians of yaw from the target to the source. */
  readonly turn: number;
}

/** Says how far warped views are from what they should look like. */
export interface WarpErrors {
  /** Mean photometric error within the mask, 0..1, of each row; rows in any number. */
  measure(rows: readonly WarpRow[]): Promise<number[]>;
  release(): Promise<void>;
}

/** Rows that run at once. */
const BATCH = 4;

/** @param side pixels of a side @param focal half-widths */
export async function openWarpErrors(runtime: Runtime, side: number, focal: number): Promise<WarpErrors> {
  const session = await runtime.load(serialize(errorGraph(side, focal)));
  const batch = async (rows: readonly WarpRow[]): Promise<number[]> => {
    // The last batch is filled up with its own first row.
    const filled = Array.from({ length: BATCH }, (_, k) => rows[k] ?? rows[0]!);
    const stack = (pick: (row: WarpRow) => Float32Array, channels: number) => {
      const size = channels * side * side;
      const data = new Float32Array(BATCH * size);
      filled.forEach((row, k) => void data.set(pick(row), k * size));
      return float32(data, [BATCH, channels, side, side]);
    };
    const outputs = await session.run({
      target: stack(({ target }) => target, 3),
      source: stack(({ source }) => source, 3),
      mask: stack(({ mask }) => mask, 1),
      depth: stack(({ depth }) => depth, 1),
      turn: float32(
        Float32Array.from(filled, ({ turn }) => turn),
        [BATCH],
      ),
    });
    return Array.from(float32Data(outputs, 'error').subarray(0, rows.length));
  };
  return {
    async measure(rows) {
      const errors: number[] = [];
      for (let first = 0; first < rows.length; first += BATCH)
        errors.push(...(await batch(rows.slice(first, first + BATCH))));
      return errors;
    },
    release: () => session.release(),
  };
}

function errorGraph(side: number, focal: number): Graph {
  const graph = new Graph('warp errors');
  const plane = (name: string, channels: number) =>
    graph.input(name, 'float32', [BATCH, channels, side, side]);
  const target = plane('target', 3);
  const warped = warp({
    image: plane('source', 3),
    depth: plane('depth', 1),
    motion: yawOrbit(graph.input('turn', 'float32', [BATCH])),
    focal,
  });
  const seen = mul(plane('mask', 1), warped.valid);
  const error = reduceSum(mul(photometricError(warped.image, target), seen), [1, 2, 3]);
  graph.output('error', reshape(div(error, add(reduceSum(seen, [1, 2, 3]), 1e-6)), [BATCH]));
  return graph;
}
