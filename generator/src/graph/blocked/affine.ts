import type { Graph } from '../graph.ts';
import { reshape } from '../ops/layout.ts';
import { elementCount } from '../shape.ts';
import type { Node, Value } from '../value.ts';
import { string } from '../value.ts';
import { byChannel } from './layout.ts';

/** image·scale + offset, then + sum, then ReLU, with scale and offset per channel, or per sample and channel. */
export interface Affine {
  readonly image: Value;
  /** [1,C,1,1] or [N,C,1,1] */
  readonly scale: Value;
  /** Of the scale's shape, or null */
  readonly offset: Value | null;
  /** Of the image's shape, or null */
  readonly sum: Value | null;
  readonly relu: boolean;
  /** Nodes that this takes the place of, in their order, without the last. */
  readonly absorbed: readonly Node[];
  /** Whole pictures among what it reads. */
  readonly images: readonly Value[];
  /** All that it reads. */
  readonly inputs: readonly Value[];
}

/**
 * Finds multiplications and additions by channel that can run as one pass: by the node that gives their result.
 * Only results that nothing else reads are taken in.
 */
export function findAffine(
  graph: Graph,
  uses: ReadonlyMap<Value, number>,
  blockable: (value: Value) => boolean,
): Map<Node, Affine> {
  const found = new Map<Node, Affine>();
  const extend = (node: Node, inner: Affine, more: Partial<Affine>): void => {
    const all = { ...inner, ...more };
    const images = all.sum ? [all.image, all.sum] : [all.image];
    const inputs = [...images, all.scale, ...(all.offset ? [all.offset] : [])];
    found.set(node, { ...all, images, inputs });
  };
  /** The affine that gives a value, if the value is read here only. */
  const innerOf = (value: Value): { affine: Affine; absorbed: readonly Node[] } | null => {
    const affine = value.producer && uses.get(value) === 1 ? found.get(value.producer) : undefined;
    return affine ? { affine, absorbed: [...affine.absorbed, value.producer!] } : null;
  };
  for (const node of graph.nodes) {
    const [output] = node.outputs as readonly [Value];
    if (output.dtype !== 'float32' || !blockable(output)) continue;
    const [a, b] = node.inputs as readonly [Value, Value];
    if (node.op === 'Mul') {
      const pair = imageAndChannels(a, b, output);
      if (pair) {
        const start = { image: pair[0], scale: pair[1], offset: null, sum: null, relu: false, absorbed: [] };
        extend(node, { ...start, images: [], inputs: [] }, {});
      }
    } else if (node.op === 'Add') {
      const pair = imageAndChannels(a, b, output);
      if (pair) {
        const inner = innerOf(pair[0]);
        const { affine } = inner ?? {};
        const open = affine && !affine.offset && !affine.sum && !affine.relu;
        if (open && affine.scale.shape.join() === pair[1].shape.join())
          extend(node, affine, { offset: pair[1], absorbed: inner!.absorbed });
      } else if (a !== b && a.shape.join() === b.shape.join()) {
        const [left, right] = [innerOf(a), innerOf(b)];
        const usable = (side: typeof left) => side !== null && !side.affine.sum && !side.affine.relu;
        if (usable(left)) extend(node, left!.affine, { sum: b, absorbed: left!.absorbed });
        else if (usable(right)) extend(node, right!.affine, { sum: a, absorbed: right!.absorbed });
      }
    } else if (node.op === 'Relu') {
      const inner = innerOf(a);
      if (inner && !inner.affine.relu) extend(node, inner.affine, { relu: true, absorbed: inner.absorbed });
    }
  }
  return found;
}

function imageAndChannels(a: Value, b: Value, output: Value): readonly [Value, Value] | null {
  const whole = output.shape.join();
  const byChannel = ({ shape }: Value): boolean =>
    (shape[0] === 1 || shape[0] === output.shape[0]) && shape.slice(1).join() === `${output.shape[1]},1,1`;
  if (a.shape.join() === whole && byChannel(b)) return [a, b];
  return b.shape.join() === whole && byChannel(a) ? [b, a] : null;
}

/** How many nodes and outputs read each value. */
export function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value | null): void => {
    if (value) uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const node of graph.nodes) node.inputs.forEach(count);
  for (const { value } of graph.outputs) count(value);
  return uses;
}

/** Gives values of the old graph in either layout. */
export interface Layouts {
  readonly plain: (value: Value) => Value;
  readonly blocked: (value: Value) => Value;
}

/**
 * x·scale + offset [+ sum] [ReLU] as a 1×1 convolution of each channel by itself: one pass over the picture. With a scale
 * for each sample, samples stand as further channels of one picture: that changes nothing of how the numbers lie.
 * @returns blocked, of the output's shape
 */
export function applyAffine(
  { image, scale, offset, sum, relu }: Affine,
  output: Value,
  { plain, blocked }: Layouts,
): Value {
  const [batch, channels, ...sides] = output.shape as readonly number[];
  const kernels = elementCount(scale.shape);
  const merged = (x: Value): Value =>
    kernels === channels ? blocked(x) : reshape(blocked(x), [1, batch! * channels!, ...sides]);
  const kernel = reshape(plain(scale), [kernels, 1, 1, 1]);
  const bias = offset ? reshape(plain(offset), [kernels]) : null;
  const inputs = [merged(image), kernel, bias, ...(sum ? [merged(sum)] : [])];
  return reshape(byChannel(inputs, relu ? { activation: string('Relu') } : {}), output.shape);
}
