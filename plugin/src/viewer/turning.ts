import { degrees, radians } from '../asset/index.ts';

/** What one press of an arrow key turns. */
const STEP = radians(3);
/** Camera above and below, at most (radians). */
export const HIGHEST: number = radians(25);
/** Turning by dragging once across the stage. */
const ACROSS = radians(120);
/** Share of the speed that a second of coasting leaves. */
const COASTING = 0.02;

export interface TurnLimits {
  /** Radians. */
  readonly minimum: number;
  readonly maximum: number;
}

/** Yaw and pitch as the user's hand moves them: drag, flick, arrow keys, slider. */
export class Turning {
  yaw = 0;
  pitch = 0;
  private limits: TurnLimits = { minimum: 0, maximum: 0 };
  private speed = 0;
  private dragging = false;
  private swaying = 0;
  private readonly changed: () => void;

  constructor(canvas: HTMLCanvasElement, slider: HTMLInputElement, changed: () => void) {
    this.changed = changed;
    this.listenToPointer(canvas);
    canvas.addEventListener('keydown', (event) => this.press(event));
    slider.addEventListener('input', () => this.turnTo(radians(slider.valueAsNumber), this.pitch));
  }

  /** Begins anew with another character: from the front, swaying a little until the user takes over. */
  start(limits: TurnLimits): void {
    this.limits = limits;
    this.speed = 0;
    this.turn(0, 0);
    this.swaying = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : performance.now();
    if (this.swaying) requestAnimationFrame((now) => this.sway(now));
  }

  private sway(now: number): void {
    if (!this.swaying) return;
    const seconds = Math.max(0, now - this.swaying) / 1000;
    const reach = Math.min(radians(35), this.limits.maximum, -this.limits.minimum);
    this.turn(reach * Math.sin(seconds * 0.9), 0);
    requestAnimationFrame((next) => this.sway(next));
  }

  /** Takes other limits and stays where it is, as far as they allow; for a character that is another form of the last one. */
  keep(limits: TurnLimits): void {
    this.limits = limits;
    this.turn(this.yaw, this.pitch);
  }

  /** The user's own turn, radians: the swaying ends. */
  turnTo(yaw: number, pitch: number): void {
    this.swaying = 0;
    this.turn(yaw, pitch);
  }

  private turn(yaw: number, pitch: number): void {
    this.yaw = Math.min(this.limits.maximum, Math.max(this.limits.minimum, yaw));
    this.pitch = Math.min(HIGHEST, Math.max(-HIGHEST, pitch));
    if (this.yaw !== yaw) this.speed = 0;
    this.changed();
  }

  private listenToPointer(canvas: HTMLCanvasElement): void {
    let last = { x: 0, y: 0, time: 0 };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.dragging = true;
      this.speed = 0;
      this.turnTo(this.yaw, this.pitch);
      last = { x: event.clientX, y: event.clientY, time: event.timeStamp };
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.dragging) return;
      const unit = ACROSS / canvas.clientWidth;
      const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
      const elapsed = Math.max(1, event.timeStamp - last.time) / 1000;
      // Pulled to the right, the face turns to the right; pulled down, the camera rises.
      this.turnTo(this.yaw + dx * unit, this.pitch + dy * unit * 0.4);
      this.speed = 0.7 * ((dx * unit) / elapsed) + 0.3 * this.speed;
      last = { x: event.clientX, y: event.clientY, time: event.timeStamp };
    });
    const release = (event: PointerEvent): void => {
      if (!this.dragging) return;
      this.dragging = false;
      if (event.timeStamp - last.time > 80) this.speed = 0;
      this.coast(performance.now());
    };
    canvas.addEventListener('pointerup', release);
    canvas.addEventListener('pointercancel', release);
  }

  private coast(before: number): void {
    requestAnimationFrame((now) => {
      if (this.dragging || Math.abs(this.speed) < radians(2)) return;
      const seconds = Math.min(0.1, Math.max(0, now - before) / 1000);
      this.speed *= COASTING ** seconds;
      this.turnTo(this.yaw + this.speed * seconds, this.pitch);
      this.coast(now);
    });
  }

  private press(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [this.yaw - STEP, this.pitch],
      ArrowRight: [this.yaw + STEP, this.pitch],
      ArrowUp: [this.yaw, this.pitch + STEP],
      ArrowDown: [this.yaw, this.pitch - STEP],
      Home: [0, 0],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    this.speed = 0;
    this.turnTo(...move);
  }
}

/** An angle for people: `+12°`; `about` where it was never measured. */
export function spellAngle(yaw: number, calibrated: boolean): string {
  const rounded = Math.round(degrees(yaw));
  return `${calibrated ? '' : 'about '}${rounded > 0 ? '+' : rounded < 0 ? '−' : ''}${Math.abs(rounded)}°`;
}
