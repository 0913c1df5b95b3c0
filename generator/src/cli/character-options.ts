import { Option } from 'commander';
import { NOISE_MODES } from '../pipeline/turning-noise.ts';
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

/** `--noise`: what becomes of StyleGAN2's noise as a subject turns. */
export const noiseOption = (): Option =>
  new Option(
    '--noise <how>',
    'what StyleGAN2 adds at random, strands of hair above all: stays where it is in the picture, turns with the head ' +
      '(every view is drawn twice), or is left out',
  )
    .choices(NOISE_MODES)
    .default('constant');

/** `--geometry`: how that mesh is stored. */
export const geometryOption = (byDefault: 'plain' | 'meshopt'): Option =>
  new Option(
    '--geometry <coding>',
    'of that mesh: meshopt takes some 15 % off a file, which only readers with its decoder then open',
  )
    .choices(['plain', 'meshopt'])
    .default(byDefault);
