import { Option } from 'commander';
import { wholeNumber } from './arguments.ts';

/** `--format`: how a character's colour is stored. */
export const formatOption = (byDefault: 'webp' | 'png'): Option =>
  new Option('--format <format>', 'of the colour atlas').choices(['webp', 'png']).default(byDefault);

/** `--triangles`: of the mesh that other viewers show. */
export const trianglesOption = (byDefault: number): Option =>
  new Option(
    '--triangles <count>',
    'most of the mesh that other viewers show: 2000 weigh some 40 KB, 8000 140, 20000 340',
  )
    .argParser(wholeNumber('--triangles', 100, 200_000))
    .default(byDefault);

/** `--geometry`: how that mesh is stored. */
export const geometryOption = (byDefault: 'plain' | 'meshopt'): Option =>
  new Option(
    '--geometry <coding>',
    'of that mesh: meshopt takes some 15 % off a file, which only readers with its decoder then open',
  )
    .choices(['plain', 'meshopt'])
    .default(byDefault);
