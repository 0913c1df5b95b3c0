import type { ServiceClient } from '../service/client.ts';
import type { DegreeRange } from '../service/types.ts';
import { type CharacterViews, readViews } from './character-views.ts';
import { type Subject, yawsOf } from './subject.ts';

/** A slider is let come to rest for this long, ms. */
const REST = 180;
/** Views that are drawn at once, and views that follow. */
const [DRAFT_VIEWS, VIEWS] = [5, 13];

export interface PreviewEvents {
  /** A character has come. @param whole whether no more views of it follow */
  drawn(views: CharacterViews, whole: boolean): Promise<void>;
  /** What is under way; null: nothing. */
  busy(text: string | null): void;
  failed(error: unknown): void;
}

/** Asks the service for what the controls say: a few views at once, then all of them. The last question is the one that counts. */
export class Previewer {
  private readonly events: PreviewEvents;
  private under: AbortController | null = null;

  constructor(events: PreviewEvents) {
    this.events = events;
  }

  /** @param range degrees */
  show(client: ServiceClient, subject: Subject, range: DegreeRange): void {
    this.run(async (signal) => {
      await rest(signal);
      this.events.busy('Drawing…');
      for (const views of [DRAFT_VIEWS, VIEWS]) {
        const file = await client.preview({ ...subject, yaws: yawsOf(range, views) }, signal);
        const read = await readViews(file);
        if (signal.aborted) return;
        await this.events.drawn(read, views === VIEWS);
        this.events.busy(views === VIEWS ? null : 'Drawing more views…');
      }
    });
  }

  /** Does something in place of whatever is under way. */
  run(work: (signal: AbortSignal) => Promise<void>): void {
    this.under?.abort();
    const under = new AbortController();
    this.under = under;
    work(under.signal).catch((error: unknown) => {
      if (under.signal.aborted) return;
      this.events.busy(null);
      this.events.failed(error);
    });
  }

  stop(): void {
    this.under?.abort();
    this.events.busy(null);
  }
}

/** @throws AbortError */
function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, REST);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
