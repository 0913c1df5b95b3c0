/** The refiner's bench: a refined sweep among the unrefined one, controls and ceiling, as tables and as one JSON object. */
import { type BarsMet, barsMet, type RefinerBar } from './refiner-bars.ts';
import {
  CONTROLS,
  type Drawer,
  figuresByReach,
  type Judging,
  judgeRefiner,
  judgeUnrefined,
  type RefinerComparison,
  remembered,
} from './refiner-bench.ts';
import { type RefinerGains, refinerGains, type SweepFigures } from './refiner-figures.ts';
import { REACHES, type Reach, sweepYaws } from './refiner-sweep.ts';
import { type GainsRow, gainsTable, ownTable } from './refiner-table.ts';
import type { SweepSource } from './sweeps.ts';
import { judgeTrueSweeps } from './true-sweeps.ts';

export interface RefinerBench {
  /** The model's. */
  readonly name: string;
  readonly unrefined: Drawer;
  /** Null: the model has no refiner, and its row and figures stay empty. */
  readonly refined: Drawer | null;
  readonly seeds: readonly number[];
  readonly bars: readonly RefinerBar[];
  readonly judging: Judging;
  /** True people, at the judge's size. */
  readonly sweeps: SweepSource;
  /** refiner.onnx over synthesis, of a batch. */
  readonly refineTime: { readonly share: number; readonly ms: readonly [number, number] } | null;
  readonly onProgress?: (text: string) => void;
}

type Row = Readonly<Record<Reach, RefinerComparison>>;

/** Runs the bench; each sweep is drawn once. */
export async function benchRefiner({
  name,
  unrefined: draw,
  refined: drawRefined,
  seeds,
  bars,
  judging,
  sweeps,
  refineTime,
  onProgress = () => {},
}: RefinerBench): Promise<{ tables: string; json: Record<string, unknown> & { bench: string } }> {
  onProgress('true people');
  const people = await judgeTrueSweeps(sweeps, judging);
  const ceiling = await figuresByReach(people.sweeps, judging);
  onProgress(`${seeds.length} subjects unrefined`);
  const plain = remembered(draw, sweepYaws(REACHES[1]));
  const unrefined = await judgeUnrefined(plain, seeds, judging);
  const compare = (refined: Drawer): Promise<Row> => judgeRefiner({ unrefined, refined, judging });
  onProgress(drawRefined ? 'refined' : 'no refiner: controls only');
  const refined = drawRefined ? await compare(drawRefined) : null;
  onProgress('control: 3×3 mean');
  const blurred = await compare(CONTROLS.blurred(plain));
  onProgress('control: turned .8 as far');
  const turnedLess = await compare(CONTROLS.turnedLess(plain));

  const rows = [
    ...(refined ? [[name, refined] as const] : []),
    ['3×3 mean', blurred],
    ['turned .8', turnedLess],
  ] as const;
  const ceilingGains = (reach: Reach): RefinerGains =>
    refinerGains(ceiling[reach], unrefined.figures[reach], unrefined.figures[reach].slope);
  const tablesOf = (reach: Reach): string[] => [
    ownTable(`±${reach}°`, [
      { name: 'true people', figures: ceiling[reach] },
      { name: 'unrefined', figures: unrefined.figures[reach] },
      ...rows.flatMap(([row, compared]) => [
        { name: row, figures: compared[reach].own },
        { name: '  unrefined, as far', figures: compared[reach].equal },
      ]),
    ]),
    gainsTable(
      `±${reach}°, gains`,
      [
        ...rows.map(([row, compared]) => ({ name: row, gains: timed(row, compared[reach].gains) })),
        { name: 'true people', gains: { ...ceilingGains(reach), refineShare: null } },
      ],
      reach === REACHES[0] ? bars : [],
    ),
  ];
  const timed = (row: string, gains: RefinerGains): GainsRow => ({
    ...gains,
    refineShare: row === name ? (refineTime?.share ?? null) : null,
  });
  const { yawDeg, pitchDeg, depthPearson, identityAuc } = people.accuracy;
  const accuracyLine =
    `judge on ${people.sweeps.length} true sweeps: yaw ${yawDeg.toFixed(2)}°, pitch ${pitchDeg.toFixed(2)}° (median errors), ` +
    `depth r ${depthPearson.toFixed(3)}, identity AUC at 15, 30, 45° ${identityAuc.map((auc) => auc.toFixed(3)).join(' ')}`;
  const atReach = (compared: Row, reach: Reach) => ({
    ...compared[reach].gains,
    ...details(compared[reach]),
  });
  const [main, wide] = REACHES;
  const share = refineTime?.share ?? null;
  const met: BarsMet | null = refined
    ? barsMet({ ...refined[main].gains, refineShare: share ?? Number.NaN }, bars)
    : null;
  return {
    tables: [accuracyLine, ...REACHES.flatMap(tablesOf)].join('\n\n'),
    json: {
      bench: 'refiner',
      model: name,
      ...(refined ? refined[main].gains : noGains(blurred[main].gains)),
      refineShare: share,
      refineMs: refineTime?.ms ?? null,
      met,
      seeds: seeds.length,
      firstSeed: seeds[0],
      at45: refined ? details(refined[main]) : null,
      at60: refined ? atReach(refined, wide) : null,
      unrefined: at(unrefined.figures),
      controls: {
        blurred: { at45: atReach(blurred, main), at60: atReach(blurred, wide) },
        turnedLess: { at45: atReach(turnedLess, main), at60: atReach(turnedLess, wide) },
      },
      ceiling: { ...at(ceiling), gains: { at45: ceilingGains(main), at60: ceilingGains(wide) } },
      judge: people.accuracy,
    },
  };
}

const at = (figures: Readonly<Record<Reach, SweepFigures>>) => ({ at45: figures[45], at60: figures[60] });

const details = ({ own, equal, factor, intervals }: RefinerComparison) => ({ own, equal, factor, intervals });

/** The keys of the gains with nothing in them. */
const noGains = (gains: RefinerGains): Record<string, null> =>
  Object.fromEntries(Object.keys(gains).map((key) => [key, null]));
