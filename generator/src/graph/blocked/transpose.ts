import { intsOf } from '../gradient.ts';
import { concat, reshape, sliceBy, transpose } from '../ops/layout.ts';
import type { Node, Value } from '../value.ts';
import { int, ints, string } from '../value.ts';
import { applyBlocked, interleaveBlocked, toBlocked } from './layout.ts';

/** One phase of the output along an axis: which taps reach it, and the pads of the convolution that gives it. */
interface Phase {
  /** First tap; every second one from there. */
  readonly first: number;
  readonly taps: number;
  readonly before: number;
  readonly after: number;
}

/** Output 2q + phase sees input q + c − m under tap first + 2m. */
function phaseOf(phase: number, kernel: number, pad: number, input: number, output: number): Phase {
  const first = (phase + pad) % 2;
  const taps = Math.ceil((kernel - first) / 2);
  const c = (phase + pad - first) / 2;
  return { first, taps, before: taps - 1 - c, after: output / 2 + c - input };
}

function phases(node: Node): readonly [readonly Phase[], readonly Phase[]] {
  const [x, weight] = node.inputs as readonly [Value, Value];
  const pads = intsOf(node, 'pads');
  const along = (axis: 2 | 3): Phase[] =>
    [0, 1].map((phase) =>
      phaseOf(
        phase,
        weight.shape[axis] as number,
        pads[axis - 2]!,
        x.shape[axis] as number,
        node.outputs[0]!.shape[axis] as number,
      ),
    );
  return [along(2), along(3)];
}

/** Whether a transposed convolution is one that doubles the size and whose channels are whole blocks. */
export function hasBlockedTranspose(node: Node, block: number): boolean {
  if (node.op !== 'ConvTranspose' || node.inputs.length > 2) return false;
  const [x, weight] = node.inputs as readonly [Value, Value];
  const shape = node.outputs[0]!.shape;
  const known = [...x.shape, ...shape].every((d) => typeof d === 'number');
  const doubling =
    intsOf(node, 'strides').every((s) => s === 2) && intsOf(node, 'dilations').every((d) => d === 1);
  const channels = [x.shape[1], shape[1]].every((d) => (d as number) % block === 0);
  const ungrouped = weight.shape[1] === shape[1];
  if (
    !known ||
    !doubling ||
    !channels ||
    !ungrouped ||
    [shape[2], shape[3]].some((d) => (d as number) % 2 !== 0)
  )
    return false;
  return phases(node).every((axis) => axis.every((p) => p.taps === 0 || (p.before >= 0 && p.after >= 0)));
}

/**
 * A transposed convolution with stride 2 as one small convolution for each of the four phases of its output, set
 * side by side. ONNX Runtime's own is neither blocked nor spread over threads.
 * @param x      blocked [N,C,H,W]
 * @param weight plain [C,O,kH,kW]
 * @returns blocked [N,O,2H,2W]
 */
export function blockedTranspose(node: Node, x: Value, weight: Value, block: number): Value {
  const { graph } = x;
  const [inputs, outputs, kernelH, kernelW] = weight.shape as readonly [number, number, number, number];
  const [batch, , height, width] = node.outputs[0]!.shape as readonly [number, number, number, number];
  const [down, across] = phases(node);
  const split = [inputs / block, block, outputs / block, kernelH, kernelW, block];
  const kernels = transpose(reshape(toBlocked(weight), split), [2, 0, 3, 4, 1, 5]);
  const phase = (v: Phase, h: Phase): Value => {
    const shape = [batch, outputs, height / 2, width / 2];
    if (v.taps === 0 || h.taps === 0) return graph.zeros(shape);
    const part = everySecondTap(everySecondTap(kernels, 2, v), 3, h);
    const attributes = {
      auto_pad: string('NOTSET'),
      dilations: ints([1, 1]),
      group: int(1),
      kernel_shape: ints([v.taps, h.taps]),
      pads: ints([v.before, h.before, v.after, h.after]),
      strides: ints([1, 1]),
    };
    const kernel = reshape(part, [outputs, inputs, v.taps, h.taps]);
    return applyBlocked(graph, 'Conv', [x, kernel], attributes, shape);
  };
  return interleaveBlocked(
    down.flatMap((v) => across.map((h) => phase(v, h))),
    block,
  );
}

/** A phase's taps along an axis, the last one first. */
function everySecondTap(kernels: Value, axis: number, { first, taps }: Phase): Value {
  const size = kernels.shape[axis] as number;
  const picked = Array.from({ length: taps }, (_, m) => first + 2 * (taps - 1 - m));
  if (size === 1) return kernels;
  return concat(
    picked.map((at) => sliceBy(kernels, [{ axis, start: at, end: at + 1, step: 1 }])),
    axis,
  );
}
