import type { ImpostorExtension, View } from '@turnaround/plugin/asset';
import { readPictures } from '@turnaround/plugin/viewer';

/** A character's file with its views as pictures to draw from. */
export interface CharacterViews {
  readonly file: File;
  readonly extension: ImpostorExtension;
  /** All views, as the file holds them. */
  readonly atlas: ImageBitmap;
}

/** Reads a character's file. @throws Error where it is none, AssetError where it holds no valid character */
export async function readViews(file: File): Promise<CharacterViews> {
  const { extension, atlas } = await readPictures(file);
  // Straight alpha: a canvas multiplies by itself.
  return { file, extension, atlas: await createImageBitmap(atlas, { premultiplyAlpha: 'none' }) };
}

/** Draws a view into a rectangle of a canvas. */
export function drawView(
  context: CanvasRenderingContext2D,
  { atlas }: CharacterViews,
  { rectangle: [x, y, width, height] }: View,
  to: readonly [x: number, y: number, width: number, height: number] = [0, 0, width, height],
): void {
  context.drawImage(atlas, x, y, width, height, ...to);
}

/** A view's pixels, RGBA, straight alpha, rows from the top. */
export function viewPixels(views: CharacterViews, view: View): ImageData {
  const [, , width, height] = view.rectangle;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  drawView(context, views, view);
  return context.getImageData(0, 0, width, height);
}
