import { degrees } from '@turnaround/plugin/asset';
import { type Backdrop, overBackdrop, type RgbaImage } from '../../impostor/index.ts';
import { colmapModel, colmapRecipe, type Lens } from '../../reconstruction/index.ts';
import type { Platform } from '../platform.ts';
import type { ReconstructionViews } from './views.ts';

/** What stands behind the cut-outs: the grey of the portraits' backdrop. */
const BACKDROP: Backdrop = [150, 150, 150];
/** Alpha from which a pixel may hold features: those of the outline lie on no surface. */
const COVERAGE = 0.9;

/** Where it all lies, within the folder of the export. */
export const COLMAP_FOLDERS = { images: 'images', masks: 'masks', sparse: 'sparse' } as const;

/**
 * Writes `images/000.png`, `masks/000.png.png`, `sparse/{cameras,images,points3D}.txt` and `README.txt` with the commands.
 * Pictures that an export of more views left there are removed: COLMAP reads all that lie in the folder.
 * @param upscale how much larger the pictures are than the views
 */
export async function writeColmap(
  { files, images, signal }: Pick<Platform, 'files' | 'images' | 'signal'>,
  out: string,
  { views, focal, subject }: ReconstructionViews,
  upscale: number,
): Promise<void> {
  const { width, height } = views[0]!.image;
  const lens: Lens = { width: upscale * width, height: upscale * height, focal };
  const names = views.map((_, k) => `${String(k).padStart(3, '0')}.png`);
  await removeOthers(files, `${out}/${COLMAP_FOLDERS.images}`, names);
  await removeOthers(
    files,
    `${out}/${COLMAP_FOLDERS.masks}`,
    names.map((name) => `${name}.png`),
  );
  for (const [k, { image }] of views.entries()) {
    signal.throwIfAborted();
    const large = upscale === 1 ? image : await images.resize(image, lens.width, lens.height);
    const write = async (path: string, picture: RgbaImage) =>
      files.write(`${out}/${path}`, await images.encodePng(picture));
    await write(`${COLMAP_FOLDERS.images}/${names[k]}`, overBackdrop(large, BACKDROP));
    await write(`${COLMAP_FOLDERS.masks}/${names[k]}.png`, maskOf(large));
  }
  const model = colmapModel(
    views.map(({ yaw, pitch }, k) => ({ yaw, pitch, name: names[k]! })),
    lens,
  );
  for (const [name, text] of Object.entries(model))
    await files.write(`${out}/${COLMAP_FOLDERS.sparse}/${name}.txt`, text);
  const angles = views.map(({ yaw }, k) => `${names[k]} ${degrees(yaw).toFixed(2)}°`);
  await files.write(`${out}/README.txt`, readme(subject, lens, angles));
}

function readme(subject: string, lens: Lens, angles: readonly string[]): string {
  const steps = colmapRecipe(lens, COLMAP_FOLDERS).map(({ what, args, folder }) => {
    const lines = [`# ${what}`, `colmap ${args.join(' ')}`];
    return (folder ? [lines[0], `mkdir -p ${folder}`, lines[1]] : lines).join('\n');
  });
  return `${subject}: ${angles.length} views of ${lens.width}×${lens.height} with known cameras, for COLMAP

images/    the views over a grey backdrop
masks/     white where the subject is
sparse/    COLMAP's text model: one PINHOLE camera, a pose a view, no points

The world is the subject's: x to the viewer's right in the frontal view, y up, z out of the face, the point about which it
turns at the origin; lengths are in units of the camera's distance from that point.

Run in this folder (COLMAP 3.8; with CUDA, leave out the two use_gpu):

${steps.join('\n\n')}

Yaw of the views, positive to the viewer's right:
${angles.join('\n')}
`;
}

async function removeOthers(
  files: Platform['files'],
  folder: string,
  names: readonly string[],
): Promise<void> {
  for (const name of await files.list(folder))
    if (/^\d+\.png(\.png)?$/.test(name) && !names.includes(name)) await files.remove(`${folder}/${name}`);
}

function maskOf({ width, height, data }: RgbaImage): RgbaImage {
  const out = new Uint8ClampedArray(data.length).fill(255);
  for (let o = 0; o < data.length; o += 4) if (data[o + 3]! < 255 * COVERAGE) out.fill(0, o, o + 3);
  return { width, height, data: out };
}
