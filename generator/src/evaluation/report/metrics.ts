import { fitLine, fitScale } from '../fit.ts';
import { mean } from '../statistics.ts';
import type { SubjectMeasures, ViewMeasures } from './measures.ts';
import type { ReaderNames } from './report.ts';

/** Which way a figure gets better; `one`: the nearer to 1. */
export type Better = 'higher' | 'lower' | 'one' | 'neither';

/** How a figure is written and what it says. */
export interface Metric {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly better: Better;
  /** Digits after the point. */
  readonly digits: number;
  /** One sentence for people. */
  readonly says: string;
}

/** A metric with one value a subject; null where it cannot be had. */
export interface SubjectMetric extends Metric {
  of(subject: SubjectMeasures, within: (view: ViewMeasures) => boolean): number | null;
}

/** Mean of what there is. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  return known.length > 0 ? mean(known) : null;
}

/** Views but the source itself, which is its own likeness. */
const turned = (views: readonly ViewMeasures[], within: (view: ViewMeasures) => boolean) =>
  views.filter((view) => Math.abs(view.asked) > 0.5 && within(view));

/** Slope of one reading over asked yaw; it needs three views within reach. */
function slope(
  views: readonly ViewMeasures[],
  reach: number,
  reading: (view: ViewMeasures) => number | null,
) {
  const known = views.filter((view) => Math.abs(view.asked) <= reach && reading(view) !== null);
  if (known.length < 3) return null;
  return fitLine(
    known.map(({ asked }) => asked),
    known.map((view) => reading(view)!),
  ).scale;
}

/** Yaw of a view as well as it is known. */
export const yawOf = ({ read, own, asked }: ViewMeasures): number => read ?? own ?? asked;

/** Metrics of tables 3 and 4: sorted into zones of pose. */
export function zoneMetrics(names: ReaderNames): readonly SubjectMetric[] {
  return [
    {
      id: 'identity',
      label: names.identity,
      unit: 'cosine',
      better: 'higher',
      digits: 3,
      says:
        'Cosine of identity features between a view and its source view. Beyond 30° such networks see pose as much as ' +
        'identity, so it stands between a ceiling (true pictures of one person) and a floor (different subjects).',
      of: ({ views }, within) => meanOf(turned(views, within).map(({ identity }) => identity)),
    },
    {
      id: 'ssim',
      label: 'SSIM',
      unit: '',
      better: 'higher',
      digits: 3,
      says:
        'Structural similarity (Wang et al. 2004) of whole pictures, view against source. It rewards blur and not turning: ' +
        'read it beside the yaw that was reached and the two controls.',
      of: ({ views }, within) => meanOf(turned(views, within).map(({ ssim }) => ssim)),
    },
    {
      id: 'ssimMasked',
      label: 'SSIM, subject only',
      unit: '',
      better: 'higher',
      digits: 3,
      says: 'The same where either picture shows the subject; an empty backdrop agrees for nothing.',
      of: ({ views }, within) => meanOf(turned(views, within).map(({ ssimMasked }) => ssimMasked)),
    },
  ];
}

/** Metrics that the paper leaves out, over the whole sweep. @param reach degrees that the yaw reader can be trusted to */
export function sweepMetrics(names: ReaderNames, reach: number): readonly SubjectMetric[] {
  return [
    {
      id: 'yawReached',
      label: 'Yaw reached ÷ asked',
      unit: '',
      better: 'one',
      digits: 3,
      says: `Slope of the yaw that ${names.yaw ?? 'a reader'} sees over the yaw asked for, within ±${reach}°. Below 1 the subject turns back; every likeness to the source then flatters.`,
      of: ({ views }) => slope(views, reach, ({ read }) => read),
    },
    {
      id: 'yawOwn',
      label: 'Own yaw ÷ asked',
      unit: '',
      better: 'one',
      digits: 3,
      says: 'The same as the model’s own pose net sees it.',
      of: ({ views }) => slope(views, Number.POSITIVE_INFINITY, ({ own }) => own),
    },
    {
      id: 'warpedPsnr',
      label: 'Warped PSNR',
      unit: 'dB',
      better: 'higher',
      digits: 2,
      says:
        'A view warped to the next one by the model’s own depth and yaw, against that view, where both show the subject: ' +
        'how well the views belong to one solid head.',
      of: ({ pairs }) => meanOf(pairs.map(({ warpedPsnr }) => warpedPsnr)),
    },
    {
      id: 'unwarpedPsnr',
      label: 'without the warp',
      unit: 'dB',
      better: 'neither',
      digits: 2,
      says: 'The same pixels of the same two views, not warped: what the warp has to beat.',
      of: ({ pairs }) => meanOf(pairs.map(({ unwarpedPsnr }) => unwarpedPsnr)),
    },
    {
      id: 'warpedSsim',
      label: 'Warped SSIM',
      unit: '',
      better: 'higher',
      digits: 3,
      says: 'Structural similarity of the warped view and the view itself, on the same pixels.',
      of: ({ pairs }) => meanOf(pairs.map(({ warpedSsim }) => warpedSsim)),
    },
    {
      id: 'roundTrip',
      label: 'Forward–backward error',
      unit: '% of width',
      better: 'lower',
      digits: 3,
      says:
        'A pixel is taken to the next view by one depth map and back by the other’s; this is how far it misses itself. ' +
        'It judges the two depth maps, not the colours.',
      of: ({ pairs }) => meanOf(pairs.map(({ roundTrip }) => roundTrip)),
    },
    {
      id: 'identityDrift',
      label: 'Identity drift per 10°',
      unit: '×10⁻³',
      better: 'lower',
      digits: 1,
      says: 'How much 1 − cosine to the source grows for every 10° that were really turned.',
      of: ({ views }) => {
        const known = turned(views, ({ identity }) => identity !== null);
        if (known.length === 0) return null;
        const yaws = known.map((view) => Math.abs(yawOf(view)));
        return (
          1e4 *
          fitScale(
            yaws,
            known.map(({ identity }) => 1 - identity!),
          )
        );
      },
    },
    {
      id: 'identityJump',
      label: 'Largest identity step',
      unit: '1 − cosine',
      better: 'lower',
      digits: 3,
      says:
        'The largest change of identity between two neighbouring views, mean over subjects: jumps, such as a change of hair ' +
        'style, are what a person sees first.',
      of: ({ views }) => {
        const steps = views.map(({ step }) => step).filter((step) => step !== null);
        return steps.length > 0 ? Math.max(...steps) : null;
      },
    },
    {
      id: 'sharpness',
      label: 'Sharpness',
      unit: '×10⁻³',
      better: 'higher',
      digits: 2,
      says: 'Mean square of what a 3×3 mean takes away inside the subject: views that agree because they are blurred lose it.',
      of: ({ views }) => meanOf(views.map(({ sharpness }) => sharpness)),
    },
  ];
}

/** Distances between distributions. */
export function distanceMetrics(names: ReaderNames): readonly [frechet: Metric, kernel: Metric] {
  return [
    {
      id: 'frechet',
      label: names.frechet,
      unit: '',
      better: 'lower',
      digits: names.frechet === 'FID' ? 2 : 3,
      says:
        'Fréchet distance of the drawn pictures’ features to those of as many real ones of the same yaws. It falls with the ' +
        'number of pictures, so it compares rows of one table alone.',
    },
    {
      id: 'kernel',
      label: names.kernel,
      unit: '×10⁻²',
      better: 'lower',
      digits: 3,
      says:
        'Kernel distance of the same features, free of bias: it does not depend on the number of pictures. Trust it, with its ' +
        'interval, before the other.',
    },
  ];
}
