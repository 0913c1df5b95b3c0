import {
  add,
  buildTrainingStep,
  concat,
  expand,
  flip,
  type Initialiser,
  log,
  matMul,
  mul,
  reciprocal,
  reduceSum,
  reshape,
  split,
  sqrt,
  sub,
  sum,
  type TrainingStep,
  type Value,
} from '../../graph/index.ts';
import type { LayerRange, Pca } from '../latents/index.ts';

/**
 * Components narrower than this share of the widest are left out: they hardly change a picture, but each would add the
 * noise of its coefficient to what is read off a latent.
 */
const LEAST_DEVIATION = 0.05;

/** λ, the weight of the asymmetry at x = 0. */
const CENTRING = 1;

/** How many components a direction is made of. */
export function usedComponents({ deviations }: Pca): number {
  const end = deviations.findIndex((deviation) => !(deviation > LEAST_DEVIATION * deviations[0]!));
  return end < 0 ? deviations.length : end;
}

/** What the step learns, in whitened coordinates: f32 [K] each, K the components used. */
export const MOVE = 'move';
export const READ = 'read';

export interface MirrorStepInput {
  readonly pca: Pca;
  /** Tokens of a W+ latent. */
  readonly layers: number;
  readonly range: LayerRange;
  /** Subjects of one step. */
  readonly subjects: number;
  /** @param ws f32 [n,L,D] @returns f32 [n,3,S,S] */
  readonly draw: (ws: Value) => Value;
}

/**
 * One step of the direction by gradient (refiner.md, part 1): forward through the frozen generator, backward, Adam.
 * The direction is v = Σ cₖσₖeₖ, |c| = 1; what is read off a latent is the whitened d·u/(d·c), so that moving by x moves
 * what is read by x. Drawn are the subjects w₀ = w − x(w)·v at +x, −x and 0:
 *   loss = log((Σ|G(w₀+xv) − flip G(w₀−xv)|² + λ·Σ|G(w₀) − flip G(w₀)|²) ÷ Σ|G(w₀+xv) − G(w₀−xv)|²).
 * The second term asks w₀ to look straight ahead, whoever it is. Inputs: `w` f32 [n,D]; `x` f32 [n,1], standard
 * deviations. Reports: `mirrorRatio` and `centreRatio`, the two terms without λ and logarithm.
 */
export function mirrorStep({ pca, layers, range, subjects, draw }: MirrorStepInput): TrainingStep {
  const { dim } = pca;
  const used = usedComponents(pca);
  return buildTrainingStep('direction', (scope, graph) => {
    const components = graph.constant(pca.components.slice(0, used * dim), [used, dim], {
      name: 'components',
    });
    const deviations = graph.constant(pca.deviations.slice(0, used), [1, used], { name: 'deviations' });
    const mean = graph.constant(pca.mean, [1, dim], { name: 'mean' });
    const w = graph.input('w', 'float32', [subjects, dim]);
    const x = graph.input('x', 'float32', [subjects, 1]);

    const move = normalised(scope.parameter(MOVE, [1, used], given));
    const read = normalised(scope.parameter(READ, [1, used], given));
    const vector = matMul(mul(move, deviations), components);
    const along = reduceSum(mul(move, read), [1]);
    const probe = matMul(mul(mul(read, reciprocal(deviations)), reciprocal(along)), components);
    const own = reduceSum(mul(sub(w, mean), probe), [1]);
    const base = sub(w, mul(own, vector));
    const step = mul(x, vector);
    const moved = concat([add(base, step), sub(base, step), base], 0);
    const still = concat([base, base, base], 0);

    const count = 3 * subjects;
    const tokens = (latents: Value, from: number, to: number): Value[] =>
      from === to ? [] : [expand(reshape(latents, [count, 1, dim]), [count, to - from, dim])];
    const ws = concat(
      [
        ...tokens(still, 0, range.from),
        ...tokens(moved, range.from, range.to),
        ...tokens(still, range.to, layers),
      ],
      1,
    );
    const [right, left, centre] = split(draw(ws), 0, [subjects, subjects, subjects]) as [Value, Value, Value];
    const mirrored = squares(sub(right, flip(left, [3])));
    const centred = squares(sub(centre, flip(centre, [3])));
    const plain = squares(sub(right, left));
    return {
      loss: sub(log(add(mirrored, mul(centred, CENTRING))), log(plain)),
      metrics: {
        mirrorRatio: mul(mirrored, reciprocal(plain)),
        centreRatio: mul(centred, reciprocal(plain)),
      },
    };
  });
}

/** Both are set from a screened candidate before the first step. */
const given: Initialiser = (shape) => new Float32Array(shape[1]!).fill(1);

const normalised = (x: Value): Value => mul(x, reciprocal(sqrt(reduceSum(mul(x, x), [1]))));

const squares = (x: Value): Value => sum(mul(x, x));
