import type { LiveManifest } from '@turnaround/plugin/asset';
import type { LiveFace } from '@turnaround/plugin/live';
import { byId, Slider, spellSigned } from '@turnaround/plugin/viewer';

/** Seeds that the slider reaches, the shown one among them. */
const WINDOW = 100;

const SEEDS = 2 ** 32;

/** What a face is before anybody changes it. */
const FIRST = { seed: 4, truncation: 0.8 };

/** A seed that nobody has seen. */
export const randomSeed = (): number => Math.floor(Math.random() * SEEDS);

/** Who is drawn: seed, truncation and the model's own directions, on sliders. */
export class FaceControls {
  private readonly number = byId('seed', HTMLInputElement);
  private readonly seeds: Slider;
  private readonly truncation: Slider;
  private readonly directions: ReadonlyMap<string, Slider>;
  private readonly changed: (face: LiveFace) => void;
  private seed: number;

  /** @param seed null: the usual one @param changed told of every face that is chosen, not of the first */
  constructor(
    { directions }: Pick<LiveManifest, 'directions'>,
    seed: number | null,
    changed: (face: LiveFace) => void,
  ) {
    this.changed = changed;
    this.seed = seed ?? FIRST.seed;
    const tell = (): void => changed(this.face);
    this.seeds = new Slider({
      ...{ id: 'seeds', label: '', minimum: 0, maximum: WINDOW - 1, step: 1 },
      spell: (value) => `${value}`,
      changed: () => this.goTo(this.seeds.value),
    });
    this.truncation = new Slider({
      ...{ id: 'truncation', label: 'Variety (truncation ψ)', minimum: 0, maximum: 1, step: 0.05 },
      spell: (value) => value.toFixed(2),
      changed: tell,
    });
    this.directions = new Map(
      directions.map(({ name }, k) => {
        const label = name.replace(/^./, (first) => first.toUpperCase());
        const ends = { minimum: -3, maximum: 3, step: 0.1 };
        return [name, new Slider({ id: `direction${k}`, label, ...ends, spell: spellSigned, changed: tell })];
      }),
    );
    const all = [this.seeds, this.truncation, ...this.directions.values()];
    byId('sliders', HTMLDivElement).append(...all.map(({ row }) => row));
    this.putBack();
    this.show();
    this.listen();
    byId('fields', HTMLFieldSetElement).disabled = false;
  }

  get face(): LiveFace {
    const edits = Object.fromEntries([...this.directions].map(([name, { value }]) => [name, value]));
    return { seed: this.seed, truncation: this.truncation.value, edits };
  }

  private listen(): void {
    const form = byId('controls', HTMLFormElement);
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', (event) => {
      event.preventDefault();
      this.putBack();
      this.goTo(FIRST.seed);
    });
    this.number.addEventListener('change', () => {
      if (this.number.reportValidity()) this.goTo(this.number.valueAsNumber);
    });
    byId('next', HTMLButtonElement).addEventListener('click', () => this.goTo((this.seed + 1) % SEEDS));
    byId('random', HTMLButtonElement).addEventListener('click', () => this.goTo(randomSeed()));
  }

  private putBack(): void {
    this.truncation.value = FIRST.truncation;
    for (const slider of this.directions.values()) slider.value = 0;
  }

  private goTo(seed: number): void {
    this.seed = seed;
    this.show();
    this.changed(this.face);
  }

  private show(): void {
    const first = this.seed - (this.seed % WINDOW);
    const last = Math.min(SEEDS, first + WINDOW) - 1;
    this.seeds.span(`Seeds ${first} to ${last}`, first, last);
    this.seeds.value = this.seed;
    this.number.valueAsNumber = this.seed;
  }
}
