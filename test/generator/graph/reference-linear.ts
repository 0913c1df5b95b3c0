import type { Node } from '../../../generator/src/graph/index.ts';
import {
  attribute,
  broadcastAt,
  broadcastShape,
  type Kernel,
  size,
  type Tensor,
  tensor,
} from './reference-tensor.ts';

type Four = readonly [number, number, number, number];
const four = (x: Tensor): Four => x.shape as unknown as Four;

interface Windows {
  readonly stride: readonly number[];
  readonly pads: Four;
  readonly dilation: readonly number[];
  readonly groups: number;
}

const windows = (node: Node): Windows => ({
  stride: attribute(node, 'strides'),
  pads: attribute(node, 'pads'),
  dilation: attribute(node, 'dilations'),
  groups: attribute(node, 'group'),
});

/** Calls back for each product of a convolution: image [n, c, i, j], kernel [o, k, a, b], result [n, o, p, q]. */
function eachProduct(
  image: Four,
  kernel: Four,
  result: Four,
  { stride, pads, dilation, groups }: Windows,
  visit: (image: number, kernel: number, result: number) => void,
): void {
  const [batch, channels, height, width] = image;
  const [outputs, perGroup, kernelH, kernelW] = kernel;
  const [, , rows, columns] = result;
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < outputs; o++)
      for (let k = 0; k < perGroup; k++) {
        const c = Math.floor(o / (outputs / groups)) * perGroup + k;
        for (let p = 0; p < rows; p++)
          for (let q = 0; q < columns; q++)
            for (let a = 0; a < kernelH; a++)
              for (let b = 0; b < kernelW; b++) {
                const i = p * stride[0]! - pads[0] + a * dilation[0]!;
                const j = q * stride[1]! - pads[1] + b * dilation[1]!;
                if (i < 0 || j < 0 || i >= height || j >= width) continue;
                visit(
                  ((n * channels + c) * height + i) * width + j,
                  ((o * perGroup + k) * kernelH + a) * kernelW + b,
                  ((n * outputs + o) * rows + p) * columns + q,
                );
              }
      }
}

function addBias(y: Tensor, bias: Tensor | null | undefined): Tensor {
  if (!bias) return y;
  const [, channels, height, width] = four(y);
  return {
    shape: y.shape,
    data: y.data.map((v, i) => v + bias.data[Math.floor(i / (height * width)) % channels]!),
  };
}

function pool(fold: (values: number[], flat: number[]) => number, count = 1): Kernel {
  return ([x], node) => {
    const [kernel] = attribute<readonly number[]>(node, 'kernel_shape') as [number];
    const [stride] = attribute<readonly number[]>(node, 'strides') as [number];
    const [pad] = attribute<readonly number[]>(node, 'pads') as [number];
    const [batch, channels, height, width] = four(x!);
    const out = (d: number) => Math.floor((d + 2 * pad - kernel) / stride) + 1;
    const window = ([n, c, p, q]: number[]) => {
      const flat: number[] = [];
      for (let a = 0; a < kernel; a++)
        for (let b = 0; b < kernel; b++) {
          const [i, j] = [p! * stride - pad + a, q! * stride - pad + b];
          if (i >= 0 && j >= 0 && i < height && j < width)
            flat.push(((n! * channels + c!) * height + i) * width + j);
        }
      return flat;
    };
    const shape = [batch, channels, out(height), out(width)];
    const first = tensor(shape, (at) => {
      const flat = window(at);
      return fold(
        flat.map((i) => x!.data[i]!),
        flat,
      );
    });
    if (count === 1) return [first];
    const where = tensor(shape, (at, i) => window(at).find((flat) => x!.data[flat] === first.data[i])!);
    return [first, where];
  };
}

export const linearAlgebra: Readonly<Record<string, Kernel>> = {
  Conv: ([x, weight, bias], node) => {
    const options = windows(node);
    const [batch, , height, width] = four(x!);
    const [outputs, , kernelH, kernelW] = four(weight!);
    const out = (d: number, k: number, axis: 0 | 1) =>
      Math.floor(
        (d + options.pads[axis] + options.pads[axis + 2]! - options.dilation[axis]! * (k - 1) - 1) /
          options.stride[axis]!,
      ) + 1;
    const shape: Four = [batch, outputs, out(height, kernelH, 0), out(width, kernelW, 1)];
    const data = new Float64Array(size(shape));
    eachProduct(four(x!), four(weight!), shape, options, (i, k, r) => {
      data[r]! += x!.data[i]! * weight!.data[k]!;
    });
    return [addBias({ shape, data }, bias)];
  },
  'turnaround:ConvWeightGradient': ([x, dy], node) => {
    const shape = node.outputs[0]!.shape as unknown as Four;
    const data = new Float64Array(size(shape));
    eachProduct(four(x!), shape, four(dy!), windows(node), (i, k, r) => {
      data[k]! += x!.data[i]! * dy!.data[r]!;
    });
    return [{ shape, data }];
  },
  ConvTranspose: ([x, weight, bias], node) => {
    const options = windows(node);
    const extra = attribute<readonly number[]>(node, 'output_padding');
    const [batch, , height, width] = four(x!);
    const [, perGroup, kernelH, kernelW] = four(weight!);
    const out = (d: number, k: number, axis: 0 | 1) =>
      (d - 1) * options.stride[axis]! -
      options.pads[axis] -
      options.pads[axis + 2]! +
      options.dilation[axis]! * (k - 1) +
      1 +
      extra[axis]!;
    const shape: Four = [batch, perGroup * options.groups, out(height, kernelH, 0), out(width, kernelW, 1)];
    const data = new Float64Array(size(shape));
    eachProduct(shape, four(weight!), four(x!), options, (i, k, r) => {
      data[i]! += x!.data[r]! * weight!.data[k]!;
    });
    return [addBias({ shape, data }, bias)];
  },
  AveragePool: pool((values) => values.reduce((a, b) => a + b, 0) / values.length),
  MaxPool: pool((values) => Math.max(...values), 2),
  MatMul: ([a, b]) => {
    const [rows, inner] = a!.shape.slice(-2) as [number, number];
    const columns = b!.shape.at(-1)!;
    const lead = broadcastShape([a!.shape.slice(0, -2), b!.shape.slice(0, -2)]);
    return [
      tensor([...lead, rows, columns], (at) => {
        const [r, c] = at.slice(-2) as [number, number];
        let total = 0;
        for (let k = 0; k < inner; k++)
          total += broadcastAt(a!, [...at.slice(0, -2), r, k]) * broadcastAt(b!, [...at.slice(0, -2), k, c]);
        return total;
      }),
    ];
  },
  Gemm: ([x, weight, bias]) => {
    const [rows, inner] = x!.shape as [number, number];
    const outputs = weight!.shape[0]!;
    return [
      tensor([rows, outputs], ([r, o]) => {
        let total = bias ? bias.data[o!]! : 0;
        for (let k = 0; k < inner; k++) total += x!.data[r! * inner + k]! * weight!.data[o! * inner + k]!;
        return total;
      }),
    ];
  },
};
