/** Noise below this many pixels is not worth what a filter costs in sharpness. */
const BEARABLE = 0.2;

/** Weighted against a step of this many standard deviations of the noise, a neighbour hardly counts. */
const RANGE_FACTOR = 2.5;

/**
 * Standard deviation of independent noise in each pixel, from second differences both ways at once, which slopes and
 * folds leave at zero (Immerkær 1996); by the median, so that edges do not count.
 * @param values  f32 [H,W]; NaN where unknown
 */
export function noiseLevel(values: Float32Array, width: number, height: number): number {
  const found: number[] = [];
  const at = (x: number, y: number): number => values[y * width + x]!;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      const sides = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      const response = corners - 2 * sides + 4 * at(x, y);
      if (!Number.isNaN(response)) found.push(Math.abs(response));
    }
  if (found.length === 0) return 0;
  found.sort((a, b) => a - b);
  // The kernel's squares sum to 36; the median of |normal| is 0.6745 σ.
  return found[found.length >> 1]! / (6 * 0.6745);
}

/**
 * Takes noise out of depth and leaves edges: medians while it is strong, then a bilateral filter whose range follows
 * what is left. Depth without noise comes back as it is.
 * @param depth  f32 [H,W]; NaN where unknown stays NaN
 * @param scale  pixels for each unit of depth
 */
export function denoiseDepth(
  depth: Float32Array,
  width: number,
  height: number,
  scale: number,
): Float32Array {
  const level = noiseLevel(depth, width, height) * scale;
  if (level < BEARABLE) return depth;
  const radius = Math.min(3, 1 + Math.round(level / 2));
  let out = filtered(depth, width, height, radius, medianOf);
  // A median over n values leaves about √(π/2n) of the noise.
  let left = ((level / scale) * Math.sqrt(Math.PI / 2)) / (2 * radius + 1);
  for (let pass = 0; pass < 2; pass++) {
    const range = RANGE_FACTOR * left;
    out = filtered(out, width, height, radius, (values, own) => {
      let [sum, weights] = [0, 0];
      for (const value of values) {
        const weight = Math.exp(-0.5 * ((value - own) / range) ** 2);
        sum += weight * value;
        weights += weight;
      }
      return sum / weights;
    });
    left *= 0.7;
  }
  return out;
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

/** Each known pixel from the known ones in its disc. */
function filtered(
  source: Float32Array,
  width: number,
  height: number,
  radius: number,
  rule: (values: number[], own: number) => number,
): Float32Array {
  const out = new Float32Array(source.length).fill(Number.NaN);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const own = source[y * width + x]!;
      if (Number.isNaN(own)) continue;
      const values: number[] = [];
      for (let dy = -radius; dy <= radius; dy++)
        for (let dx = -radius; dx <= radius; dx++) {
          if (dx * dx + dy * dy > radius * radius + 1) continue;
          const [nx, ny] = [x + dx, y + dy];
          if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
          const value = source[ny * width + nx]!;
          if (!Number.isNaN(value)) values.push(value);
        }
      out[y * width + x] = rule(values, own);
    }
  return out;
}
