import { degrees, radians } from '@turnaround/plugin/asset';
import type { ImpostorState } from '@turnaround/plugin/impostor';
import {
  type CapturedView,
  createEngine,
  Divider,
  element,
  HIGHEST,
  Stage,
  spellAngle,
  Turning,
  ViewStrip,
} from '@turnaround/plugin/viewer';
import type { CharacterViews } from './character-views.ts';
import { ChosenViews } from './chosen-views.ts';
import { Choice } from './controls.ts';
import { ErrorView } from './error-view.ts';
import { OVERLAYS, type Overlay } from './overlays.ts';
import { type StageParts, stageParts } from './stage-parts.ts';

export interface StageEvents {
  /** After each frame. */
  drawn(state: ImpostorState): void;
  overlay(overlay: Overlay): void;
  /** The user, or a new character, has turned it. */
  turned(): void;
}

/** The character, the sliders that turn it, and what is laid over it. */
export class StageView {
  readonly root: HTMLElement;
  readonly error: ErrorView = new ErrorView();
  private readonly parts: StageParts;
  private readonly choice: Choice<Overlay>;
  private readonly chosen = new ChosenViews();
  private readonly turning: Turning;
  private readonly strip: ViewStrip;
  private readonly events: StageEvents;
  private stage: Stage | null = null;
  private shown: CharacterViews | null = null;
  private line = 0.5;

  constructor(events: StageEvents) {
    this.events = events;
    this.choice = new Choice('What is shown', OVERLAYS, (overlay) => this.lay(overlay));
    this.parts = stageParts([this.chosen.root, this.error.root], this.choice.root);
    this.root = this.parts.root;
    const { canvas, yaw, pitch, strip, mixed, divider } = this.parts;
    this.turning = new Turning(canvas, yaw, () => this.follow());
    pitch.addEventListener('input', () =>
      this.turning.turnTo(this.turning.yaw, radians(pitch.valueAsNumber)),
    );
    this.strip = new ViewStrip(strip, mixed, yaw);
    const divided = (share: number): void => {
      this.line = share;
      this.stage?.divide(share);
    };
    new Divider(divider, divided, (percent) => `${percent} % left, ${100 - percent} % right`);
    this.offer();
  }

  /** Makes the engine; the canvas has to be in the document. @throws ViewerError where the browser has no WebGL2 */
  async start(): Promise<void> {
    this.stage = new Stage(await createEngine('webgl2', this.parts.canvas), (state) => {
      this.strip.show(state);
      this.chosen.show(state.samples);
      this.events.drawn(state);
    });
    this.stage.divide(this.line);
  }

  /** Radians. */
  get looks(): { readonly yaw: number; readonly pitch: number } {
    return { yaw: this.turning.yaw, pitch: this.turning.pitch };
  }

  get overlay(): Overlay {
    return this.choice.value;
  }

  /** Shows a character where the last one stood. @param anew from the front */
  async show(views: CharacterViews, anew: boolean): Promise<void> {
    const impostor = await this.stage?.load(views.file);
    if (!impostor) return;
    const first = this.shown === null;
    this.shown = views;
    const { yaw, pitch, message, canvas } = this.parts;
    const yaws = views.extension.views.map((view) => view.yaw);
    const limits = { minimum: Math.min(...yaws), maximum: Math.max(...yaws) };
    [yaw.min, yaw.max] = [`${degrees(limits.minimum)}`, `${degrees(limits.maximum)}`];
    [pitch.min, pitch.max] = [`${-degrees(HIGHEST)}`, `${degrees(HIGHEST)}`];
    yaw.disabled = yaws.length < 2;
    pitch.disabled = false;
    message.hidden = true;
    canvas.classList.remove('idle');
    this.strip.start(views.extension, views.file);
    this.chosen.start(views);
    this.offer();
    this.turning.keep(limits);
    if (first || anew) this.turning.turnTo(0, 0);
  }

  /** Another form of the character, right of the line. */
  async showBeside(file: File | null, sides: readonly [left: string, right: string]): Promise<void> {
    await this.stage?.loadBeside(file);
    this.parts.view.dataset['shown'] = file ? 'compare' : this.overlay;
    this.showOn(this.overlay, file !== null);
    for (const [k, side] of this.parts.sides.entries()) side.textContent = sides[k]!;
    this.parts.divider.ariaLabel = `Line between ${sides[0].toLowerCase()} and ${sides[1].toLowerCase()}`;
  }

  capture(): Promise<CapturedView | null> {
    return this.stage?.capture(this.turning.yaw, this.turning.pitch) ?? Promise.resolve(null);
  }

  /** Turns the character, radians. */
  turnTo(yaw: number, pitch: number): void {
    this.turning.turnTo(yaw, pitch);
  }

  /** Stands in place of the character. */
  tell(headline: string, ...advice: (Node | string)[]): void {
    const { message, canvas, yaw, pitch, angle } = this.parts;
    this.stage?.clear();
    this.shown = null;
    message.replaceChildren(element('h2', {}, headline), ...advice.map((line) => element('p', {}, line)));
    message.hidden = false;
    message.role = 'alert';
    canvas.classList.add('idle');
    [yaw.disabled, pitch.disabled, angle.value] = [true, true, ''];
    this.strip.start(null, null);
    this.chosen.start(null);
    this.offer();
  }

  /** What is under way; null: nothing. */
  busy(text: string | null): void {
    if (this.parts.busy.textContent !== (text ?? '')) this.parts.busy.textContent = text ?? '';
  }

  /** Which overlays there are: what needs depth or the service's own drawing goes without. */
  offer(has: { readonly fresh: boolean; readonly refiner: boolean } = this.has): void {
    this.has = has;
    const { shown } = this;
    const depth = shown?.extension.depth !== undefined;
    const there: Record<Overlay, boolean> = {
      character: true,
      depth,
      matte: shown !== null,
      views: shown !== null,
      error: depth && has.fresh,
      refined: shown !== null && has.refiner,
    };
    if (this.choice.offer((overlay) => there[overlay])) this.lay(this.choice.value);
  }
  private has = { fresh: false, refiner: false };

  dispose(): void {
    this.stage?.dispose();
    this.stage = null;
  }

  private lay(overlay: Overlay): void {
    this.parts.view.dataset['shown'] = overlay;
    this.showOn(overlay, false);
    this.events.overlay(overlay);
  }

  private showOn(overlay: Overlay, beside: boolean): void {
    this.stage?.show(overlay === 'depth' ? 'depth' : beside ? 'compare' : 'character');
  }

  private follow(): void {
    const { yaw, pitch } = this.turning;
    this.stage?.look(yaw, pitch);
    this.parts.yaw.valueAsNumber = degrees(yaw);
    this.parts.pitch.valueAsNumber = degrees(pitch);
    const raised = `${Math.round(degrees(pitch))}°`.replace('-', '−');
    this.parts.pitch.ariaValueText = raised;
    const { shown } = this;
    this.parts.angle.value = shown
      ? `${spellAngle(yaw, shown.extension.calibrated)}${raised === '0°' || raised === '−0°' ? '' : `, pitch ${raised}`}`
      : '';
    this.events.turned();
  }
}
