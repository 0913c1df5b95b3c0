/** What stands on the stage. */
export type Overlay = 'character' | 'depth' | 'matte' | 'views' | 'error' | 'refined';

export const OVERLAYS: readonly (readonly [Overlay, string])[] = [
  ['character', 'Character'],
  ['depth', 'Depth'],
  ['matte', 'Matte'],
  ['views', 'Views'],
  ['error', 'Warp error'],
  ['refined', 'Refined'],
];
