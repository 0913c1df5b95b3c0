import { readFileSync } from 'node:fs';
import type { Picture } from '../../../generator/src/evaluation/index.ts';
import { golden } from '../../shared.ts';

/** What `test/golden/evaluation/make.py` wrote. */
export interface Reference {
  readonly lists: readonly {
    readonly a: number[];
    readonly b: number[];
    readonly ranks: number[];
    readonly pearson: number;
    readonly spearman: number;
    readonly mean: number;
    readonly median: number;
    readonly cosine: number;
    readonly scale: number;
    readonly percentiles: Readonly<Record<string, number>>;
    readonly line: { readonly scale: number; readonly offset: number; readonly rms: number };
  }[];
  readonly pictures: readonly {
    readonly channels: number;
    readonly height: number;
    readonly width: number;
    readonly a: number[];
    readonly b: number[];
    readonly mask: number[];
    readonly psnr: number;
    readonly psnrMasked: number;
    readonly ssim: number;
    readonly ssimMasked: number;
    readonly ssimMap: number[];
  }[];
  readonly uniforms: readonly { readonly seed: number; readonly first: number[]; readonly mean: number }[];
  readonly bootstrap: {
    readonly values: number[];
    readonly seed: number;
    readonly resamples: number;
    readonly level: number;
    readonly rows: readonly {
      readonly statistic: 'mean' | 'median';
      readonly same: [number, number];
      readonly scipy: [number, number];
    }[];
  };
}

export const reference: Reference = JSON.parse(readFileSync(golden('evaluation', 'evaluation.json'), 'utf8'));

export const picture = (width: number, height: number, data: readonly number[]): Picture => ({
  width,
  height,
  data: Float32Array.from(data),
});
