import { element, Slider, spellSigned } from '@turnaround/plugin/viewer';
import type { Model, ModelDetails } from '../service/types.ts';
import { button, numberField, section, signButton } from './controls.ts';
import { adviceFor, SEEDS, SUBJECT_DEFAULTS, type Subject, withEdit } from './subject.ts';

export interface SubjectEvents {
  /** @param key what has been changed, for undo; null: a step of its own */
  changed(subject: Subject, key: string | null): void;
  model(name: string): void;
  openFile(file: File): void;
}

/** Farthest that a direction's slider reaches, deviations. */
const REACH = 3;

/** Who is drawn: model, seed, truncation and directions. */
export class SubjectControls {
  readonly root: HTMLElement;
  private readonly events: SubjectEvents;
  private readonly models = element('select', { id: 'model' });
  private readonly seed = numberField({
    id: 'seed',
    label: 'Seed',
    minimum: 0,
    maximum: SEEDS - 1,
    value: SUBJECT_DEFAULTS.seed,
  });
  private readonly truncation: Slider;
  private readonly sliders = element('div', { className: 'sliders' });
  private readonly refine = element('input', { id: 'refine' });
  private readonly advice = element('p', { className: 'note' });
  private readonly fields: HTMLFieldSetElement;
  private directions: ReadonlyMap<string, Slider> = new Map();
  private subject: Subject = { model: '', ...SUBJECT_DEFAULTS };

  constructor(events: SubjectEvents) {
    this.events = events;
    this.truncation = new Slider({
      ...{ id: 'truncation', label: 'Variety (truncation ψ)', minimum: 0, maximum: 1, step: 0.05 },
      spell: (value) => value.toFixed(2),
      changed: () => this.change({ truncation: this.truncation.value }, 'truncation'),
    });
    this.refine.type = 'checkbox';
    this.refine.addEventListener('change', () => this.change({ refine: this.refine.checked }, null));
    this.models.addEventListener('change', () => events.model(this.models.value));
    const { input } = this.seed;
    input.addEventListener('change', () => {
      if (input.reportValidity()) this.change({ seed: input.valueAsNumber }, null);
    });
    const go = (seed: number): void => this.change({ seed: (seed + SEEDS) % SEEDS }, null);
    const modelLabel = label('model', 'Model');
    this.advice.role = 'note';
    this.fields = element(
      'fieldset',
      { className: 'fields' },
      element('legend', { className: 'visually-hidden' }, 'Who is drawn'),
      element('div', { className: 'field' }, modelLabel, this.models),
      element(
        'div',
        { className: 'seed' },
        this.seed.row,
        signButton('‹', 'Previous seed', () => go(this.subject.seed - 1)),
        signButton('›', 'Next seed', () => go(this.subject.seed + 1)),
        signButton('⚄', 'Random seed', () => go(Math.floor(Math.random() * SEEDS))),
      ),
      this.truncation.row,
      this.sliders,
      element('div', { className: 'check' }, this.refine, label('refine', 'Views that agree (refined)')),
      button('Reset', () => this.change({ ...SUBJECT_DEFAULTS, seed: this.subject.seed }, null), 'quiet'),
    );
    this.root = section('character', 'Character', this.fields, this.advice, this.opener());
    this.enable(false);
  }

  /** Which models there are. */
  offer(models: readonly Model[]): void {
    const options = models.map(({ name, resolution }) => {
      const option = element('option', {}, `${name} (${resolution}²)`);
      option.value = name;
      return option;
    });
    this.models.replaceChildren(...options);
  }

  /** A model's directions, and what is to be known of it. */
  describe(details: ModelDetails): void {
    this.directions = new Map(
      details.directions.map((name, k) => {
        const slider: Slider = new Slider({
          ...{ id: `direction${k}`, label: name.replace(/^./, (first) => first.toUpperCase()) },
          ...{ minimum: -REACH, maximum: REACH, step: 0.1, spell: spellSigned },
          changed: () => this.events.changed(withEdit(this.subject, name, slider.value), name),
        });
        return [name, slider];
      }),
    );
    this.sliders.replaceChildren(...[...this.directions.values()].map(({ row }) => row));
    this.refine.disabled = !details.refined;
    this.advice.textContent = adviceFor(details) ?? '';
    this.advice.hidden = this.advice.textContent === '';
  }

  /** Puts the controls where a subject is. */
  show(subject: Subject): void {
    this.subject = subject;
    this.models.value = subject.model;
    this.seed.input.valueAsNumber = subject.seed;
    this.truncation.value = subject.truncation;
    this.refine.checked = subject.refine;
    for (const [name, slider] of this.directions) slider.value = subject.edits[name] ?? 0;
  }

  enable(enabled: boolean): void {
    this.fields.disabled = !enabled;
  }

  private change(change: Partial<Subject>, key: string | null): void {
    this.events.changed({ ...this.subject, ...change }, key);
  }

  /** Shows a character's file without the service. */
  private opener(): HTMLElement {
    const input = element('input', { id: 'file', className: 'visually-hidden' });
    Object.assign(input, { type: 'file', accept: '.glb,model/gltf-binary' });
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) this.events.openFile(file);
    });
    const opener = element('label', { className: 'button' }, 'Open a .glb', input);
    return opener;
  }
}

function label(id: string, text: string): HTMLLabelElement {
  const made = element('label', {}, text);
  made.htmlFor = id;
  return made;
}
