import { element } from '@turnaround/plugin/viewer';
import type { Job } from '../service/types.ts';
import { button } from './controls.ts';

/** What can be done with a job. */
export interface JobActions {
  /** Shows one of its characters on the stage. */
  show(job: Job, asset: string): void;
  download(job: Job): void;
  sheet(job: Job): void;
  /** Cancels it, or removes it once it is finished. */
  remove(job: Job): void;
}

const STATES: Readonly<Record<Job['state'], string>> = {
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
};

/** One job in the list. Updated in place: what has the focus keeps it. */
export class JobRow {
  readonly root: HTMLElement = element('li', { className: 'job' });
  private readonly title = element('span', { className: 'job-title' });
  private readonly state = element('span', { className: 'job-state' });
  private readonly bar = element('progress', {});
  private readonly text = element('p', { className: 'job-text' });
  private readonly actions = element('div', { className: 'row' });
  private offered = '';
  private job: Job;

  constructor(job: Job, actions: JobActions) {
    this.job = job;
    this.root.append(
      element('div', { className: 'job-head' }, this.title, this.state),
      this.bar,
      this.text,
      this.actions,
    );
    this.update(job, actions);
  }

  update(job: Job, actions: JobActions): void {
    this.job = job;
    const { state, progress, error } = job;
    this.title.textContent = titleOf(job);
    this.state.textContent = STATES[state];
    this.root.dataset['state'] = state;
    this.bar.hidden = state !== 'running' && state !== 'queued';
    this.bar.ariaLabel = `Progress of ${titleOf(job)}`;
    if (state === 'running' && progress) {
      this.bar.max = progress.total;
      this.bar.value = progress.done;
    } else if (state === 'running') this.bar.removeAttribute('value');
    else this.bar.value = 0;
    this.text.textContent =
      state === 'failed'
        ? (error?.message ?? '')
        : state === 'running' && progress
          ? `${progress.stage}: ${progress.done} of ${progress.total}`
          : '';
    this.text.hidden = this.text.textContent === '';
    this.offer(actions);
  }

  private offer(actions: JobActions): void {
    const { state, assets, request } = this.job;
    const offered = `${state} ${assets.length}`;
    if (offered === this.offered) return;
    this.offered = offered;
    const name = titleOf(this.job);
    const act = (text: string, pressed: () => void): HTMLButtonElement => {
      const made = button(text, pressed, 'quiet');
      made.ariaLabel = `${text}: ${name}`;
      return made;
    };
    const made: HTMLElement[] = [];
    if (state === 'done' && assets.length === 1)
      made.push(act('Show', () => actions.show(this.job, assets[0]!.id)));
    if (state === 'done' && assets.length > 1) made.push(this.chooser(actions, name));
    if (state === 'done' && assets.length > 0) made.push(act('Download', () => actions.download(this.job)));
    if (state === 'done' && request.kind === 'generate')
      made.push(act('Contact sheet', () => actions.sheet(this.job)));
    const over = state === 'done' || state === 'failed';
    made.push(act(over ? 'Remove' : 'Cancel', () => actions.remove(this.job)));
    this.actions.replaceChildren(...made);
  }

  /** Which of many characters is shown. */
  private chooser(actions: JobActions, name: string): HTMLSelectElement {
    const options = this.job.assets.map(({ id, file }) => {
      const option = element('option', {}, file);
      option.value = id;
      return option;
    });
    const select = element('select', {}, element('option', {}, 'Show…'), ...options);
    select.ariaLabel = `Show a character of ${name}`;
    select.addEventListener('change', () => {
      if (select.selectedIndex > 0) actions.show(this.job, select.value);
    });
    return select;
  }
}

/** `3 characters of portraits-128 from seed 4`. */
export function titleOf({ request }: Pick<Job, 'request'>): string {
  const { kind, model, seeds } = request;
  if (kind !== 'generate' || !seeds) return model ? `${kind} ${model}` : kind;
  const edited = Object.keys(request.edits ?? {}).length > 0 ? ', edited' : '';
  if (seeds.length === 1) return `${model}, seed ${seeds[0]}${edited}`;
  return `${seeds.length} characters of ${model} from seed ${seeds[0]}${edited}`;
}
