import {
  add,
  concat,
  cos,
  div,
  matMul,
  mul,
  neg,
  reduceSum,
  reshape,
  sin,
  slice,
  sqrt,
  sub,
  type Value,
} from '../../graph/index.ts';

/**
 * A rigid motion from one camera to another: p' = R·p + t. Cameras are those of `plugin/asset`: +X right, +Y up,
 * looking along −Z. Lengths are in units of the pivot's depth.
 */
export interface RigidMotion {
  /** f32 [N,3,3] */
  readonly rotation: Value;
  /** f32 [N,3,1] */
  readonly translation: Value;
}

/** Where the pivot stands in every camera's axes: at depth 1. */
export const PIVOT: readonly [number, number, number] = [0, 0, -1];

/** Keeps θ off 0, where sin θ/θ has no value; far below what float32 can tell in the result. */
const TINY = 1e-12;

/**
 * Rodrigues' formula: R = I + (sin θ/θ)·K + ½(sin ½θ/½θ)²·K², K the cross-product matrix. In this form nothing
 * cancels at small angles.
 * @param axisAngle f32 [N,3], radians
 * @returns f32 [N,3,3]
 */
export function rotationOf(axisAngle: Value): Value {
  const { graph } = axisAngle;
  const batch = axisAngle.shape[0]!;
  const angle = reshape(sqrt(add(reduceSum(mul(axisAngle, axisAngle), [1]), TINY)), [batch, 1, 1]);
  const half = mul(angle, 0.5);
  const [x, y, z] = [0, 1, 2].map((i) => slice(axisAngle, 1, i, i + 1)) as [Value, Value, Value];
  const zero = sub(x, x);
  const cross = reshape(concat([zero, neg(z), y, z, zero, neg(x), neg(y), x, zero], 1), [batch, 3, 3]);
  const halfSinc = div(sin(half), half);
  const identity = graph.constant(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), [1, 3, 3], {
    name: 'identity',
  });
  const first = mul(cross, div(sin(angle), angle));
  const second = mul(matMul(cross, cross), mul(mul(halfSinc, halfSinc), 0.5));
  return add(identity, add(first, second));
}

/**
 * The motion of a pose.
 * @param pose f32 [N,6], axis-angle in radians, then translation
 */
export function motionOf(pose: Value): RigidMotion {
  return {
    rotation: rotationOf(slice(pose, 1, 0, 3)),
    translation: reshape(slice(pose, 1, 3, 6), [pose.shape[0]!, 3, 1]),
  };
}

/** Turns about the pivot: t = (I − R)·c. @param rotation f32 [N,3,3] */
export function orbit(rotation: Value): RigidMotion {
  const pivot = rotation.graph.constant(Float32Array.from(PIVOT), [1, 3, 1], { name: 'pivot' });
  return { rotation, translation: sub(pivot, matMul(rotation, pivot)) };
}

/**
 * Turns about the pivot by yaw alone. From a view at yaw a to one at yaw b of the same subject: b − a.
 * @param yaw f32 [N], radians; positive turns the face towards +X
 */
export function yawOrbit(yaw: Value): RigidMotion {
  const turn = reshape(yaw, [yaw.shape[0]!, 1]);
  const [c, s] = [cos(turn), sin(turn)];
  const zero = sub(turn, turn);
  const one = add(zero, 1);
  const rotation = concat([c, zero, s, zero, one, zero, neg(s), zero, c], 1);
  return orbit(reshape(rotation, [yaw.shape[0]!, 3, 3]));
}

/** The pose of an orbit by yaw. @param yaw f32 [N], radians @returns f32 [N,6] */
export function yawPose(yaw: Value): Value {
  const turn = reshape(yaw, [yaw.shape[0]!, 1]);
  const zero = sub(turn, turn);
  return concat([zero, turn, zero, sin(turn), zero, sub(cos(turn), 1)], 1);
}

/** `yawPose` as numbers: axis-angle, then translation. @param yaw radians */
export const orbitPose = (yaw: number): number[] => [0, yaw, 0, Math.sin(yaw), 0, Math.cos(yaw) - 1];

/** The inverse motion: p = Rᵀ·(p' − t). */
export function inverse({ rotation, translation }: RigidMotion): RigidMotion {
  const batch = rotation.shape[0]!;
  const column = (i: number): Value => reshape(slice(rotation, 2, i, i + 1), [batch, 1, 3]);
  const transposed = concat([column(0), column(1), column(2)], 1);
  return { rotation: transposed, translation: neg(matMul(transposed, translation)) };
}
