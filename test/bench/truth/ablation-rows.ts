/** The refiner with one part changed. The paper's own losses want the paper's own nets: `turnaround reproduce` drops those. */
import {
  type AgreementRefinerConfig,
  DDIM_DEFAULTS,
  REFINER_CONFIG,
  refinerDefaults,
} from '../../../generator/src/refiner/index.ts';

export interface AblationRow {
  readonly name: string;
  readonly config: AgreementRefinerConfig;
  /** Steps of optimisation per subject on top. */
  readonly polish: number;
}

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

export const ABLATION_ROWS: readonly AblationRow[] = [
  row('full'),
  without('no-warp', { front: 0, back: 0, neighbours: 0 }),
  without('no-neighbours', { neighbours: 0 }),
  without('no-latent', { latent: 0 }),
  without('no-pose', { pose: 0 }),
  without('light-counts', { flatten: 0 }),
  without('latent-alike', { latentTurn: 1e6 }),
  row('layers-0-4', { layers: { from: 0, to: 4 } }),
  row('curve', { net: { ...REFINER_CONFIG.net, body: 'none' } }),
  row('network', { net: { ...REFINER_CONFIG.net, curve: false } }),
  row('mlp', { net: refinerDefaults('mlp') }),
  row('all-layers', { layers: null }),
  diffusion(1),
  diffusion(4),
  row('polish-5', {}, 5),
  row('polish-15', {}, 15),
];
