import type { Provenance } from '@turnaround/plugin/asset';
import type { DepthMap } from './depth/index.ts';
import { CharacterError } from './errors.ts';
import type { RgbaImage } from './image.ts';

/** One view of a character, cut out. */
export interface CharacterView {
  /** Radians; positive turns the subject's face towards +X, the viewer's right. */
  readonly yaw: number;
  /** Radians; positive raises the camera. */
  readonly pitch: number;
  /** Straight alpha; all views have one size. */
  readonly image: RgbaImage;
  /** Of the image's size; read where alpha is at least ½. All views of a character have one, or none has. */
  readonly depth?: DepthMap;
}

/** What a character's file is made from. */
export interface CharacterViews {
  /** In any order. */
  readonly views: readonly CharacterView[];
  /** Width and height of a view's frame at the pivot, metres. */
  readonly frame: readonly [number, number];
  /** Point about which the views orbit, metres, in the node's space. */
  readonly pivot: readonly [number, number, number];
  /** False: the yaws are estimates. */
  readonly calibrated: boolean;
  /** Focal length in half-widths of a view; needed where views have depth. */
  readonly focal?: number;
  readonly provenance: Provenance;
}

/** Metres; a frame that holds a head and its shoulders at life size. */
export const FRAME_HEIGHT = 0.3;

/**
 * Frame and pivot of a character that stands on its node's origin: the frame's lower edge at y = 0, the pivot in its
 * middle, so that a character put on the ground stands there.
 * @param height  metres
 */
export function standingFrame(
  image: { readonly width: number; readonly height: number },
  height: number = FRAME_HEIGHT,
): Pick<CharacterViews, 'frame' | 'pivot'> {
  return { frame: [(height * image.width) / image.height, height], pivot: [0, height / 2, 0] };
}

/** In the order that files keep: by pitch, then yaw. */
export function sortViews(views: readonly CharacterView[]): CharacterView[] {
  return [...views].sort((a, b) => a.pitch - b.pitch || a.yaw - b.yaw);
}

/** Index of the view that is nearest to the frontal one. */
export function middleView(views: readonly CharacterView[]): number {
  if (views.length === 0)
    throw new CharacterError('views', 'character: expected at least one view, got none');
  const turn = ({ yaw, pitch }: CharacterView): number => Math.hypot(yaw, pitch);
  return views.reduce((best, view, k) => (turn(view) < turn(views[best]!) ? k : best), 0);
}
