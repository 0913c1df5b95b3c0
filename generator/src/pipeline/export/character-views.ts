import { decodeDepth, type RgbaImage, readCharacter, viewDepth } from '../../impostor/index.ts';
import { PipelineError, type Platform } from '../platform.ts';
import type { ReconstructionViews } from './views.ts';

/**
 * The views of a character's file.
 * @throws PipelineError `not-calibrated` for a file without depth, `file-views` for one whose views differ in size or
 *   focal length; CharacterError where it is no character
 */
export async function characterViews(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  path: string,
): Promise<ReconstructionViews> {
  if (!(await files.exists(path)))
    throw new PipelineError('file-missing', `${path}: expected a character (.glb), found none`);
  const { extension, atlas, depth } = await readCharacter(await files.read(path));
  const [first] = extension.views;
  if (!depth || !extension.depth || first?.focal === undefined)
    throw new PipelineError(
      'not-calibrated',
      `${path}: expected a character with depth, got one without; make it again with a model that has learned depth`,
    );
  const odd = extension.views.find(
    ({ focal, rectangle }) =>
      focal !== first.focal || rectangle[2] !== first.rectangle[2] || rectangle[3] !== first.rectangle[3],
  );
  if (odd)
    throw new PipelineError(
      'file-views',
      `${path}: expected views of one size and focal length, got ${first.rectangle[2]}×${first.rectangle[3]} at ` +
        `${first.focal} and ${odd.rectangle[2]}×${odd.rectangle[3]} at ${odd.focal}`,
    );
  const colours = await images.decode(atlas.bytes);
  const depths = decodeDepth(await images.decode(depth.bytes), extension.depth);
  const { provenance } = extension;
  return {
    views: extension.views.map(({ yaw, pitch, rectangle }) => ({
      yaw,
      pitch,
      image: crop(colours, rectangle),
      depth: viewDepth(depths, rectangle),
    })),
    focal: first.focal,
    subject: `${path.split(/[\\/]/).at(-1)} (${provenance.model}, seed ${provenance.seed})`,
    refined: null,
  };
}

function crop(atlas: RgbaImage, [x, y, width, height]: readonly [number, number, number, number]): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let row = 0; row < height; row++) {
    const start = 4 * ((y + row) * atlas.width + x);
    data.set(atlas.data.subarray(start, start + 4 * width), 4 * row * width);
  }
  return { width, height, data };
}
