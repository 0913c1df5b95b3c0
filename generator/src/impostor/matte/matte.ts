import { type RgbaImage, type RgbImage, toByte } from '../image.ts';

/** A subject cut out of its picture. */
export interface Cutout {
  readonly width: number;
  readonly height: number;
  /** f32 [H,W], 0 (backdrop) .. 1 (subject): the share of each pixel that the subject covers. */
  readonly alpha: Float32Array;
  /** The subject's own colour, without what the backdrop mixed into the edge; beyond the edge it is continued. */
  readonly colour: RgbImage;
}

/** Cuts subjects out of their pictures. */
export interface Matte {
  /** For people and for records of how a file was made: `flat backdrop`, or a model's name. */
  readonly name: string;
  /**
   * @param views  pictures of one subject, all of one size; what they share (the backdrop) is found from all of them
   * @returns one cutout a view, in order
   * @throws MatteError where these pictures cannot be cut
   */
  cut(views: readonly RgbImage[]): Promise<Cutout[]>;
  /**
   * The subjects alone, for training and for measurements, which need no clean edge: a third of a cut's time.
   * @returns f32 [H,W] a view, 0..1, the share of each pixel that the subject covers, or whether most of it
   * @throws MatteError where these pictures cannot be cut
   */
  cover(views: readonly RgbImage[]): Promise<Float32Array[]>;
}

/** What went wrong: the pictures, or the model that should have cut them. */
export type MatteErrorCode =
  | 'backdrop-not-flat'
  | 'subject-not-found'
  | 'model-signature'
  | 'model-output'
  | 'views';

/** Pictures that a matte cannot cut, or a matting model that is none. */
export class MatteError extends Error {
  override readonly name = 'MatteError';
  readonly code: MatteErrorCode;

  constructor(code: MatteErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The cutout as a picture: 8 bits, straight alpha. */
export function cutoutToRgba({ width, height, alpha, colour }: Cutout): RgbaImage {
  const size = width * height;
  const data = new Uint8ClampedArray(4 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = toByte(colour.data[c * size + i]!);
    data[4 * i + 3] = 255 * alpha[i]!;
  }
  return { width, height, data };
}

/** Refuses an empty list and views of different sizes. */
export function checkViews(views: readonly RgbImage[]): { width: number; height: number } {
  const [first] = views;
  if (!first) throw new MatteError('views', 'matte: expected at least one view, got none');
  const { width, height } = first;
  for (const view of views)
    if (view.width !== width || view.height !== height || view.data.length !== 3 * width * height)
      throw new MatteError(
        'views',
        `matte: expected views of ${width}×${height}, got ${view.width}×${view.height} with ${view.data.length} numbers`,
      );
  return { width, height };
}
