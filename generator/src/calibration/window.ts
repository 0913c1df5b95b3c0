import type { WindowGrowth } from './config.ts';

/** Width of the stretch that views come from, at a share of the run; null: the whole sweep. */
export function windowAt(window: WindowGrowth | null, progress: number): number | null {
  if (!window) return null;
  return window.from + (window.to - window.from) * Math.min(1, progress / window.over);
}
