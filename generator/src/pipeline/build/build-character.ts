import { degrees, radians, wrapAngle } from '@turnaround/plugin/asset';
import { FROM_MODEL_CONFIG, ONE_SUBJECT_CONFIG } from '../../calibration/turntable/index.ts';
import { raiseDepth } from '../../impostor/depth/index.ts';
import {
  type CharacterView,
  standingFrame,
  WRITE_CHARACTER_DEFAULTS,
  type WriteCharacterOptions,
  writeCharacter,
} from '../../impostor/index.ts';
import { VERSION } from '../../version.ts';
import type { Platform } from '../platform.ts';
import { type BuiltCharacter, finishedCharacter } from './built-character.ts';
import { characterSheet } from './character-sheet.ts';
import { cutPictures } from './cut-pictures.ts';
import { frontalYaw } from './frontal-yaw.ts';
import { learnGeometry } from './learn-geometry.ts';
import { measureWarps } from './measure-warps.ts';
import { orderPictures, type PictureOrder } from './order-pictures.ts';
import { readPictures } from './read-pictures.ts';
import { readStartingNet } from './starting-net.ts';
import { reorderSet, workSet } from './work-set.ts';

export interface BuildOptions {
  /** Folder of pictures. */
  readonly images: string;
  /** Folder to write. */
  readonly out: string;
  /** Of the character and its files. */
  readonly name: string;
  readonly order: PictureOrder;
  /** Which way faces turn from picture to picture, as the viewer sees it; null: found. */
  readonly turns: 'right' | 'left' | null;
  /** Degrees from the first picture to the last, where a person knows them; null: learned. */
  readonly degrees: number | null;
  /** Number of the frontal picture, from 1; null: found. */
  readonly frontal: number | null;
  /** Model folder whose depth net learning begins from; null: random weights. */
  readonly from: string | null;
  /** Path of an ONNX matting model; null: own alpha, or the matte for flat backdrops. */
  readonly matte: string | null;
  /** Largest side of a view in the asset, pixels. */
  readonly size: number;
  /** Pixels of a side that depth is learned at, a multiple of 16. */
  readonly workSide: number;
  readonly steps: number;
  readonly format: 'webp' | 'png';
  /** Most triangles of the mesh for viewers that do not know the extension. */
  readonly triangles: number;
  /** How that mesh is stored. */
  readonly geometry: WriteCharacterOptions['geometry'];
  readonly licence: string;
  readonly attribution: string;
}

type BuildDefaults = Pick<
  BuildOptions,
  | 'order'
  | 'from'
  | 'size'
  | 'workSide'
  | 'steps'
  | 'format'
  | 'triangles'
  | 'geometry'
  | 'licence'
  | 'attribution'
>;

export const BUILD_DEFAULTS: BuildDefaults = {
  order: 'names',
  from: null,
  size: 512,
  workSide: 64,
  steps: 300,
  format: 'webp',
  triangles: WRITE_CHARACTER_DEFAULTS.triangles,
  geometry: WRITE_CHARACTER_DEFAULTS.geometry,
  licence: 'unknown',
  attribution: '',
};

/** Steps where learning begins from a model's net: they take about as long as `BUILD_DEFAULTS.steps` from random weights. */
export const STEPS_FROM_MODEL = 200;

/** What a build did. */
export interface BuildResult {
  /** False: it stood there already. */
  readonly made: boolean;
  readonly character: BuiltCharacter;
}

const SEED = 1;

/**
 * Makes a character of pictures that came from anywhere: one subject that turns about an upright axis, seen from its
 * own height. Depth and yaw are learned from these pictures alone. Writes `OUT/NAME.glb`, `NAME.json` and
 * `NAME.png`, a sheet of the views with their degrees and depth; while it learns, that sheet is a preview.
 * @throws PipelineError `build-pictures`, `build-backdrops`, `build-order`, `build-turn` or `build-frontal`: what is
 *   wrong with the pictures; MatteError where they cannot be cut
 */
export async function buildCharacter(platform: Platform, options: BuildOptions): Promise<BuildResult> {
  const { files, images, runtime, signal } = platform;
  const path = (ending: string) => `${options.out}/${options.name}${ending}`;
  const { pictures, hash } = await readPictures(platform, options.images, options.size);
  const config = options.from === null ? ONE_SUBJECT_CONFIG : FROM_MODEL_CONFIG;
  const start = options.from === null ? null : await readStartingNet(platform, options.from, config);
  const { images: _, out: __, ...named } = options;
  const recorded = { ...named, from: start?.sha256 ?? null };
  const identity = JSON.stringify([hash, pictures.map(({ name }) => name), recorded, VERSION]);
  const key = files.sha256(new TextEncoder().encode(identity));
  const kept = await finishedCharacter(platform, options.out, options.name, key);
  if (kept) return { made: false, character: kept };

  const { views: cutouts, matte } = await cutPictures(platform, pictures, options.matte);
  const unordered = await workSet(images, cutouts, workSide(options.workSide, cutouts[0]!.width));
  const order = orderPictures(
    platform,
    unordered,
    pictures.map(({ name }) => name),
    options.order,
  );
  const set = reorderSet(unordered, order);
  signal.throwIfAborted();
  const { focal } = config.loss;
  const geometry = await learnGeometry(platform, set, {
    config,
    steps: options.steps,
    seed: SEED,
    turns: options.turns,
    total: options.degrees === null ? null : radians(options.degrees),
    start,
    checkpoint: path('.training.safetensors'),
    preview: path('.png'),
  });
  signal.throwIfAborted();
  const frontal = await frontalYaw(platform, set, geometry, options.frontal, focal);
  const fit = await measureWarps(runtime, set, geometry, focal);
  const yaws = Array.from(geometry.yaws, (yaw) => wrapAngle(yaw - frontal.yaw));
  const views = order.map(
    (picture, k): CharacterView => ({
      yaw: yaws[k]!,
      pitch: 0,
      image: cutouts[picture]!,
      depth: raiseDepth({ width: set.side, height: set.side, data: geometry.depths[k]! }, cutouts[picture]!),
    }),
  );
  const bytes = await writeCharacter(
    images,
    {
      views,
      ...standingFrame(views[0]!.image),
      calibrated: true,
      focal,
      provenance: {
        generator: `turnaround ${VERSION}`,
        model: options.name,
        modelHash: hash,
        seed: 0,
        truncation: 1,
        licence: options.licence,
        source: `${pictures.length} pictures`,
      },
    },
    {
      texture: options.format,
      triangles: options.triangles,
      geometry: options.geometry,
      attribution: options.attribution,
    },
  );
  const total = geometry.yaws.at(-1)! - geometry.yaws[0]!;
  const character: BuiltCharacter = {
    file: `${options.name}.glb`,
    sha256: files.sha256(bytes),
    bytes: bytes.byteLength,
    key,
    views: order.map((picture, k) => ({
      picture: pictures[picture]!.name,
      yawDegrees: degrees(yaws[k]!),
    })),
    turns: total > 0 ? 'right' : 'left',
    totalDegrees: Math.abs(degrees(total)),
    degreesFrom: options.degrees === null ? 'pictures' : 'person',
    frontalFrom: frontal.from,
    matte,
    from: start?.model ?? null,
    warpError: fit.warped,
    unwarpedError: fit.unwarped,
  };
  await files.write(path('.glb'), bytes);
  await files.write(path('.png'), await images.encodePng(characterSheet(views, geometry.depths, set, focal)));
  await files.write(path('.json'), `${JSON.stringify(character, null, 1)}\n`);
  await files.remove(path('.training.safetensors'));
  return { made: true, character };
}

/** Depth is learned at no larger side than the pictures have, and at a multiple of 16. */
const workSide = (asked: number, size: number): number => Math.min(asked, Math.floor(size / 16) * 16);
