/** What one press of an arrow key moves. */
const STEP = 0.02;

/** The line on the stage that comparing draws: a slider over the picture, for fingers, mice and keys. */
export class Divider {
  private readonly handle: HTMLElement;
  private readonly moved: (share: number) => void;
  private readonly spell: (percent: number) => string;
  private share = 0.5;

  /**
   * @param handle  stands in the stage, with the role of a slider
   * @param moved   told the share of the stage's width, 0..1, that is left of it
   * @param spell   says for people what the stage shows
   */
  constructor(
    handle: HTMLElement,
    moved: (share: number) => void,
    spell = (percent: number): string => `${percent} % warped by depth, ${100 - percent} % cross-faded`,
  ) {
    [this.handle, this.moved, this.spell] = [handle, moved, spell];
    this.moveTo(this.share);
    handle.addEventListener('keydown', (event) => this.press(event));
    handle.addEventListener('pointerdown', (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      event.preventDefault();
    });
    handle.addEventListener('pointermove', (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const { left, width } = handle.parentElement!.getBoundingClientRect();
      this.moveTo((event.clientX - left) / width);
    });
  }

  private moveTo(share: number): void {
    this.share = Math.min(1, Math.max(0, share));
    const percent = Math.round(this.share * 100);
    this.handle.parentElement!.style.setProperty('--line', `${this.share * 100}%`);
    this.handle.ariaValueNow = `${percent}`;
    this.handle.ariaValueText = this.spell(percent);
    this.moved(this.share);
  }

  private press(event: KeyboardEvent): void {
    const places: Record<string, number> = {
      ArrowLeft: this.share - STEP,
      ArrowDown: this.share - STEP,
      ArrowRight: this.share + STEP,
      ArrowUp: this.share + STEP,
      PageDown: this.share - 5 * STEP,
      PageUp: this.share + 5 * STEP,
      Home: 0,
      End: 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    this.moveTo(place);
  }
}
