/** The refiner with one part changed (the paper's table 5 and more). */
import {
  DDIM_DEFAULTS,
  REFINER_CONFIG,
  type RefinerConfig,
  refinerDefaults,
} from '../../../generator/src/refiner/index.ts';

export interface AblationRow {
  readonly name: string;
  readonly config: RefinerConfig;
  /** Steps of optimisation per subject on top. */
  readonly polish: number;
}

type Agreement = Extract<RefinerConfig['loss'], { kind: 'agreement' }>;

const weights = REFINER_CONFIG.loss as Agreement;
const row = (name: string, change: Partial<RefinerConfig> = {}, polish = 0): AblationRow => ({
  name,
  config: { ...REFINER_CONFIG, ...change },
  polish,
});
const without = (name: string, change: Partial<Agreement>): AblationRow =>
  row(name, { loss: { ...weights, ...change } });
const diffusion = (steps: number): AblationRow =>
  row(`diffusion-${steps}`, { sampler: { ...DDIM_DEFAULTS, steps } });

const paper = (
  change: Partial<Extract<RefinerConfig['loss'], { kind: 'paper' }>>,
): Partial<RefinerConfig> => ({
  layers: null,
  net: { ...REFINER_CONFIG.net, curve: false },
  loss: { kind: 'paper', warp: 1, latent: 1, feature: 1, reduction: 'mean', ...change },
});

export const ABLATION_ROWS: readonly AblationRow[] = [
  row('full'),
  without('no-warp', { front: 0, back: 0, neighbours: 0 }),
  without('no-neighbours', { neighbours: 0 }),
  without('no-latent', { latent: 0 }),
  without('no-pose', { pose: 0 }),
  row('curve', { net: { ...REFINER_CONFIG.net, body: 'none' } }),
  row('network', { net: { ...REFINER_CONFIG.net, curve: false } }),
  row('mlp', { net: refinerDefaults('mlp') }),
  row('all-layers', { layers: null }),
  diffusion(1),
  diffusion(4),
  row('polish-5', {}, 5),
  row('polish-15', {}, 15),
  row('paper-losses', paper({})),
  row('paper-no-latent', paper({ latent: 0 })),
  row('paper-no-feature', paper({ feature: 0 })),
  row('paper-no-warp', paper({ warp: 0 })),
];
