import { GraphError } from '../errors.ts';
import { describeShape, known } from '../shape.ts';
import type { Value } from '../value.ts';
import { conv } from './conv.ts';
import { reshape, split } from './layout.ts';
import { matMul } from './matmul.ts';

/** What each of the two taps of a phase is made of: taps of the 3×3 kernel that fall on the same small pixel. */
const TAPS = [
  [[0], [1, 2]],
  [[0, 1], [2]],
] as const;

/**
 * A 3×3 convolution, padding 1, of a picture that was doubled by repeating its pixels, without doubling it: each of
 * the four phases of the result is a 2×2 convolution of the small picture with sums of the kernel's taps. The same
 * function for 4/9 of the arithmetic.
 * @param x      [N,I,H,W], the small picture
 * @param weight [O,I,3,3]
 * @param bias   [O]
 * @returns four of [N,O,H,W], in the order of `interleave`
 */
export function upsampledConv(x: Value, weight: Value, bias: Value | null = null): Value[] {
  const [outputs, inputs, height, width] = weight.shape.map((d) => known(d, 'upsampledConv'));
  if (height !== 3 || width !== 3 || x.shape[1] !== inputs)
    throw new GraphError(
      `upsampledConv: expected [O,${x.shape[1]},3,3] for ${describeShape(x.shape)}, got ${describeShape(weight.shape)}`,
    );
  const sums = new Float32Array(9 * 16);
  for (let phase = 0; phase < 4; phase++)
    for (let tap = 0; tap < 4; tap++)
      for (const row of TAPS[(phase >> 1) as 0 | 1][(tap >> 1) as 0 | 1])
        for (const column of TAPS[(phase & 1) as 0 | 1][(tap & 1) as 0 | 1])
          sums[(row * 3 + column) * 16 + phase * 4 + tap] = 1;
  const matrix = weight.graph.constant(sums, [9, 16], { name: 'phases' });
  const all = reshape(matMul(reshape(weight, [outputs! * inputs!, 9]), matrix), [outputs!, inputs!, 16]);
  return split(all, 2, [4, 4, 4, 4]).map((kernel, phase) => {
    const [down, right] = [phase >> 1, phase & 1];
    const pad = [1 - down, 1 - right, down, right] as const;
    return conv(x, reshape(kernel, [outputs!, inputs!, 2, 2]), bias, { pad });
  });
}
