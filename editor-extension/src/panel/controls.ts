import { element } from '@turnaround/plugin/viewer';

/** A button with a name. */
export function button(name: string, pressed: () => void, className = ''): HTMLButtonElement {
  const made = element('button', { className }, name);
  made.type = 'button';
  made.addEventListener('click', pressed);
  return made;
}

/** A button that a sign stands on; its name is for screen readers and as a hint. */
export function signButton(sign: string, name: string, pressed: () => void): HTMLButtonElement {
  const made = button(sign, pressed, 'sign');
  made.ariaLabel = name;
  made.title = name;
  return made;
}

export interface NumberOptions {
  readonly id: string;
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step?: number;
  readonly value: number;
}

/** A number with its label. */
export function numberField({ id, label, minimum, maximum, step = 1, value }: NumberOptions): {
  readonly row: HTMLElement;
  readonly input: HTMLInputElement;
} {
  const input = element('input', { id });
  Object.assign(input, {
    type: 'number',
    min: `${minimum}`,
    max: `${maximum}`,
    step: `${step}`,
    required: true,
  });
  input.valueAsNumber = value;
  const name = element('label', {}, label);
  name.htmlFor = id;
  return { row: element('div', { className: 'field' }, name, input), input };
}

/** A part of the panel with its heading. */
export function section(id: string, title: string, ...children: (Node | string)[]): HTMLElement {
  const heading = element('h2', { id: `${id}-title` }, title);
  const made = element('section', { className: `part ${id}` }, heading, ...children);
  made.setAttribute('aria-labelledby', heading.id);
  return made;
}

/** Radio buttons beside each other, one of which is always on. */
export class Choice<T extends string> {
  readonly root: HTMLFieldSetElement = element('fieldset', { className: 'shown' });
  private readonly inputs = new Map<T, HTMLInputElement>();

  constructor(legend: string, choices: readonly (readonly [T, string])[], chosen: (value: T) => void) {
    this.root.append(element('legend', { className: 'visually-hidden' }, legend));
    for (const [value, name] of choices) {
      const input = element('input', {});
      Object.assign(input, { type: 'radio', name: `choice-${legend}`, value });
      input.addEventListener('change', () => chosen(value));
      this.inputs.set(value, input);
      this.root.append(element('label', {}, input, name));
    }
    this.value = choices[0]![0];
  }

  get value(): T {
    return [...this.inputs].find(([, input]) => input.checked)![0];
  }

  set value(value: T) {
    this.inputs.get(value)!.checked = true;
  }

  /** Which choices there are now; one that is on and goes gives way to the first. @returns whether it did */
  offer(available: (value: T) => boolean): boolean {
    const before = this.value;
    for (const [value, input] of this.inputs) input.disabled = !available(value);
    if (available(before)) return false;
    this.value = [...this.inputs.keys()][0]!;
    return true;
  }
}
