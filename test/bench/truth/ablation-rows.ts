/** The refiner with one part changed, and the paper's own with one term of its loss left out (its table 5). */
import {
  type AgreementRefinerConfig,
  DDIM_DEFAULTS,
  DRIFTING_CONFIG,
  PAPER_CONFIG,
  PAPER_MEAN_CONFIG,
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

/** Whether a row learns through nets with free motions, which a calibrated model has not. */
export const isPaper = ({ config }: Pick<AblationRow, 'config'>): boolean => 'pairs' in config;

const weights = REFINER_CONFIG.loss;
type Agreement = typeof weights;
const row = (name: string, change: Partial<AgreementRefinerConfig> = {}, polish = 0): AblationRow => ({
  name,
  config: { ...REFINER_CONFIG, ...change },
  polish,
});
const without = (name: string, change: Partial<Agreement>): AblationRow =>
  row(name, { loss: { ...weights, ...change } });
const diffusion = (steps: number): AblationRow =>
  row(`diffusion-${steps}`, { sampler: { ...DDIM_DEFAULTS, steps } });

// With means, so that no term outweighs the one that is left out by having more numbers.
const paperWithout = (loss: 'warp' | 'latent' | 'feature'): AblationRow => ({
  name: `paper-no-${loss}`,
  config: { ...PAPER_MEAN_CONFIG, loss: { ...PAPER_MEAN_CONFIG.loss, [loss]: 0 } },
  polish: 0,
});

export const ABLATION_ROWS: readonly AblationRow[] = [
  row('full'),
  { name: 'recipe', config: DRIFTING_CONFIG, polish: 0 },
  without('no-warp', { front: 0, back: 0, neighbours: 0 }),
  without('no-neighbours', { neighbours: 0 }),
  without('no-latent', { latent: 0 }),
  without('no-pose', { pose: 0 }),
  row('untempered', { tempered: { ...REFINER_CONFIG.tempered, share: 0 } }),
  row('frontal-source', { sourceReach: 0 }),
  row('layers-0-4', { layers: { from: 0, to: 4 } }),
  row('curve', { net: { ...REFINER_CONFIG.net, body: 'none' } }),
  row('network', { net: { ...REFINER_CONFIG.net, curve: false } }),
  row('mlp', { net: refinerDefaults('mlp') }),
  row('all-layers', { layers: null }),
  diffusion(1),
  diffusion(4),
  row('polish-5', {}, 5),
  row('polish-15', {}, 15),
  { name: 'paper', config: PAPER_CONFIG, polish: 0 },
  { name: 'paper-mean', config: PAPER_MEAN_CONFIG, polish: 0 },
  paperWithout('warp'),
  paperWithout('latent'),
  paperWithout('feature'),
];
