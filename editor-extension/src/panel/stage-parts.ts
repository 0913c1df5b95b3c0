import { element } from '@turnaround/plugin/viewer';

/** The stage's elements. */
export interface StageParts {
  readonly root: HTMLElement;
  readonly view: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly divider: HTMLElement;
  readonly message: HTMLElement;
  readonly busy: HTMLElement;
  readonly sides: readonly [HTMLElement, HTMLElement];
  readonly strip: HTMLElement;
  readonly yaw: HTMLInputElement;
  readonly pitch: HTMLInputElement;
  readonly angle: HTMLOutputElement;
  readonly mixed: HTMLElement;
}

/** Builds them. @param over what lies over the canvas @param choices what stands below the sliders */
export function stageParts(over: readonly HTMLElement[], choices: HTMLElement): StageParts {
  const canvas = element('canvas', { className: 'face' });
  canvas.tabIndex = 0;
  canvas.role = 'img';
  canvas.ariaLabel = 'The character. Drag, or press the arrow keys, to turn it.';
  const side = (name: string): HTMLElement => element('p', { className: `side ${name}` });
  const sides = [side('left'), side('right')] as const;
  const divider = element('div', { className: 'divider' });
  Object.assign(divider, {
    tabIndex: 0,
    role: 'slider',
    ariaLabel: 'Line between the two characters',
    ariaOrientation: 'horizontal',
    ariaValueMin: '0',
    ariaValueMax: '100',
  });
  const ramp = element('p', { className: 'ramp' }, element('span', {}, 'far'), element('span', {}, 'near'));
  const message = element('div', { className: 'message' });
  message.hidden = true;
  const busy = element('p', { className: 'busy' });
  busy.role = 'status';
  const view = element('div', { className: 'view' }, canvas, ...over, ...sides, divider, ramp, message, busy);
  const strip = element('div', { className: 'strip' });
  strip.ariaHidden = 'true';
  const yaw = range('yaw', '0.5');
  const yawLabel = element('label', { className: 'turn' }, hidden('Yaw in degrees'), yaw);
  const pitch = range('pitch', '0.5');
  const pitchLabel = element('label', { className: 'pitch' }, element('span', {}, 'Pitch'), pitch);
  const angle = element('output', { className: 'angle' });
  const mixed = element('ul', { className: 'mixed' });
  mixed.ariaLabel = 'Stored views that this picture is made of';
  mixed.role = 'list';
  const root = element(
    'section',
    { className: 'stage' },
    view,
    element('div', { className: 'timeline' }, strip, yawLabel),
    element('div', { className: 'reading' }, angle, mixed),
    element('div', { className: 'choices' }, choices, pitchLabel),
  );
  root.ariaLabel = 'Stage';
  return { root, view, canvas, divider, message, busy, sides, strip, yaw, pitch, angle, mixed };
}

const hidden = (text: string): HTMLElement => element('span', { className: 'visually-hidden' }, text);

function range(id: string, step: string): HTMLInputElement {
  const input = element('input', { id });
  Object.assign(input, { type: 'range', step, disabled: true });
  return input;
}
