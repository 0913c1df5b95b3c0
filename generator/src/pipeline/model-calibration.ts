import { z } from 'zod';

/** What a model's depth and pose nets mean, in `model.json`. Degrees and lengths are true ones unless said otherwise. */
export interface ModelCalibration {
  /** SHA-256 of all that the nets depend on: training with the same options again has nothing to do. */
  readonly key: string;
  /** How the nets were learned: the configuration's name, steps and subjects. */
  readonly config: string;
  /** Yaw about a pivot, or free motions and a depth of its own unit. */
  readonly nets: 'orbit' | 'monodepth2';
  /** Whether `depth.onnx` takes the next view of the sweep as well, input `next`. */
  readonly nextImage: boolean;
  readonly steps: number;
  readonly subjects: number;
  /** Id of the direction that they were learned along. */
  readonly direction: string;
  /** Focal length in half-widths of the picture; it cannot be told from images, so it is fixed. */
  readonly focal: number;
  /** Distance of the axis that subjects turn about: the unit of length. */
  readonly pivot: number;
  /** Pixels of a side that `depth.onnx` and `pose.onnx` take. */
  readonly resolution: number;
  /** Straightens the pose net's own yaw (`straightYaw`), where a person saw that it is bent; 0: as it is. */
  readonly bend: number;
  /** True yaw ÷ the pose net's own, straightened. */
  readonly scale: number;
  /** Where the scale comes from: heads are about as deep as wide; or the nets' own is taken, because their relief is
   *  shallower than that; or a person said so. */
  readonly scaleSource: 'shape-prior' | 'nets' | 'person';
  /** The scale by default, which `scale` is unless a person said otherwise. */
  readonly priorScale: number;
  /** True relief ÷ the depth net's own: true depth is pivot + relief·(depth − pivot). */
  readonly relief: number;
  /** Nearest and farthest depth of the subjects. */
  readonly depthRange: readonly [number, number];
  /** Yaw of the median subject in degrees, never falling, at x counted from the subject's frontal one. */
  readonly curve: { readonly x: readonly number[]; readonly degrees: readonly number[] };
}

const rises = (values: readonly number[], least: number): boolean =>
  values.every((value, k) => k === 0 || value - values[k - 1]! >= least);

export const CalibrationSchema: z.ZodType<ModelCalibration> = z.object({
  key: z.string().length(64),
  config: z.string(),
  nets: z.enum(['orbit', 'monodepth2']).default('orbit'),
  nextImage: z.boolean().default(false),
  steps: z.number().int().positive(),
  subjects: z.number().int().positive(),
  direction: z.string(),
  focal: z.number().positive(),
  pivot: z.number().positive(),
  resolution: z.number().int().min(64),
  bend: z.number().default(0),
  scale: z.number().positive(),
  scaleSource: z.enum(['shape-prior', 'nets', 'person']),
  priorScale: z.number().positive(),
  relief: z.number().positive(),
  depthRange: z.tuple([z.number().positive(), z.number().positive()]),
  curve: z
    .object({ x: z.array(z.number()).min(2), degrees: z.array(z.number()).min(2) })
    .refine(({ x, degrees }) => x.length === degrees.length, 'expected as many x as degrees')
    .refine(({ x }) => rises(x, Number.MIN_VALUE), 'expected rising x')
    .refine(({ degrees }) => rises(degrees, 0), 'expected degrees that never fall'),
});
