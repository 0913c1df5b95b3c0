import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  distanceMetrics,
  sweepMetrics,
  zoneMetrics,
} from '../../../generator/src/evaluation/report/index.ts';
import {
  CLAIMS,
  compareFigures,
  judge,
  type Reproduction,
  reproductionPage,
  TABLE_1,
  TABLE_2,
  TABLE_3,
  TABLE_4,
  TABLE_5,
  type Verdict,
  type WayId,
  type WayResult,
} from '../../../generator/src/evaluation/reproduce/index.ts';
import { hasShared, SHARED, sharedReason } from '../../shared.ts';

const READERS = {
  yaw: 'facemesh',
  distribution: 'faceres',
  frechet: 'FD-faceres',
  kernel: 'KID-faceres',
  identity: 'faceres identity',
  identityNet: 'faceres',
  reach: 50,
};

const figure = (value: number, half = 0.01) => ({ value, low: value - half, high: value + half, count: 9 });

/** A way whose figures are all the same in every zone. */
const way = (
  id: WayId,
  [frechet, kernel, identity, ssim, yawReached]: readonly [number, number, number, number, number],
): WayResult => {
  const figures = {
    frechet: { value: frechet, low: null, high: null, count: 9 },
    kernel: figure(kernel),
    identity: figure(identity),
    ssim: figure(ssim),
  };
  return {
    id,
    zones: { '±20°': figures, '±40°': figures, full: figures },
    sweep: { yawReached: figure(yawReached) },
    trainingHours: id === 'ganspace' ? null : 0.25,
  };
};

/** The paper's way likens its views to their source by not turning; turnaround's is better and turns. */
const FOUND: Reproduction = {
  format: 1,
  model: { name: 'a <model>', resolution: 128, direction: 'pca:1:0-6' },
  steps: null,
  options: { subjects: 9, firstSeed: 1, truncation: 0.8, degrees: [-40, 0, 40] },
  readers: READERS,
  real: { folder: 'real', pictures: 100 },
  matched: 50,
  metrics: {
    distance: distanceMetrics(READERS),
    zone: zoneMetrics(READERS),
    sweep: sweepMetrics(READERS, READERS.reach),
  },
  missing: [],
  ways: [
    way('ganspace', [2, 2, 0.7, 0.5, 1]),
    way('paper', [3, 2.5, 0.9, 0.7, 0.5]),
    way('turnaround', [1, 1.5, 0.8, 0.505, 0.98]),
    way('without-latent', [3.5, 2.9, 0.8, 0.6, 0.7]),
    way('without-warp', [3.5, 2.9, 0.8, 0.6, 0.7]),
  ],
};

const verdictsOf = (says: string): Partial<Record<WayId, Verdict>> => {
  const claim = CLAIMS.find((candidate) => candidate.says.includes(says))!;
  return Object.fromEntries(judge(claim, FOUND).map(({ way: id, verdict }) => [id, verdict]));
};

describe('published tables', () => {
  test.runIf(hasShared)(`are the paper's, figure by figure${sharedReason}`, () => {
    const text = readFileSync(join(SHARED, 'paper.txt'), 'utf8');
    const section = (from: string, to: string): string => text.slice(text.indexOf(from)).split(to)[0]!;
    /** Every decimal number and every d × 10⁻ⁿ of a stretch, the latter in 10⁻². */
    const numbers = (stretch: string): number[] =>
      stretch
        .replaceAll(/[−–]/g, '-')
        .replaceAll('⁻²', '^{-2}')
        .split('\n')
        .filter((line) => /^(GANspace|DragGAN|GMPI|Ray Cond|EpiGRAF|SyncDreamer|Ours|w\/o|Full)/.test(line))
        .flatMap((line) =>
          [
            ...line
              .replace(/hours?|days?/g, '')
              .matchAll(/(\d+\.\d+)(?:\s*(?:×|\\times)\s*10\s*\^\{-(\d)\})?/g),
          ].map(([, value, power]) =>
            Number((Number(value) * (power ? 10 ** (2 - Number(power)) : 1)).toFixed(4)),
          ),
        );
    const scores = (table: typeof TABLE_1) =>
      table.flatMap(({ scores: { frechet, kernel, identity, ssim }, trainingTime }) => [
        frechet,
        kernel,
        identity,
        ssim,
        ...(trainingTime?.startsWith('0.5') ? [0.5] : []),
      ]);
    const zones = (table: typeof TABLE_3) => table.flatMap((row) => row.zones.flat());
    expect(scores(TABLE_1)).toEqual(numbers(section('\nFFHQ\tFID', 'Table 2:')));
    expect(scores(TABLE_2)).toEqual(numbers(section('\nSDIP Elephants\tFID', 'time of all')));
    expect(zones(TABLE_3)).toEqual(numbers(section('\nFID/KID\t', 'Table 4:')));
    expect(zones(TABLE_4)).toEqual(numbers(section('\nMethod\t-20', '4.3 OTHER')));
    expect(scores(TABLE_5)).toEqual(numbers(section('\nLoss function\tFID', 'A APPENDIX')));
  });
});

describe('verdicts', () => {
  test('compare by intervals, and by values where there are none', () => {
    expect(compareFigures(figure(2), figure(1), false)).toBe(1);
    expect(compareFigures(figure(2), figure(1), true)).toBe(-1);
    expect(compareFigures(figure(1), figure(2), true)).toBe(1);
    expect(compareFigures(figure(1, 0.6), figure(2, 0.6), true)).toBe(0);
    const bare = (value: number) => ({ value, low: null, high: null, count: 1 });
    expect(compareFigures(bare(1.01), bare(1), false)).toBe(1);
    expect(compareFigures(bare(1), bare(1), false)).toBe(0);
  });

  test('hold, fail, stay undecided or are not measured by their rule', () => {
    expect(verdictsOf('look more real')).toEqual({ paper: 'fails', turnaround: 'holds' });
    // turnaround's SSIM is higher, but not beyond its interval.
    expect(verdictsOf('identity and structure')).toEqual({ paper: 'holds', turnaround: 'undecided' });
    expect(verdictsOf('still turns')).toEqual({ paper: 'fails', turnaround: 'holds' });
    expect(verdictsOf('on par')).toEqual({ paper: 'fails', turnaround: 'holds' });
    expect(verdictsOf('warp loss')).toEqual({ paper: 'holds' });
    expect(verdictsOf('feature loss')).toEqual({ paper: 'not measured' });
  });

  test('name the figures that decided', () => {
    const claim = CLAIMS.find(({ says }) => says.includes('still turns'))!;
    expect(judge(claim, FOUND)[0]!.because).toBe('Yaw reached ÷ asked 0.500, GANSpace alone 1.000');
  });
});

describe('the page', () => {
  const page = reproductionPage(FOUND, { views: [], ablation: [] });

  test('has the paper’s tables, its rows marked as published', () => {
    for (const n of [1, 3, 4, 5]) expect(page).toContain(`id="table-${n}"`);
    const rows = TABLE_1.length + TABLE_3.length + TABLE_4.length + TABLE_5.length;
    expect(page.split('<small>published, FFHQ 512²</small>')).toHaveLength(rows + 1);
    expect(page).toContain('cannot be compared with this page’s in absolute value');
    expect(page).toContain('a &lt;model&gt;');
    expect(page).toContain('<td>15.0 min</td>');
  });

  test('gives each claim a verdict', () => {
    const verdicts = [...page.matchAll(/class="verdict [\w-]+">([\w ]+)</g)].map(([, verdict]) => verdict);
    expect(verdicts).toHaveLength(CLAIMS.reduce((sum, { judged }) => sum + judged.length, 0));
    expect(new Set(verdicts)).toEqual(new Set(['holds', 'fails', 'undecided', 'not measured']));
  });

  test('needs no other file', () => {
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
  });
});
