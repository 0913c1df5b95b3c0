import { attribute, type Kernel, numbers, offset, size, type Tensor, tensor } from './reference-tensor.ts';

const at = (x: Tensor, index: readonly number[]): number => x.data[offset(x.shape, index)]!;

const reduce =
  (
    start: number,
    fold: (a: number, b: number) => number,
    end: (total: number, count: number) => number,
  ): Kernel =>
  ([x, axes], node) => {
    const reduced = numbers(axes!);
    const kept = x!.shape.map((d, i) => (reduced.includes(i) ? 1 : d));
    const data = new Float64Array(size(kept)).fill(start);
    tensor(x!.shape, (index, flat) => {
      const to = offset(
        kept,
        index.map((i, axis) => (reduced.includes(axis) ? 0 : i)),
      );
      data[to] = fold(data[to]!, x!.data[flat]!);
      return 0;
    });
    const count = size(x!.shape) / size(kept);
    const shape = attribute<number>(node, 'keepdims')
      ? kept
      : x!.shape.filter((_, i) => !reduced.includes(i));
    return [{ shape, data: data.map((total) => end(total, count)) }];
  };

/** Where a padded position reads from, or null for a zero. */
function padSource(mode: string, i: number, length: number): number | null {
  if (i >= 0 && i < length) return i;
  if (mode === 'constant') return null;
  if (mode === 'edge') return i < 0 ? 0 : length - 1;
  return i < 0 ? -i : 2 * (length - 1) - i;
}

export const layout: Readonly<Record<string, Kernel>> = {
  Reshape: ([x, sizes]) => {
    const shape = numbers(sizes!);
    const rest = size(x!.shape) / Math.abs(size(shape));
    return [{ shape: shape.map((d) => (d === -1 ? rest : d)), data: x!.data }];
  },
  Transpose: ([x], node) => {
    const perm = attribute<readonly number[]>(node, 'perm');
    return [
      tensor(
        perm.map((axis) => x!.shape[axis]!),
        (index) => {
          const from = index.map(() => 0);
          perm.forEach((axis, i) => {
            from[axis] = index[i]!;
          });
          return at(x!, from);
        },
      ),
    ];
  },
  Slice: ([x, starts, ends, axes, steps]) => {
    const start = x!.shape.map(() => 0);
    const step = x!.shape.map(() => 1);
    const shape = [...x!.shape];
    numbers(axes!).forEach((axis, i) => {
      const length = x!.shape[axis]!;
      const by = steps!.data[i]!;
      const wrap = (n: number) => (n < 0 ? n + length : n);
      const from = Math.min(Math.max(wrap(starts!.data[i]!), 0), by > 0 ? length : length - 1);
      const to = Math.min(Math.max(wrap(ends!.data[i]!), by > 0 ? 0 : -1), length);
      start[axis] = from;
      step[axis] = by;
      shape[axis] = Math.max(0, Math.ceil((to - from) / by));
    });
    return [
      tensor(shape, (index) =>
        at(
          x!,
          index.map((i, axis) => start[axis]! + i * step[axis]!),
        ),
      ),
    ];
  },
  Concat: (inputs, node) => {
    const axis = attribute<number>(node, 'axis');
    const shape = inputs[0]!.shape.map((d, i) =>
      i === axis ? inputs.reduce((n, x) => n + x.shape[axis]!, 0) : d,
    );
    return [
      tensor(shape, (index) => {
        const from = [...index];
        let part = 0;
        while (from[axis]! >= inputs[part]!.shape[axis]!) from[axis]! -= inputs[part++]!.shape[axis]!;
        return at(inputs[part]!, from);
      }),
    ];
  },
  Split: ([x, sizes], node) => {
    const axis = attribute<number>(node, 'axis');
    let start = 0;
    return numbers(sizes!).map((length) => {
      const first = start;
      start += length;
      const shape = x!.shape.map((d, i) => (i === axis ? length : d));
      return tensor(shape, (index) =>
        at(
          x!,
          index.map((i, a) => (a === axis ? i + first : i)),
        ),
      );
    });
  },
  Pad: ([x, pads], node) => {
    const mode = attribute<string>(node, 'mode');
    const all = numbers(pads!);
    const rank = x!.shape.length;
    const shape = x!.shape.map((d, i) => d + all[i]! + all[rank + i]!);
    return [
      tensor(shape, (index) => {
        const from = index.map((i, axis) => padSource(mode, i - all[axis]!, x!.shape[axis]!));
        return from.includes(null) ? 0 : at(x!, from as number[]);
      }),
    ];
  },
  Expand: ([x, sizes]) => {
    const wanted = numbers(sizes!);
    const skip = wanted.length - x!.shape.length;
    return [
      tensor(wanted, (index) =>
        at(
          x!,
          x!.shape.map((d, axis) => (d === 1 ? 0 : index[skip + axis]!)),
        ),
      ),
    ];
  },
  Tile: ([x, repeats]) => [
    tensor(
      x!.shape.map((d, i) => d * repeats!.data[i]!),
      (index) =>
        at(
          x!,
          index.map((i, axis) => i % x!.shape[axis]!),
        ),
    ),
  ],
  ConstantOfShape: ([sizes]) => [tensor(numbers(sizes!), () => 0)],
  DepthToSpace: ([x], node) => {
    const s = attribute<number>(node, 'blocksize');
    const [n, c, h, w] = x!.shape as [number, number, number, number];
    return [
      tensor([n, c / s / s, h * s, w * s], ([b, k, i, j]) =>
        at(x!, [b!, (k! * s + (i! % s)) * s + (j! % s), Math.floor(i! / s), Math.floor(j! / s)]),
      ),
    ];
  },
  'turnaround:Interleave': (phases) => {
    const [n, c, h, w] = phases[0]!.shape as [number, number, number, number];
    return [
      tensor([n, c, 2 * h, 2 * w], ([b, k, i, j]) =>
        at(phases[2 * (i! % 2) + (j! % 2)]!, [b!, k!, Math.floor(i! / 2), Math.floor(j! / 2)]),
      ),
    ];
  },
  'turnaround:Deinterleave': ([x]) => {
    const [n, c, h, w] = x!.shape as [number, number, number, number];
    return [0, 1, 2, 3].map((phase) =>
      tensor([n, c, h / 2, w / 2], ([b, k, i, j]) =>
        at(x!, [b!, k!, 2 * i! + (phase >> 1), 2 * j! + (phase & 1)]),
      ),
    );
  },
  Resize: ([x, , scales]) => {
    const factor = numbers(scales!);
    return [
      tensor(
        x!.shape.map((d, i) => d * factor[i]!),
        (index) =>
          at(
            x!,
            index.map((i, axis) => Math.floor(i / factor[axis]!)),
          ),
      ),
    ];
  },
  Gather: ([x, indices], node) => {
    const axis = attribute<number>(node, 'axis');
    const shape = [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)];
    const depth = indices!.shape.length;
    return [
      tensor(shape, (index) =>
        at(x!, [
          ...index.slice(0, axis),
          at(indices!, index.slice(axis, axis + depth)),
          ...index.slice(axis + depth),
        ]),
      ),
    ];
  },
  GatherElements: ([x, indices], node) => {
    const axis = attribute<number>(node, 'axis');
    return [
      tensor(indices!.shape, (index, flat) =>
        at(
          x!,
          index.map((i, a) => (a === axis ? indices!.data[flat]! : i)),
        ),
      ),
    ];
  },
  ScatterElements: ([x, indices, updates], node) => {
    const axis = attribute<number>(node, 'axis');
    const data = x!.data.slice();
    tensor(indices!.shape, (index, flat) => {
      data[
        offset(
          x!.shape,
          index.map((i, a) => (a === axis ? indices!.data[flat]! : i)),
        )
      ]! += updates!.data[flat]!;
      return 0;
    });
    return [{ shape: x!.shape, data }];
  },
  GatherND: ([x, indices]) => {
    const depth = indices!.shape.at(-1)!;
    const lead = indices!.shape.slice(0, -1);
    return [
      tensor([...lead, ...x!.shape.slice(depth)], (index) => {
        const tuple = Array.from({ length: depth }, (_, k) =>
          at(indices!, [...index.slice(0, lead.length), k]),
        );
        return at(x!, [...tuple, ...index.slice(lead.length)]);
      }),
    ];
  },
  ScatterND: ([x, indices, updates]) => {
    const depth = indices!.shape.at(-1)!;
    const lead = indices!.shape.length - 1;
    const data = x!.data.slice();
    tensor(updates!.shape, (index, flat) => {
      const tuple = Array.from({ length: depth }, (_, k) => at(indices!, [...index.slice(0, lead), k]));
      data[offset(x!.shape, [...tuple, ...index.slice(lead)])]! += updates!.data[flat]!;
      return 0;
    });
    return [{ shape: x!.shape, data }];
  },
  ReduceSum: reduce(
    0,
    (a, b) => a + b,
    (total) => total,
  ),
  ReduceMean: reduce(
    0,
    (a, b) => a + b,
    (total, count) => total / count,
  ),
  ReduceMax: reduce(Number.NEGATIVE_INFINITY, Math.max, (total) => total),
  ReduceMin: reduce(Number.POSITIVE_INFINITY, Math.min, (total) => total),
  ArgMax: ([x], node) => {
    const axis = attribute<number>(node, 'axis');
    return [
      tensor(
        x!.shape.map((d, i) => (i === axis ? 1 : d)),
        (index) => {
          let best = 0;
          const value = (k: number) =>
            at(
              x!,
              index.map((i, a) => (a === axis ? k : i)),
            );
          for (let k = 1; k < x!.shape[axis]!; k++) if (value(k) > value(best)) best = k;
          return best;
        },
      ),
    ];
  },
  Softmax: ([x], node) => {
    const axis = attribute<number>(node, 'axis');
    return [
      tensor(x!.shape, (index) => {
        const value = (k: number) =>
          Math.exp(
            at(
              x!,
              index.map((i, a) => (a === axis ? k : i)),
            ),
          );
        let total = 0;
        for (let k = 0; k < x!.shape[axis]!; k++) total += value(k);
        return value(index[axis]!) / total;
      }),
    ];
  },
};
