import type { Figure } from '../report/index.ts';
import { figureOfWay, metricOf, type Reproduction, WAY_LABELS, type WayId } from './results.ts';

/** `undecided`: the intervals overlap. `not measured`: a figure is missing. */
export type Verdict = 'holds' | 'fails' | 'undecided' | 'not measured';

/** One comparison of two figures that a claim comes down to. */
interface Comparison {
  readonly zone: string;
  readonly metric: string;
  readonly against: WayId;
  /** `better`: than the other; `par`: not worse; `turns`: reaches at least `LEAST_TURN` of the other's yaw. */
  readonly expects: 'better' | 'par' | 'turns';
}

/** A claim of the paper, and what decides it here. */
export interface Claim {
  readonly says: string;
  /** Where the paper says so. */
  readonly where: string;
  /** For people: what decides. */
  readonly rule: string;
  readonly comparisons: readonly Comparison[];
  /** Whose figures are judged: `paper`, and `turnaround` beside it, or `paper` alone. */
  readonly judged: readonly WayId[];
}

/** A way that reaches less than this of what GANSpace reaches has bought its likeness by not turning. */
export const LEAST_TURN = 0.9;

const BOTH: readonly WayId[] = ['paper', 'turnaround'];
const over = (against: WayId, expects: Comparison['expects'], zone: string, ...metrics: string[]) =>
  metrics.map((metric): Comparison => ({ zone, metric, against, expects }));

/**
 * The paper's claims that figures can decide; those over other GANs and methods need those. Of the two distances the kernel's
 * decides: Fréchet's has no interval, and a claim would hang on noise.
 */
export const CLAIMS: readonly Claim[] = [
  {
    says: 'Pictures from all sides look more real than GANSpace’s.',
    where: 'table 1, §4.2',
    rule: 'lower kernel distance over the full range',
    comparisons: over('ganspace', 'better', 'full', 'kernel'),
    judged: BOTH,
  },
  {
    says: 'Views keep the subject’s identity and structure better than GANSpace’s.',
    where: 'table 1, §4.2',
    rule: 'higher identity and SSIM over the full range',
    comparisons: over('ganspace', 'better', 'full', 'identity', 'ssim'),
    judged: BOTH,
  },
  {
    says: 'They do so over a wide range of poses: the subject still turns.',
    where: 'abstract, §5',
    rule: `at least ${LEAST_TURN} of the yaw that GANSpace reaches; the paper does not report it`,
    comparisons: over('ganspace', 'turns', 'sweep', 'yawReached'),
    judged: BOTH,
  },
  {
    says: 'Within ±20° it is on par with GANSpace.',
    where: 'table 3, §4.2',
    rule: 'the kernel distance is not higher beyond its interval',
    comparisons: over('ganspace', 'par', '±20°', 'kernel'),
    judged: BOTH,
  },
  {
    says: 'Within ±40° it surpasses GANSpace.',
    where: 'table 3, §4.2',
    rule: 'lower kernel distance',
    comparisons: over('ganspace', 'better', '±40°', 'kernel'),
    judged: BOTH,
  },
  {
    says: 'Identity and SSIM are higher in every zone of pose.',
    where: 'table 4, §4.2',
    rule: 'higher within ±20°, ±40° and all',
    comparisons: ['±20°', '±40°', 'full'].flatMap((zone) =>
      over('ganspace', 'better', zone, 'identity', 'ssim'),
    ),
    judged: BOTH,
  },
  {
    says: 'The warp loss is what matters most, for quality and for consistency.',
    where: 'table 5, A.1',
    rule: 'lower kernel distance, higher identity and SSIM than without it',
    comparisons: over('without-warp', 'better', 'full', 'kernel', 'identity', 'ssim'),
    judged: ['paper'],
  },
  {
    says: 'The latent loss keeps views like their source.',
    where: 'table 5, A.1',
    rule: 'higher identity and SSIM than without it',
    comparisons: over('without-latent', 'better', 'full', 'identity', 'ssim'),
    judged: ['paper'],
  },
  {
    says: 'The feature loss keeps views like their source.',
    where: 'table 5, A.1',
    rule: 'higher identity and SSIM than without it',
    comparisons: over('without-feature', 'better', 'full', 'identity', 'ssim'),
    judged: ['paper'],
  },
];

/** What became of a claim for one way. */
export interface Judgement {
  readonly way: WayId;
  readonly verdict: Verdict;
  /** The figures that decided, in words. */
  readonly because: string;
}

/** A claim's verdicts from a reproduction's figures: it holds where all of its comparisons hold, and fails where one fails. */
export function judge(claim: Claim, reproduction: Reproduction): Judgement[] {
  return claim.judged.map((way) => {
    const parts = claim.comparisons.map((comparison) => compare(way, comparison, reproduction));
    return {
      way,
      verdict: together(parts.map(({ verdict }) => verdict)),
      because: parts.map(({ because }) => because).join('; '),
    };
  });
}

const together = (verdicts: readonly Verdict[]): Verdict =>
  (['fails', 'not measured', 'undecided'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'holds';

function compare(
  way: WayId,
  { zone, metric: id, against, expects }: Comparison,
  reproduction: Reproduction,
): Omit<Judgement, 'way'> {
  const metric = metricOf(reproduction, id);
  const own = figureOfWay(reproduction, way, zone, id);
  const other = figureOfWay(reproduction, against, zone, id);
  const name = `${metric?.label ?? id}${zone === 'sweep' || zone === 'full' ? '' : ` ${zone}`}`;
  if (!metric || !own || !other) return { verdict: 'not measured', because: `${name}: not measured` };
  const because = `${name} ${own.value.toFixed(metric.digits)}, ${WAY_LABELS[against]} ${other.value.toFixed(metric.digits)}`;
  if (expects === 'turns') {
    const verdict = own.value >= LEAST_TURN * other.value ? 'holds' : 'fails';
    return { verdict, because };
  }
  const order = compareFigures(own, other, metric.better === 'lower');
  if (expects === 'par') return { verdict: order < 0 ? 'fails' : 'holds', because };
  return { verdict: order > 0 ? 'holds' : order < 0 ? 'fails' : 'undecided', because };
}

/** 1: better beyond the intervals; −1: worse beyond them; 0: they overlap. Without intervals the values decide. */
export function compareFigures(own: Figure, other: Figure, lower: boolean): -1 | 0 | 1 {
  const [a, b] = [own, other].map(({ value, low, high }) => ({ low: low ?? value, high: high ?? value }));
  const above = a!.low > b!.high;
  const below = a!.high < b!.low;
  if (!above && !below) return 0;
  return above === lower ? -1 : 1;
}
