import { degrees } from '@turnaround/plugin/asset';
import { packAtlas, type RgbaImage } from '../../impostor/index.ts';
import type { Platform } from '../platform.ts';
import { turnFrames } from './turn-frames.ts';
import type { ReconstructionViews } from './views.ts';

export interface SpriteOptions {
  /** Evenly spaced pictures between the outermost views; null: the views as they are. */
  readonly frames: number | null;
  /** Pixels of a side. */
  readonly size: number;
}

/**
 * Writes `sprites.png`, a subject's pictures side by side, and `sprites.json`, where each of them lies: the hash form of
 * TexturePacker, which Phaser, PixiJS, Godot's and Unity's importers read. Each picture also has its `yaw` in degrees, and
 * `meta.yaws` lists them in order, so that an engine without a plugin can take the nearest.
 * @returns yaw of the pictures, radians
 */
export async function writeSprites(
  { files, images }: Pick<Platform, 'files' | 'images'>,
  out: string,
  views: ReconstructionViews,
  { frames, size }: SpriteOptions,
): Promise<number[]> {
  const yaws = spriteYaws(views, frames);
  const pictures: RgbaImage[] = [...turnFrames(views, yaws, size)];
  const { image, rectangles } = packAtlas(pictures);
  const wide = String(yaws.length - 1).length;
  const name = (k: number): string => `${String(k).padStart(wide, '0')}.png`;
  const inDegrees = yaws.map((yaw) => Number(degrees(yaw).toFixed(3)));
  const sheet = {
    frames: Object.fromEntries(
      rectangles.map(([x, y, w, h], k) => [
        name(k),
        {
          frame: { x, y, w, h },
          rotated: false,
          trimmed: false,
          spriteSourceSize: { x: 0, y: 0, w, h },
          sourceSize: { w, h },
          pivot: { x: 0.5, y: 1 },
          yaw: inDegrees[k]!,
        },
      ]),
    ),
    meta: {
      app: 'turnaround',
      image: 'sprites.png',
      format: 'RGBA8888',
      size: { w: image.width, h: image.height },
      scale: '1',
      subject: views.subject,
      yaws: inDegrees,
    },
  };
  await files.write(`${out}/sprites.png`, await images.encodePng(image));
  await files.write(`${out}/sprites.json`, `${JSON.stringify(sheet, null, 1)}\n`);
  return yaws;
}

function spriteYaws({ views }: ReconstructionViews, frames: number | null): number[] {
  if (frames === null) return views.map(({ yaw }) => yaw);
  const [first, last] = [views[0]!.yaw, views.at(-1)!.yaw];
  if (frames === 1) return [(first + last) / 2];
  return Array.from({ length: frames }, (_, k) => first + ((last - first) * k) / (frames - 1));
}
