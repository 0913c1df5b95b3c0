import type { MethodId } from '../report.ts';

/** Colours of the ways to draw, the same in tables and plots; told apart by people who see no red or no green. */
export const METHOD_COLOURS: Readonly<Record<MethodId, string>> = {
  refined: '#d1495b',
  unrefined: '#2e4057',
  'equal-turn': '#5b8db8',
  blur: '#c99700',
  'less-turn': '#7a9e7e',
};

/** Controls cheat: dashed in plots, grey in tables. */
export const isControl = (id: MethodId): boolean => id === 'blur' || id === 'less-turn';
