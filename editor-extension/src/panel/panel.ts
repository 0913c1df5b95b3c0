import { element, ViewerError } from '@turnaround/plugin/viewer';
import { ServiceClient } from '../service/client.ts';
import { ServiceError } from '../service/service-error.ts';
import type { Job, Model, ModelDetails } from '../service/types.ts';
import { type CharacterViews, readViews } from './character-views.ts';
import { Comparisons } from './comparisons.ts';
import { ConnectionForm, keptToken, type ServiceAddress, startCommand } from './connection.ts';
import { type ExportChoice, ExportForm, requestOf } from './export-form.ts';
import { Header } from './header.ts';
import { History } from './history.ts';
import { finishedJobs } from './job-actions.ts';
import { JobList } from './job-list.ts';
import type { JobActions } from './job-row.ts';
import { PANEL_DEFAULTS, type PanelOptions } from './options.ts';
import { Previewer } from './previewer.ts';
import { SheetDialog } from './sheet-dialog.ts';
import { StageView } from './stage-view.ts';
import { adviceFor, SUBJECT_DEFAULTS, type Subject, subjectMade, subjectOf } from './subject.ts';
import { SubjectControls } from './subject-controls.ts';
import { listenForUndo } from './undo-keys.ts';
import { ViewsPart } from './views-part.ts';

/** Before a service that did not answer is tried again, ms. */
const AGAIN = 5000;

/** All parts of the panel, and what they say to each other. */
export class Panel {
  readonly root: HTMLElement = element('section', { className: 'panel' });
  private readonly header: Header;
  private readonly notice = element('p', { className: 'notice' });
  private readonly stage: StageView;
  private readonly viewsPart: ViewsPart;
  private readonly sheet = new SheetDialog();
  private readonly controls: SubjectControls;
  private readonly exporting: ExportForm;
  private readonly actions: Omit<JobActions, 'remove'>;
  private readonly jobs: JobList;
  private readonly connection: ConnectionForm;
  private readonly comparisons: Comparisons;
  private readonly previewer: Previewer;
  private to: ServiceAddress;
  private client: ServiceClient | null = null;
  private models: readonly Model[] = [];
  private details: ModelDetails | null = null;
  private history: History<Subject> | null = null;
  private views: CharacterViews | null = null;
  private blind: ViewerError | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  /** Jobs whose only character is downloaded once it is made. */
  private readonly wanted = new Set<string>();

  constructor(options: PanelOptions) {
    const address = (options.service ?? PANEL_DEFAULTS.service).replace(/\/+$/, '');
    this.to = { address, token: keptToken(address) };
    const failed = (error: unknown): void => this.fail(error);
    this.header = new Header(
      () => this.travel('undo'),
      () => this.travel('redo'),
    );
    this.stage = new StageView({
      drawn: (state) => this.viewsPart.show(state),
      overlay: () => this.comparisons?.update(),
      turned: () => this.stage.overlay === 'error' && this.comparisons.update(),
    });
    this.comparisons = new Comparisons(this.stage, failed);
    this.viewsPart = new ViewsPart((yaw, pitch) => this.stage.turnTo(yaw, pitch), this.sheet, failed);
    this.controls = new SubjectControls({
      changed: (subject, key) => this.change(subject, key),
      model: (name) => this.change(subjectOf(name, this.history?.current ?? SUBJECT_DEFAULTS), null),
      openFile: (file) => this.open(file),
    });
    const { addToScene } = options;
    this.exporting = new ExportForm({
      make: (choice) => void this.make(choice).catch(failed),
      addToScene: addToScene ? () => this.views && void addToScene(this.views.file).catch(failed) : null,
    });
    this.previewer = new Previewer({
      drawn: (views, whole) => this.show(views, this.history?.current ?? null, { whole }),
      busy: (text) => this.stage.busy(text),
      failed,
    });
    const showMade = (file: File, job: Job): void => this.showMade(file, job);
    this.actions = finishedJobs(() => this.client, this.sheet, failed, showMade);
    this.jobs = new JobList({
      ...this.actions,
      failed,
      done: (job) => this.finished(job),
      remove: (job) => void this.removeJob(job).catch(failed),
    });
    this.connection = new ConnectionForm(
      address,
      options.fixedService ?? false,
      (to) => void this.connect(to),
    );
    this.assemble();
  }

  /** Begins; the root has to be in the document. */
  async start(): Promise<void> {
    try {
      await this.stage.start();
    } catch (error) {
      // The service works all the same: characters can be made that cannot be seen here.
      const { headline, message } = error as ViewerError;
      if (!(error instanceof ViewerError)) throw error;
      this.blind = error;
      this.stage.tell(headline, message);
    }
    await this.connect(this.to);
  }

  dispose(): void {
    clearTimeout(this.retry);
    this.previewer.stop();
    this.comparisons.show(null);
    this.jobs.connect(null);
    this.stage.dispose();
  }

  private assemble(): void {
    this.root.ariaLabel = 'Turnaround';
    this.notice.role = 'alert';
    this.notice.hidden = true;
    const { connection, controls, exporting, jobs } = this;
    const beside = [connection, controls, exporting, jobs].map(({ root }) => root);
    const side = element('div', { className: 'side-parts' }, ...beside);
    const middle = element('div', { className: 'middle' }, this.stage.root, this.viewsPart.root);
    const parts = element('div', { className: 'parts' }, middle, side);
    this.root.append(this.header.root, this.notice, parts, this.sheet.root);
    listenForUndo(this.root, (way) => this.travel(way));
  }

  private async connect(to: ServiceAddress): Promise<void> {
    clearTimeout(this.retry);
    this.to = to;
    const client = new ServiceClient(to.address, to.token);
    try {
      this.models = await client.models();
    } catch (error) {
      return this.fail(error);
    }
    this.client = client;
    this.say(null);
    this.connection.hide();
    this.header.connected(new URL(to.address).host);
    this.controls.offer(this.models);
    this.jobs.connect(client);
    const [first] = this.models;
    if (!first)
      return this.stage.tell(
        'No models yet',
        'Import a StyleGAN2 checkpoint with: npx turnaround import my-gan.pkl --out models/mine',
      );
    const asked = this.history?.current;
    this.history ??= new History(subjectOf(first.name, SUBJECT_DEFAULTS));
    if (asked && !this.models.some(({ name }) => name === asked.model))
      this.history.push(subjectOf(first.name, asked), null, 0);
    this.apply();
  }

  private change(subject: Subject, key: string | null): void {
    this.history?.push(subject, key, performance.now());
    this.apply();
  }

  private travel(way: 'undo' | 'redo'): void {
    this.history?.[way]();
    this.apply();
  }

  /** Puts everything where the history stands. */
  private apply(): void {
    const { history, client } = this;
    if (!history) return;
    this.header.offer(history.canUndo, history.canRedo);
    this.comparisons.show(null);
    if (!client) {
      this.controls.show(history.current);
      return;
    }
    this.say(null);
    this.previewer.run(async (signal) => {
      const subject = history.current;
      if (this.details?.name !== subject.model) {
        this.details = await client.model(subject.model);
        if (signal.aborted) return;
        this.controls.describe(this.details);
        if (this.details.range) this.exporting.suggest(this.details.range);
      }
      this.controls.enable(true);
      this.controls.show(subject);
      const { range } = this.details;
      this.exporting.enable(range !== null);
      if (!range) return this.stage.tell('Nothing to turn', adviceFor(this.details) ?? '');
      this.previewer.show(client, subject, range);
    });
  }

  /**
   * @param subject who it is, where the service can draw it anew
   * @param how     whether no more views of it follow, and whether it is seen from the front
   */
  private async show(
    views: CharacterViews,
    subject: Subject | null,
    { whole = true, anew = false }: { readonly whole?: boolean; readonly anew?: boolean } = {},
  ): Promise<void> {
    this.views = views;
    this.viewsPart.start(views);
    await this.stage.show(views, anew);
    if (this.blind) this.stage.tell(this.blind.headline, this.blind.message);
    const { client, details } = this;
    const range = details?.range;
    const drawable = subject !== null && client !== null && range !== null && range !== undefined;
    this.stage.offer({ fresh: drawable, refiner: drawable && details?.refined === true });
    this.comparisons.show(drawable && whole ? { client, subject, range, views } : null);
  }

  /** Shows a file of the user's own. */
  private open(file: File): void {
    this.say(null);
    this.previewer.run(async () => {
      this.stage.busy(null);
      await this.show(await readViews(file), null, { anew: true });
    });
  }

  /** Shows what a job has made, and puts the controls where it was made. */
  private showMade(file: File, job: Job): void {
    this.previewer.run(async () => {
      this.stage.busy(null);
      const views = await readViews(file);
      const subject = subjectMade(job, views.extension.provenance, this.models);
      const isOpen = subject !== null && this.details?.name === subject.model;
      if (isOpen && this.history && JSON.stringify(subject) !== JSON.stringify(this.history.current)) {
        this.history.push(subject, null, performance.now());
        this.header.offer(this.history.canUndo, this.history.canRedo);
        this.controls.show(subject);
      }
      await this.show(views, isOpen ? subject : null);
    });
  }

  private async make(choice: ExportChoice): Promise<void> {
    if (!this.client || !this.history) return;
    const job = await this.client.generate(requestOf(this.history.current, choice));
    if (job.state === 'done') this.actions.download(job);
    else if (choice.count === 1) this.wanted.add(job.id);
    await this.jobs.refresh();
  }

  private finished(job: Job): void {
    if (this.wanted.delete(job.id)) this.actions.download(job);
  }

  private async removeJob(job: Job): Promise<void> {
    await this.client?.remove(job.id);
    await this.jobs.refresh();
  }

  /** Says what went wrong, where it can be mended. */
  private fail(error: unknown): void {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    const { message } = error as Error;
    const gone = error instanceof ServiceError && error.code !== 'refused';
    if (!gone) {
      this.say(message);
      return;
    }
    this.client = null;
    this.jobs.connect(null);
    this.previewer.stop();
    this.controls.enable(false);
    this.exporting.enable(false);
    this.header.connected(null);
    this.comparisons.show(null);
    if (error.code === 'unauthorized') {
      const again = this.to.token === null ? 'This service wants its token.' : 'That is not its token.';
      this.connection.ask(again, true);
      if (!this.views)
        this.stage.tell('A token is wanted', 'Whoever runs the service knows it: TURNAROUND_TOKEN.');
      return;
    }
    this.connection.ask(message, false);
    if (!this.views)
      this.stage.tell(
        'No service',
        message,
        'Start it with: ',
        element('code', {}, startCommand(this.to.address)),
      );
    this.retry = setTimeout(() => void this.connect(this.to), AGAIN);
  }

  private say(text: string | null): void {
    this.notice.textContent = text ?? '';
    this.notice.hidden = text === null;
  }
}
