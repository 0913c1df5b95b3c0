import type { RgbaImage } from './image.ts';

/** A straight line, pixels: x and y of its ends. */
export type Segment = readonly [number, number, number, number];

export interface LineStyle {
  /** Half the line's width, pixels. */
  readonly pen: number;
  /** 0–255. */
  readonly colour: readonly [number, number, number];
}

/** Draws lines with smooth edges and round ends over a picture; where they cross nothing is drawn twice. */
export function drawLines(image: RgbaImage, segments: readonly Segment[], { pen, colour }: LineStyle): void {
  if (segments.length === 0) return;
  const margin = pen + 1;
  const xs = segments.flatMap(([x0, , x1]) => [x0, x1]);
  const ys = segments.flatMap(([, y0, , y1]) => [y0, y1]);
  const right = Math.min(image.width, Math.ceil(Math.max(...xs) + margin));
  const bottom = Math.min(image.height, Math.ceil(Math.max(...ys) + margin));
  for (let y = Math.max(0, Math.floor(Math.min(...ys) - margin)); y < bottom; y++)
    for (let x = Math.max(0, Math.floor(Math.min(...xs) - margin)); x < right; x++) {
      const distance = Math.min(...segments.map((segment) => distanceToSegment(x + 0.5, y + 0.5, segment)));
      const coverage = Math.min(1, Math.max(0, pen + 0.5 - distance));
      const o = 4 * (y * image.width + x);
      for (let c = 0; c < 3; c++)
        image.data[o + c] = image.data[o + c]! + coverage * (colour[c]! - image.data[o + c]!);
    }
}

function distanceToSegment(x: number, y: number, [x0, y0, x1, y1]: Segment): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}
