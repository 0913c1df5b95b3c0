/** Milliseconds of a frame at 60 and at 30 in a second. */
const LINES = [1000 / 60, 1000 / 30];

/** What the graph's height stands for, milliseconds. */
const MOST = 50;

/** Draws how long each frame took, the newest on the right. */
export class FrameGraph {
  private readonly context: CanvasRenderingContext2D;
  private readonly times: number[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!;
  }

  /** Takes a frame's time in milliseconds. */
  add(milliseconds: number): void {
    this.times.push(milliseconds);
    if (this.times.length > this.context.canvas.width) this.times.shift();
  }

  /** Of the frames shown; 0 before the first. */
  get median(): number {
    return [...this.times].sort((a, b) => a - b)[this.times.length >> 1] ?? 0;
  }

  draw(): void {
    const { context, times } = this;
    const { width, height } = context.canvas;
    const y = (time: number): number => height - (Math.min(MOST, time) / MOST) * height;
    context.clearRect(0, 0, width, height);
    context.fillStyle = '#ef8a5e';
    for (const [k, time] of times.entries())
      context.fillRect(width - times.length + k, y(time), 1, height - y(time));
    context.fillStyle = 'rgb(255 255 255 / 45%)';
    for (const line of LINES) context.fillRect(0, Math.round(y(line)), width, 1);
  }
}
