import type { DirectionInput } from '../../../generator/src/gan/direction/index.ts';
import {
  abs,
  add,
  concat,
  cos,
  div,
  exp,
  greater,
  matMul,
  max,
  min,
  mul,
  neg,
  reshape,
  sigmoid,
  sign,
  sin,
  slice,
  sqrt,
  sub,
  tanh,
  trainingRuntime,
  type Value,
  where,
} from '../../../generator/src/graph/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { DEVIATIONS, DIM, LIGHT, SCALE, SIDE, type ToyStrengths, TURN, toyInput } from './direction-toy.ts';

/** The toy generator with its drawing as a graph too, through which a direction can be learned. */
export function trainableToy(strengths: ToyStrengths, subjects = 12): DirectionInput {
  return {
    ...toyInput(strengths),
    trainable: {
      draw: (ws) => drawToy(ws, strengths),
      openTraining: () => trainingRuntime(createRuntime({ threads: 1 })),
      subjects,
    },
  };
}

/** The same where subjects are turned by SCALE too, .6 of a deviation of TURN for each of its own. */
export function shifted(input: DirectionInput): DirectionInput {
  const mixing = identity();
  mixing[SCALE * DIM + TURN] = (0.6 * DEVIATIONS[TURN]!) / DEVIATIONS[SCALE]!;
  return mixed(input, mixing);
}

/** The same where heads are their own mirror images: a parting and a mole that change sides mirror as a turn does. */
export function symmetric(input: DirectionInput): DirectionInput {
  const mixing = identity();
  for (const i of [SCALE + 3, SCALE + 5]) mixing[i * DIM + i] = 0;
  return mixed(input, mixing);
}

const identity = (): Float32Array =>
  Float32Array.from({ length: DIM * DIM }, (_, k) => (k % (DIM + 1) === 0 ? 1 : 0));

/** A generator whose latents are multiplied by a matrix [DIM,DIM] first. */
function mixed(input: DirectionInput, mixing: Float32Array): DirectionInput {
  const trainable = input.trainable!;
  return {
    ...input,
    synthesize: (ws, count) =>
      input.synthesize(
        ws.map((_, k) => {
          let sum = 0;
          for (let i = 0; i < DIM; i++) sum += ws[k - (k % DIM) + i]! * mixing[i * DIM + (k % DIM)]!;
          return sum;
        }),
        count,
      ),
    trainable: {
      ...trainable,
      draw: (ws) => trainable.draw(matMul(ws, ws.graph.constant(mixing, [DIM, DIM]))),
    },
  };
}

/** `drawHead` for a batch: the same numbers. @param ws f32 [n,L,DIM] @returns f32 [n,3,SIDE,SIDE] */
export function drawToy(ws: Value, strengths: ToyStrengths): Value {
  const { graph } = ws;
  const count = ws.shape[0] as number;
  const one = graph.constant(Float32Array.of(1), [1, 1, 1, 1]);
  const w = Array.from({ length: DIM }, (_, i) => {
    const token = (layer: number): Value => slice(slice(ws, 1, layer, layer + 1), 2, i, i + 1);
    return reshape(mul(add(token(0), token(1)), 0.5 / DEVIATIONS[i]!), [count, 1, 1, 1]);
  });
  const plane = (value: (column: number, row: number) => number): Value =>
    graph.constant(
      Float32Array.from({ length: SIDE ** 2 }, (_, k) => value(k % SIDE, Math.floor(k / SIDE))),
      [1, 1, SIDE, SIDE],
    );
  const x = plane((column) => ((column + 0.5) / SIDE) * 2 - 1);
  const y = plane((_, row) => 1 - ((row + 0.5) / SIDE) * 2);

  const light = tanh(mul(w[LIGHT]!, strengths.light));
  const angle = mul(w[TURN]!, (strengths.turn * Math.PI) / 180);
  const size = add(tanh(mul(w[SCALE]!, strengths.scale)), 1);
  const person = w.slice(SCALE + 1).map(tanh) as [Value, Value, Value, Value, Value];
  const [hairColour, hairline, parting, skin, mole] = person;
  const [a, b, c] = [0.5, 0.68, 0.58].map((axis) => mul(size, axis)) as [Value, Value, Value];
  const [cosine, sine] = [cos(angle), sin(angle)];
  const square = (value: Value): Value => mul(value, value);
  const inverse = (value: Value): Value => div(one, square(value));

  const p = add(square(div(sine, a)), square(div(cosine, c)));
  const q = mul(mul(x, 2), mul(mul(cosine, sine), sub(inverse(c), inverse(a))));
  const across = add(square(div(cosine, a)), square(div(sine, c)));
  const r = sub(add(mul(square(x), across), square(div(y, b))), 1);
  const root = sub(square(q), mul(mul(p, r), 4));
  const inside = greater(root, 0);
  const z = div(sub(sqrt(max(root, 1e-6)), q), mul(p, 2));
  const u = div(sub(mul(cosine, x), mul(sine, z)), a);
  const v = div(y, b);
  const front = div(add(mul(sine, x), mul(cosine, z)), c);
  const spot = (atU: Value | number, atV: number, radius: number): Value => {
    const distance = add(square(sub(u, atU)), square(sub(v, atV)));
    const shape = exp(mul(distance, -1 / radius ** 2));
    return where(greater(front, 0), shape, graph.scalar(0));
  };
  const hairEdge = add(
    sub(sub(mul(v, 1.2), mul(front, 1.6)), 0.1),
    add(mul(hairline, 0.2), mul(mul(parting, 0.25), u)),
  );
  const hair = sigmoid(mul(hairEdge, 8));
  const moleSpot = mul(spot(mul(sign(mole), 0.5), -0.3, 0.2), mul(abs(mole), 0.8));
  const eyes = add(spot(0.38, 0.15, 0.17), spot(-0.38, 0.15, 0.17));
  const dark = min(add(add(eyes, mul(spot(0, -0.5, 0.18), 0.8)), moleSpot), 1);
  const length = sqrt(add(add(square(div(u, a)), square(div(v, b))), square(div(front, c))));
  const nx = div(add(mul(cosine, div(u, a)), mul(sine, div(front, c))), length);
  const nz = div(sub(mul(cosine, div(front, c)), mul(sine, div(u, a))), length);
  const shade = mul(add(mul(nz, 0.45), 0.55), max(add(mul(light, nx), 1), 0.1));
  const channel = (face: Value, hairs: Value): Value => {
    const mixed = add(mul(face, sub(1, hair)), mul(hairs, hair));
    const colour = sub(mul(mixed, sub(1, dark)), mul(dark, 0.7));
    return where(inside, sub(mul(add(colour, 1), shade), 1), graph.scalar(Math.fround(0.17)));
  };
  return concat(
    [
      channel(add(mul(skin, 0.2), 0.45), sub(mul(hairColour, 0.4), 0.5)),
      channel(add(mul(skin, 0.15), 0.15), sub(mul(hairColour, 0.3), 0.6)),
      channel(mul(skin, 0.1), neg(graph.constant(Float32Array.of(0.7), [1, 1, 1, 1]))),
    ],
    1,
  );
}
