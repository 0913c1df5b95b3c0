import { degrees } from '@turnaround/plugin/asset';
import { spellAngle } from '@turnaround/plugin/viewer';
import type { ServiceClient } from '../service/client.ts';
import type { DegreeRange } from '../service/types.ts';
import { type CharacterViews, readViews, viewPixels } from './character-views.ts';
import type { StageView } from './stage-view.ts';
import { type Subject, yawsOf } from './subject.ts';
import { warpError } from './warp-error.ts';

/** The stage is let come to rest for this long before the generator draws the same view, ms. */
const REST = 350;

/** What is shown, and what the service can be asked to draw beside it. */
export interface Compared {
  readonly client: ServiceClient;
  readonly subject: Subject;
  readonly range: DegreeRange;
  readonly views: CharacterViews;
}

/** What the stage is compared with: a view that the generator draws now, and the subject without the refiner. */
export class Comparisons {
  private readonly stage: StageView;
  private readonly failed: (error: unknown) => void;
  private compared: Compared | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private under: AbortController | null = null;
  /** Of the character that stands beside the other. */
  private beside: string | null = null;

  constructor(stage: StageView, failed: (error: unknown) => void) {
    this.stage = stage;
    this.failed = failed;
  }

  /** What is shown now; null: nothing that the service could draw beside. */
  show(compared: Compared | null): void {
    this.compared = compared;
    this.update();
  }

  /** The overlay or the angle has changed. */
  update(): void {
    clearTimeout(this.timer);
    const { overlay } = this.stage;
    if ((overlay !== 'refined' || !this.compared) && this.beside !== null) this.leave();
    this.under?.abort();
    if (overlay === 'error') {
      this.stage.error.clear(this.compared ? 'Measuring…' : 'Nothing to measure');
      if (this.compared) this.timer = setTimeout(() => this.run((signal) => this.measure(signal)), REST);
    } else if (overlay === 'refined' && this.compared) this.run((signal) => this.stand(signal));
  }

  /** Draws the view at the stage's yaw anew and holds what the shaders show against it. */
  private async measure(signal: AbortSignal): Promise<void> {
    const { client, subject, views } = this.compared!;
    const { yaw, pitch } = this.stage.looks;
    if (Math.abs(pitch) > 1e-3)
      return this.stage.error.clear('The generator draws level views only: set the pitch to 0°.');
    const asked = Number(degrees(yaw).toFixed(4));
    const fresh = await readViews(await client.preview({ ...subject, yaws: [asked] }, signal));
    const shown = await this.stage.capture();
    if (signal.aborted || !shown) return;
    const picture = viewPixels(fresh, fresh.extension.views[0]!);
    const angle = spellAngle(yaw, views.extension.calibrated);
    this.stage.error.show(shown, picture, warpError(shown, picture), angle);
  }

  /** Puts the subject drawn the other way beside itself: refined left, unrefined right. */
  private async stand(signal: AbortSignal): Promise<void> {
    const { client, subject, range, views } = this.compared!;
    const key = JSON.stringify([subject, views.extension.views.length]);
    if (this.beside === key) return;
    this.stage.busy('Drawing the other…');
    const yaws = yawsOf(range, views.extension.views.length);
    const file = await client.preview({ ...subject, refine: !subject.refine, yaws }, signal);
    if (signal.aborted) return;
    this.beside = key;
    await this.stage.showBeside(file, subject.refine ? ['Refined', 'Unrefined'] : ['Unrefined', 'Refined']);
    this.stage.busy(null);
  }

  private leave(): void {
    this.beside = null;
    void this.stage.showBeside(null, ['', '']);
  }

  private run(work: (signal: AbortSignal) => Promise<void>): void {
    const under = new AbortController();
    this.under = under;
    work(under.signal).catch((error: unknown) => {
      if (!under.signal.aborted) this.failed(error);
    });
  }
}
