import {
  cutoutToRgba,
  estimateBackdrop,
  type Matte,
  type RgbaImage,
  type RgbImage,
  toRgb,
} from '../../impostor/index.ts';
import { openMatte } from '../open-matte.ts';
import { PipelineError, type Platform } from '../platform.ts';
import { listNames, type SubjectPicture } from './read-pictures.ts';

/** Subjects cut out of their pictures. */
export interface CutPictures {
  /** Squares with straight alpha, one a picture. */
  readonly views: readonly RgbaImage[];
  /** What cut them: `own alpha`, `flat backdrop`, or a matting model's name. */
  readonly matte: string;
}

/** Share of a picture's pixels that must be see-through for its alpha to be taken for a cutout. */
const LEAST_CLEAR = 0.005;

/**
 * Cuts subjects out: by the pictures' own alpha, by a matting model, or by their backdrop of one colour. The cutouts
 * are padded to squares about the pictures' middle, which is where the camera looks.
 * @param model path of an ONNX matting model; null: none
 * @throws PipelineError `build-backdrops` where pictures have different backdrops, MatteError where they cannot be cut
 */
export async function cutPictures(
  platform: Platform,
  pictures: readonly SubjectPicture[],
  model: string | null,
): Promise<CutPictures> {
  const cutAlready = pictures.filter(({ image }) => clearShare(image) >= LEAST_CLEAR);
  if (cutAlready.length === pictures.length && model === null)
    return { views: pictures.map(({ image }) => padded(image)), matte: 'own alpha' };
  if (cutAlready.length > 0 && model === null)
    throw new PipelineError(
      'build-backdrops',
      `build: expected all pictures cut out or none, got ${cutAlready.length} of ${pictures.length} with see-through ` +
        `parts (${listNames(cutAlready.map(({ name }) => name))})`,
    );
  const images = pictures.map(({ image }) => toRgb(image));
  if (model === null)
    checkBackdrops(
      pictures.map(({ name }) => name),
      images,
    );
  const matte: Matte = await openMatte(platform, model);
  const cutouts = await matte.cut(images);
  return { views: cutouts.map((cutout) => padded(cutoutToRgba(cutout))), matte: matte.name };
}

function clearShare({ data }: RgbaImage): number {
  let clear = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]! < 128) clear++;
  return clear / (data.length / 4);
}

/** Least share of a picture's border that has one colour, as the matte for flat backdrops asks of all together. */
const FLAT_SHARE = 0.6;
/** Largest difference of one picture's backdrop from the others', in a channel, of 255. */
const SAME_COLOUR = 16;

/** One picture before another backdrop than the others' would be taken for all subject. */
function checkBackdrops(names: readonly string[], images: readonly RgbImage[]): void {
  const colourOf = ([r, g, b]: readonly [number, number, number]) =>
    [r, g, b].map((x) => Math.round(127.5 * (x + 1))) as [number, number, number];
  const own = images.map((image, k) => {
    const { colour, flatShare } = estimateBackdrop([image]);
    return { name: names[k]!, colour: colourOf(colour), flat: flatShare >= FLAT_SHARE };
  });
  const flat = own.filter((one) => one.flat);
  const help = 'take them before one backdrop, or pass --matte MODEL.onnx, a matting model';
  // All before natural backdrops: the matte says so itself.
  if (flat.length === 0) return;
  if (flat.length < own.length)
    throw new PipelineError(
      'build-backdrops',
      `build: expected a backdrop of one colour in all pictures, got another one in ` +
        `${own.length - flat.length} of ${own.length} (${listNames(own.filter((one) => !one.flat).map(({ name }) => name))}); ${help}`,
    );
  const usual = [0, 1, 2].map((c) => medianOf(own.map(({ colour }) => colour[c]!)));
  const odd = own.filter(({ colour }) => colour.some((x, c) => Math.abs(x - usual[c]!) > SAME_COLOUR));
  if (odd.length > 0)
    throw new PipelineError(
      'build-backdrops',
      `build: expected one backdrop in all pictures, rgb(${usual.join(', ')}) in most, got ` +
        `rgb(${odd[0]!.colour.join(', ')}) in ${odd[0]!.name} and ${odd.length} of ${own.length} that differ ` +
        `(${listNames(odd.map(({ name }) => name))}); ${help}`,
    );
}

const medianOf = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;

/** The picture in the middle of a clear square. */
function padded(image: RgbaImage): RgbaImage {
  const side = Math.max(image.width, image.height);
  if (image.width === side && image.height === side) return image;
  const data = new Uint8ClampedArray(4 * side * side);
  const left = (side - image.width) >> 1;
  const top = (side - image.height) >> 1;
  for (let y = 0; y < image.height; y++)
    data.set(
      image.data.subarray(4 * y * image.width, 4 * (y + 1) * image.width),
      4 * ((top + y) * side + left),
    );
  return { width: side, height: side, data };
}
