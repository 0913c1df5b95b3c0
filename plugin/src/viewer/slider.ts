import { element } from './elements.ts';

export interface SliderOptions {
  readonly id: string;
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  /** Its value for people. */
  readonly spell: (value: number) => string;
  readonly changed: () => void;
}

/** A slider with its label and its value. */
export class Slider {
  readonly row: HTMLElement;
  private readonly label: HTMLLabelElement;
  private readonly input = element('input', {});
  private readonly output = element('output', {});
  private readonly spell: (value: number) => string;

  constructor({ id, label, minimum, maximum, step, spell, changed }: SliderOptions) {
    this.spell = spell;
    this.label = element('label', {}, label);
    this.label.htmlFor = id;
    Object.assign(this.input, { id, type: 'range', min: minimum, max: maximum, step });
    this.output.htmlFor.add(id);
    this.input.addEventListener('input', () => {
      this.say();
      changed();
    });
    this.row = element('div', { className: 'slider' }, this.label, this.output, this.input);
  }

  get value(): number {
    return this.input.valueAsNumber;
  }

  set value(value: number) {
    this.input.valueAsNumber = value;
    this.say();
  }

  /** Other ends, with a label that says so. */
  span(label: string, minimum: number, maximum: number): void {
    this.label.textContent = label;
    Object.assign(this.input, { min: minimum, max: maximum });
  }

  private say(): void {
    const said = this.spell(this.value);
    this.output.value = said;
    this.input.ariaValueText = said;
  }
}

/** A number with its sign, as people write it. */
export const spellSigned = (value: number): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)}`;
