import type { ModelProgress } from '@turnaround/plugin/live';
import { element } from '@turnaround/plugin/viewer';
import { describeError } from './describe-error.ts';

/** What stands before the picture until there is one: how far loading is, or what is wrong. */
export class Notice {
  private readonly holder: HTMLElement;
  private bar: HTMLProgressElement | null = null;
  private text: HTMLElement | null = null;

  constructor(holder: HTMLElement) {
    this.holder = holder;
  }

  hide(): void {
    this.holder.hidden = true;
  }

  /** A step that takes no one knows how long. */
  wait(headline: string, text: string): void {
    this.show(headline, text);
    this.bar?.removeAttribute('value');
  }

  /** How far a model's files have come. */
  progress({ file, loaded, total }: ModelProgress): void {
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
    this.show('Fetching the model', `${file}: ${megabytes(loaded)} of ${megabytes(total)} MB`);
    this.bar!.value = total > 0 ? loaded / total : 0;
  }

  /** What went wrong, and what to do about it. */
  fail(error: unknown): void {
    const { headline, advice } = describeError(error);
    this.bar = null;
    this.holder.replaceChildren(element('h2', {}, headline), ...advice.map((line) => element('p', {}, line)));
    this.holder.hidden = false;
  }

  private show(headline: string, text: string): void {
    if (!this.bar || !this.text) {
      this.bar = element('progress', {});
      this.bar.ariaLabel = 'Loading';
      this.text = element('p', {});
      this.holder.replaceChildren(element('h2', {}), this.bar, this.text);
    }
    const [title] = this.holder.children;
    // A status that says the same again would be read out again.
    if (title!.textContent !== headline) title!.textContent = headline;
    this.text.textContent = text;
    this.holder.hidden = false;
  }
}
