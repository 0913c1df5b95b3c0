import { copyConstant, expandOwn } from '../expand.ts';
import { integersOf, intOf, stringOf } from '../gradient.ts';
import { Graph } from '../graph.ts';
import { CONV_WEIGHT_GRADIENT } from '../ops/conv-weight-gradient.ts';
import { reshape } from '../ops/layout.ts';
import { DEINTERLEAVE, INTERLEAVE } from '../ops/phases.ts';
import { reduceMean, reduceSum } from '../ops/reduce.ts';
import { elementCount } from '../shape.ts';
import type { Attributes, Node, Value } from '../value.ts';
import { activationOf, type ConvChain, findChains, signMask, signMaskOf } from './activation.ts';
import { type Affine, applyAffine, countUses, findAffine } from './affine.ts';
import { applyDot, type Dot, findDots, pixelAxes } from './dot.ts';
import { channelView, ELEMENTWISE, view, viewShape } from './elementwise.ts';
import { foldNorms } from './fold-norms.ts';
import {
  applyBlocked,
  blockedConv,
  blockKernel,
  deinterleaveBlocked,
  enlargeBlocked,
  interleaveBlocked,
  sliceBlocked,
  toBlocked,
  toPlain,
} from './layout.ts';
import { blockedTranspose, hasBlockedTranspose } from './transpose.ts';
import { hasWeightGradientOfBlocked, weightGradientOfBlocked } from './weight-gradient-of-blocked.ts';
import { hasWeightGradientOfPlain, weightGradientOfPlain } from './weight-gradient-of-plain.ts';

/** A value of the old graph in the new one, in either layout or both. */
interface Forms {
  plain: Value | null;
  blocked: Value | null;
}

/**
 * The same graph with its convolutions, and what stands between them, in the blocked layout: for the CPU, where
 * kernels are inputs. A multiplication and addition by channel, as batch normalisation applies, becomes one pass,
 * with the sum and the ReLU behind it.
 * @param block width of a block: `probeBlock` finds it
 */
export function blockConvolutions(graph: Graph, block: number): Graph {
  return new Rewriter(foldNorms(graph), block).run();
}

class Rewriter {
  readonly #old: Graph;
  readonly #new: Graph;
  readonly #block: number;
  readonly #chains: ReadonlyMap<Node, ConvChain>;
  readonly #forms = new Map<Value, Forms>();
  readonly #affine: ReadonlyMap<Node, Affine>;
  readonly #dots: ReadonlyMap<Node, Dot>;

  constructor(graph: Graph, block: number) {
    this.#old = graph;
    this.#new = new Graph(graph.name);
    this.#block = block;
    const uses = countUses(graph);
    this.#affine = findAffine(graph, uses, (value) => this.#blockable(value));
    this.#dots = findDots(graph, uses, (value) => this.#blockable(value));
    this.#chains = findChains(graph, uses, (node) => this.#convForm(node) !== null);
  }

  run(): Graph {
    for (const input of this.#old.inputs)
      this.#set(input, this.#new.input(input.name, input.dtype, input.shape));
    const needed = this.#needed();
    for (const node of this.#old.nodes) if (needed.has(node)) this.#rewrite(node);
    for (const { name, value } of this.#old.outputs) this.#new.output(name, this.#plain(value));
    return this.#new;
  }

  /** Nodes that the outputs need, without those that a single pass has taken in. */
  #needed(): Set<Node> {
    const needed = new Set<Node>();
    const pending = this.#old.outputs.map((o) => o.value);
    for (let value = pending.pop(); value; value = pending.pop()) {
      const node = value.producer;
      if (!node || needed.has(node)) continue;
      needed.add(node);
      const source = this.#affine.get(node) ?? this.#chains.get(node) ?? this.#dots.get(node) ?? node;
      for (const input of source.inputs) if (input) pending.push(input);
    }
    return needed;
  }

  #set(value: Value, plain: Value | null, blocked: Value | null = null): void {
    this.#forms.set(value, { plain, blocked });
  }

  #formsOf(value: Value): Forms {
    let forms = this.#forms.get(value);
    if (!forms) {
      const constant = copyConstant(this.#new, value);
      forms = { plain: constant, blocked: null };
      this.#forms.set(value, forms);
    }
    return forms;
  }

  #plain(value: Value): Value {
    const forms = this.#formsOf(value);
    forms.plain ??= toPlain(forms.blocked!);
    return forms.plain;
  }

  #blocked(value: Value): Value {
    const forms = this.#formsOf(value);
    forms.blocked ??= toBlocked(forms.plain!);
    return forms.blocked;
  }

  #blockable({ shape, dtype }: Value): boolean {
    const [, channels] = shape;
    return (
      shape.length === 4 &&
      shape.every((d) => typeof d === 'number') &&
      (channels as number) % this.#block === 0 &&
      elementCount(shape.slice(2)) > 1 &&
      (dtype === 'float32' || dtype === 'bool')
    );
  }

  /** Whether a value is there in the blocked layout and in no other. */
  #onlyBlocked(value: Value | null): boolean {
    return value !== null && this.#forms.get(value)?.plain === null;
  }

  #rewrite(node: Node): void {
    const affine = this.#affine.get(node);
    const [output] = node.outputs as readonly [Value];
    if (affine?.images.some((image) => this.#onlyBlocked(image))) {
      const layouts = { plain: (v: Value) => this.#plain(v), blocked: (v: Value) => this.#blocked(v) };
      this.#set(output, null, applyAffine(affine, output, layouts));
      return;
    }
    const phases = this.#deinterleave(node);
    if (phases) {
      node.outputs.forEach((value, i) => {
        this.#set(value, null, phases[i]!);
      });
      return;
    }
    const dot = this.#dots.get(node);
    if (dot?.inputs.some((input) => this.#onlyBlocked(input))) {
      this.#set(
        output,
        applyDot(node, dot, output, (value) => this.#blocked(value)),
      );
      return;
    }
    if (dot && !this.#forms.has(dot.product.outputs[0]!)) this.#copy(dot.product);
    const perChannel = this.#reduce(node, output) ?? this.#weightGradient(node);
    const blocked = affine || perChannel ? null : this.#blockedForm(node, output);
    if (perChannel) this.#set(output, perChannel);
    else if (blocked) this.#set(output, null, blocked);
    else {
      for (const inner of affine?.absorbed ?? []) if (!this.#forms.has(inner.outputs[0]!)) this.#copy(inner);
      this.#copy(node);
    }
  }

  #copy(node: Node): void {
    const inputs = node.inputs.map((input) => (input ? this.#plain(input) : null));
    const made =
      expandOwn(node, inputs as Value[]) ?? this.#new.apply(node.op, inputs, node.attributes, node.outputs);
    node.outputs.forEach((value, i) => {
      this.#set(value, made[i]!);
    });
  }

  #blockedForm(node: Node, output: Value): Value | null {
    const [x] = node.inputs as readonly [Value, ...Value[]];
    const chain = this.#chains.get(node);
    if (chain) return this.#conv(chain, output);
    if (hasBlockedTranspose(node, this.#block))
      return blockedTranspose(node, this.#blocked(x), this.#plain(node.inputs[1]!), this.#block);
    if (node.op === INTERLEAVE && this.#blockable(output) && node.inputs.some((i) => this.#onlyBlocked(i)))
      return interleaveBlocked(
        node.inputs.map((phase) => this.#blocked(phase!)),
        this.#block,
      );
    const mask = signMaskOf(node);
    if (mask && this.#forms.get(mask.image)?.blocked) return signMask(this.#blocked(mask.image), mask.least);
    if (ELEMENTWISE.has(node.op)) return this.#elementwise(node, output);
    if (!this.#onlyBlocked(x) && !(node.op === 'Concat' && node.inputs.some((i) => this.#onlyBlocked(i))))
      return null;
    return this.#moves(node, output, x);
  }

  #convForm(node: Node): 'blocked' | 'plain' | null {
    const [x] = node.inputs as readonly [Value];
    if (node.op !== 'Conv' || x.shape.some((d) => typeof d !== 'number')) return null;
    return blockedConv(node, node.inputs[1]!, this.#block);
  }

  #conv({ conv, sum, activation }: ConvChain, output: Value): Value {
    const [x, weight, bias] = conv.inputs as readonly [Value, Value, Value | undefined];
    const image = this.#convForm(conv) === 'blocked' ? this.#blocked(x) : this.#plain(x);
    const kernel = blockKernel(this.#plain(weight), this.#block);
    const inputs = [image, kernel, bias ? this.#plain(bias) : null, ...(sum ? [this.#blocked(sum)] : [])];
    const attributes = { ...conv.attributes, ...activationOf(activation) };
    return applyBlocked(this.#new, 'Conv', bias || sum ? inputs : [image, kernel], attributes, output.shape);
  }

  /** Plain, like every kernel. */
  #weightGradient(node: Node): Value | null {
    if (node.op !== CONV_WEIGHT_GRADIENT) return null;
    const [x, dy] = node.inputs as readonly [Value, Value];
    if (hasWeightGradientOfBlocked(node, this.#block))
      return weightGradientOfBlocked(node, this.#blocked(x), this.#blocked(dy), this.#block);
    if (!hasWeightGradientOfPlain(node, this.#block)) return null;
    return weightGradientOfPlain(node, this.#plain(x), this.#blocked(dy), this.#block);
  }

  #deinterleave(node: Node): Value[] | null {
    const [x] = node.inputs as readonly [Value];
    const fits = node.op === DEINTERLEAVE && this.#onlyBlocked(x) && this.#blockable(x);
    return fits ? deinterleaveBlocked(this.#blocked(x), this.#block) : null;
  }

  /** On pictures of one shape, or one for the whole batch, numbers and values per channel, or per sample and channel. */
  #elementwise(node: Node, output: Value): Value | null {
    if (!this.#blockable(output) || !node.inputs.some((input) => this.#onlyBlocked(input))) return null;
    const [batch, ...one] = output.shape;
    const kinds = node.inputs.map((input) => {
      const [samples, ...rest] = input!.shape;
      if (elementCount(input!.shape) === 1 && input!.shape.length <= 4) return 'number';
      if (samples !== batch && samples !== 1) return 'other';
      if (rest.join() === one.join()) return 'picture';
      return rest.join() === `${one[0]},1,1` ? 'channels' : 'other';
    });
    if (kinds.includes('other')) return null;
    const viewed = kinds.includes('channels');
    const operands = node.inputs.map((input, i) => {
      if (kinds[i] === 'number') return this.#plain(input!);
      if (kinds[i] === 'channels') return channelView(this.#plain(input!), this.#block);
      return viewed ? view(this.#blocked(input!), this.#block) : this.#blocked(input!);
    });
    const shape = viewed ? viewShape(output.shape as number[], this.#block) : output.shape;
    const [made] = this.#new.apply(node.op, operands, node.attributes, [{ dtype: output.dtype, shape }]);
    return reshape(made!, output.shape);
  }

  /** Sums and means over pixels, or batch and pixels, which leave a plain value per sample and channel, or per channel. */
  #reduce(node: Node, output: Value): Value | null {
    const [x] = node.inputs;
    const over = pixelAxes(node);
    if (!over || !this.#onlyBlocked(x!)) return null;
    const fold = node.op === 'ReduceSum' ? reduceSum : reduceMean;
    const perSample = fold(view(this.#blocked(x!), this.#block), [2]);
    // Pixels first: in one go over both axes this takes nine times as long.
    return reshape(over === '2,3' ? perSample : fold(perSample, [0]), output.shape);
  }

  /** Operators that move whole blocks or have a blocked kernel. */
  #moves(node: Node, output: Value, x: Value): Value | null {
    if (!this.#blockable(output)) return null;
    const apply = (op: string, inputs: readonly Value[], attributes: Attributes): Value =>
      this.#new.apply(op, inputs, attributes, [output])[0]!;
    if (node.op === 'Concat' && intOf(node, 'axis') === 1 && node.inputs.every((i) => this.#blockable(i!)))
      return apply(
        'Concat',
        node.inputs.map((i) => this.#blocked(i!)),
        node.attributes,
      );
    if (node.op === 'Slice') {
      const [start, end, axis, step] = node.inputs.slice(1).map(integersOf) as [
        number[],
        number[],
        number[],
        number[],
      ];
      const whole =
        axis.join() === '1' && step[0] === 1 && start[0]! % this.#block === 0 && end[0]! % this.#block === 0;
      if (axis.every((at) => at === 2 || at === 3) && step.every((n) => n === 1)) {
        const ranges = axis.map((at, i) => ({ axis: at, start: start[i]!, end: end[i]!, step: 1 }));
        return sliceBlocked(this.#blocked(x), ranges, this.#block);
      }
      if (whole)
        return apply(
          'Slice',
          [this.#blocked(x), ...node.inputs.slice(1).map((i) => this.#plain(i!))],
          node.attributes,
        );
    }
    if (node.op === 'AveragePool')
      return applyBlocked(this.#new, 'AveragePool', [this.#blocked(x)], node.attributes, output.shape);
    if (node.op === 'Resize' && stringOf(node, 'mode') === 'nearest')
      return enlargeBlocked(this.#blocked(x), (output.shape[2] as number) / (x.shape[2] as number));
    return null;
  }
}
