import { element } from '@turnaround/plugin/viewer';
import type { DegreeRange, GenerateRequest } from '../service/types.ts';
import { button, numberField, section } from './controls.ts';
import { SEEDS, type Subject } from './subject.ts';

/** What is made of the subject that is shown. */
export interface ExportChoice {
  /** Characters: the seed that is shown, and those that follow it. */
  readonly count: number;
  readonly views: number;
  readonly range: DegreeRange;
  readonly triangles: number;
}

/** What the service is asked for. */
export function requestOf(
  { seed, ...subject }: Subject,
  { count, ...choice }: ExportChoice,
): GenerateRequest {
  const seeds = Array.from({ length: count }, (_, k) => (seed + k) % SEEDS);
  return { kind: 'generate', ...subject, seeds, ...choice };
}

export interface ExportEvents {
  make(choice: ExportChoice): void;
  /** Null where the panel's host has no scene. */
  readonly addToScene: (() => void) | null;
}

/** Export to files: how many characters, of how many views. */
export class ExportForm {
  readonly root: HTMLElement;
  private readonly fields: HTMLFieldSetElement;
  private readonly from = numberField({
    id: 'from',
    label: 'From °',
    minimum: -180,
    maximum: 180,
    value: -60,
  });
  private readonly to = numberField({ id: 'to', label: 'To °', minimum: -180, maximum: 180, value: 60 });
  private readonly scene: HTMLButtonElement | null;

  constructor({ make, addToScene }: ExportEvents) {
    const count = numberField({ id: 'count', label: 'Characters', minimum: 1, maximum: 100, value: 1 });
    const views = numberField({ id: 'views', label: 'Views', minimum: 3, maximum: 361, value: 13 });
    const triangles = numberField({
      ...{ id: 'triangles', label: 'Triangles', minimum: 100, maximum: 200_000, step: 100, value: 2000 },
    });
    const submit = element('button', { className: 'primary' }, 'Export GLB');
    submit.type = 'submit';
    this.scene = addToScene && button('Add to scene', addToScene);
    this.fields = element(
      'fieldset',
      { className: 'fields columns' },
      element('legend', { className: 'visually-hidden' }, 'What is made'),
      ...[count, views, this.from, this.to, triangles].map(({ row }) => row),
      submit,
      ...(this.scene ? [this.scene] : []),
    );
    const { from, to } = this;
    const order = (): void => {
      const fits = from.input.valueAsNumber < to.input.valueAsNumber;
      to.input.setCustomValidity(fits ? '' : 'Expected more than where it begins');
    };
    for (const { input } of [from, to]) input.addEventListener('input', order);
    const form = element('form', {}, this.fields);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      make({
        count: count.input.valueAsNumber,
        views: views.input.valueAsNumber,
        range: { from: from.input.valueAsNumber, to: to.input.valueAsNumber },
        triangles: triangles.input.valueAsNumber,
      });
    });
    this.root = section('export', 'Export', form);
    this.enable(false);
  }

  /** How far a model turns. */
  suggest({ from, to }: DegreeRange): void {
    this.from.input.valueAsNumber = from;
    this.to.input.valueAsNumber = to;
  }

  enable(enabled: boolean): void {
    this.fields.disabled = !enabled;
  }
}
