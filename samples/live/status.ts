import type { LiveModel, LiveState } from '@turnaround/plugin/live';
import { element } from '@turnaround/plugin/viewer';
import type { OpenedEngine } from './open-engine.ts';

/** Views that their usual time is the median of. */
const RECENT = 15;

const STATES: Readonly<Record<LiveState, string>> = {
  running: 'running',
  paused: 'paused while the page is hidden',
  lost: 'lost with the graphics card, until it is back',
  disposed: 'put away',
};

/** Where a model's networks run. */
export function spellBackend({ backend, isZeroCopy }: Pick<LiveModel, 'backend' | 'isZeroCopy'>): string {
  if (backend === 'wasm') return 'the processor, in a worker';
  return isZeroCopy ? 'WebGPU, zero copy' : 'WebGPU in a worker, each view copied';
}

/** How long views take to be made. */
export class ViewTimes {
  private readonly recent: number[] = [];

  constructor({ onViewMadeObservable }: Pick<LiveModel, 'onViewMadeObservable'>) {
    onViewMadeObservable.add((milliseconds) => {
      this.recent.push(milliseconds);
      if (this.recent.length > RECENT) this.recent.shift();
    });
  }

  /** For people. */
  get usual(): string {
    const median = [...this.recent].sort((a, b) => a - b)[this.recent.length >> 1];
    return median === undefined ? '…' : `${median.toFixed(median < 10 ? 1 : 0)} ms`;
  }
}

/** What the page tells of a face that is drawn live, as terms and descriptions. */
export class FaceStatus {
  private readonly times: ViewTimes;
  private readonly took: HTMLElement;
  private readonly kept: HTMLElement;

  constructor(holder: HTMLElement, { name, why }: OpenedEngine, model: LiveModel) {
    this.times = new ViewTimes(model);
    const engine = `${name === 'webgpu' ? 'WebGPU' : 'WebGL2'}${why ? ` (${why})` : ''}`;
    const row = (term: string, text = ''): HTMLElement => {
      const description = element('dd', {}, text);
      holder.append(element('div', {}, element('dt', {}, term), description));
      return description;
    };
    row('Drawn by', engine);
    row('Network on', spellBackend(model));
    this.took = row('A view takes');
    this.kept = row('Views kept');
    const state = row('State', STATES[model.state]);
    state.role = 'status';
    model.onStateChangedObservable.add((entered) => {
      state.textContent = STATES[entered];
    });
  }

  /** @param views that are kept now */
  show(views: number): void {
    const [took, kept] = [this.times.usual, `${views}`];
    if (this.took.textContent !== took) this.took.textContent = took;
    if (this.kept.textContent !== kept) this.kept.textContent = kept;
  }
}
