import {
  cutoutToRgba,
  type DepthMap,
  MatteError,
  type RgbaImage,
  type RgbImage,
} from '../../impostor/index.ts';
import { openPoseNet } from '../calibrate/nets.ts';
import { reduced } from '../evaluate/geometry.ts';
import { type ModelManifest, readModelFile } from '../model-manifest.ts';
import { openMatte } from '../open-matte.ts';
import type { Platform } from '../platform.ts';
import { openDepth } from '../view-depth.ts';
import { openViewSource } from '../view-source.ts';
import { type CharacterPlan, type CharacterRecipe, planCharacters } from './recipe.ts';

/** A character's views as the networks leave them. It can go to another thread as it is. */
export interface DrawnCharacter {
  readonly seed: number;
  /** As the model draws them, backdrop and all. */
  readonly pictures: readonly RgbImage[];
  /** Cut out, where a network does that; null: to be cut from the flat backdrop. */
  readonly cut: readonly RgbaImage[] | null;
  /** Why that network could not cut them; null where it could or none was asked. */
  readonly cutError: string | null;
  /** Depth at the net's own size; null where the model is not calibrated. */
  readonly depth: { readonly focal: number; readonly maps: readonly DepthMap[] } | null;
  /** How far the model's own pose net sees each view turned, true radians; null where nobody asked or it has none. */
  readonly turns: readonly number[] | null;
}

/** All of making characters that runs networks. */
export interface CharacterDrawer {
  readonly plan: CharacterPlan;
  draw(seed: number): Promise<DrawnCharacter>;
  release(): Promise<void>;
}

export interface DrawerOptions {
  /** Whether `turns` are read. */
  readonly readTurns: boolean;
}

/** Opens all networks that a recipe needs. */
export async function openDrawer(
  platform: Platform,
  recipe: CharacterRecipe,
  { readTurns }: DrawerOptions,
): Promise<CharacterDrawer> {
  const plan = await planCharacters(platform, recipe);
  const matte = await openMatte(platform, recipe.matte);
  const opened: { release(): Promise<void> }[] = [];
  const release = async (): Promise<void> => {
    for (const one of opened.splice(0).reverse()) await one.release();
  };
  try {
    const source = await openViewSource(platform, recipe.model, {
      truncation: recipe.truncation,
      refine: recipe.refine,
      noise: recipe.noise,
      edits: recipe.edits,
      polish: recipe.polish > 0 ? { steps: recipe.polish, matte, platform } : null,
    });
    opened.push(source);
    const depth = await openDepth(platform, recipe.model, plan.manifest);
    if (depth) opened.push(depth);
    const turns = readTurns ? await openTurns(platform, recipe.model, plan.manifest) : null;
    if (turns) opened.push(turns);
    const cutByNetwork = async (pictures: readonly RgbImage[]) => {
      if (recipe.matte === null) return { cut: null, cutError: null };
      try {
        return { cut: (await matte.cut(pictures)).map(cutoutToRgba), cutError: null };
      } catch (error) {
        if (!(error instanceof MatteError)) throw error;
        return { cut: null, cutError: error.message };
      }
    };
    return {
      plan,
      async draw(seed) {
        const pictures = await source.views(seed, plan.yaws);
        return {
          seed,
          pictures,
          ...(await cutByNetwork(pictures)),
          depth: depth && { focal: depth.focal, maps: await depth.say(pictures) },
          turns: turns && (await turns.read(pictures)),
        };
      },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

interface TurnReader {
  read(pictures: readonly RgbImage[]): Promise<number[]>;
  release(): Promise<void>;
}

/** The model's own pose net; null where it is not calibrated. */
async function openTurns(
  { files, runtime }: Pick<Platform, 'files' | 'runtime'>,
  folder: string,
  manifest: ModelManifest,
): Promise<TurnReader | null> {
  const { calibrated, calibration } = manifest;
  if (!calibrated || !calibration) return null;
  const { resolution: side, scale, bend } = calibration;
  const net = await openPoseNet(
    runtime,
    await readModelFile(files, folder, manifest, 'pose.onnx'),
    side,
    bend,
  );
  return {
    async read(pictures) {
      const images = new Float32Array(3 * side * side * pictures.length);
      for (const [k, picture] of pictures.entries())
        images.set(reduced(picture, side).data, 3 * side * side * k);
      return Array.from(await net.yaw(images, pictures.length), (yaw) => scale * yaw);
    },
    release: () => net.release(),
  };
}
