import { boxBlur } from '../../evaluation/index.ts';
import type { MethodId } from '../../evaluation/report/index.ts';
import type { RgbImage } from '../../impostor/index.ts';

/** Draws one subject from several yaws. @param yaws degrees */
export type SweepDrawer = (seed: number, yaws: readonly number[]) => Promise<RgbImage[]>;

/** One way to draw subjects from all sides. */
export interface Method {
  readonly id: MethodId;
  readonly label: string;
  readonly draw: SweepDrawer;
  /** Draws what the views are compared with. */
  readonly source: (seed: number) => Promise<RgbImage>;
}

/** How far the control that turns less turns, of what is asked. */
export const LESS_TURN = 0.8;

const frontal = (draw: SweepDrawer) => async (seed: number) => (await draw(seed, [0]))[0]!;

const turnedBy = (draw: SweepDrawer, share: number): SweepDrawer => {
  return (seed, yaws) =>
    draw(
      seed,
      yaws.map((yaw) => share * yaw),
    );
};

/**
 * The ways that a model's views are judged by: the unrefined sweep, the refined one where there is one, and two controls that
 * cheat. Each is compared with its own frontal view, which a refiner mends too.
 * @param refined null where the model has no refiner
 */
export function methodsOf(unrefined: SweepDrawer, refined: SweepDrawer | null): Method[] {
  const source = frontal(unrefined);
  const blurred: SweepDrawer = async (seed, yaws) => (await unrefined(seed, yaws)).map(boxBlur);
  return [
    ...(refined
      ? [{ id: 'refined' as const, label: 'refined', draw: refined, source: frontal(refined) }]
      : []),
    { id: 'unrefined', label: 'unrefined', draw: unrefined, source },
    { id: 'blur', label: 'control: 3×3 blur', draw: blurred, source: frontal(blurred) },
    {
      id: 'less-turn',
      label: `control: turned ${String(LESS_TURN).replace('0.', '.')} as far`,
      draw: turnedBy(unrefined, LESS_TURN),
      source,
    },
  ];
}

/** The unrefined sweep, turned as far as another one turns. @param turn of what is asked */
export const equalTurn = (unrefined: SweepDrawer, turn: number): Method => ({
  id: 'equal-turn',
  label: `unrefined at equal turn (× ${turn.toFixed(2)})`,
  draw: turnedBy(unrefined, turn),
  source: frontal(unrefined),
});
