/** y ≈ scale·x + offset. */
export interface Line {
  readonly scale: number;
  readonly offset: number;
}

/**
 * Means, variances and covariance of pairs (x, y), counted one by one (Welford 1962) or merged from parts (Chan et al.
 * 1979). Correlation, the fit of a line and its error follow without keeping the pairs: millions of pixels of many
 * views in a few numbers. A constant list has a variance of exactly 0.
 */
export class PairMoments {
  count = 0;
  private meanX = 0;
  private meanY = 0;
  /** Sums of (x − mean)², (y − mean)² and their product. */
  private squaresX = 0;
  private squaresY = 0;
  private products = 0;

  /** Counts one pair. */
  add(x: number, y: number): void {
    this.count++;
    const deltaX = x - this.meanX;
    const deltaY = y - this.meanY;
    this.meanX += deltaX / this.count;
    this.meanY += deltaY / this.count;
    this.squaresX += deltaX * (x - this.meanX);
    this.squaresY += deltaY * (y - this.meanY);
    this.products += deltaX * (y - this.meanY);
  }

  /** Counts all pairs of another part. */
  merge(part: PairMoments): void {
    if (part.count === 0) return;
    const count = this.count + part.count;
    const deltaX = part.meanX - this.meanX;
    const deltaY = part.meanY - this.meanY;
    const weight = (this.count * part.count) / count;
    this.squaresX += part.squaresX + deltaX * deltaX * weight;
    this.squaresY += part.squaresY + deltaY * deltaY * weight;
    this.products += part.products + deltaX * deltaY * weight;
    this.meanX += (deltaX * part.count) / count;
    this.meanY += (deltaY * part.count) / count;
    this.count = count;
  }

  /** Pearson's correlation, −1..1; NaN where x or y is constant. */
  pearson(): number {
    if (!(this.squaresX > 0 && this.squaresY > 0)) return Number.NaN;
    return Math.min(1, Math.max(-1, this.products / Math.sqrt(this.squaresX) / Math.sqrt(this.squaresY)));
  }

  /** The line that minimises Σ(scale·x + offset − y)²; scale 0 where x is constant. */
  fitLine(): Line {
    const scale = this.squaresX > 0 ? this.products / this.squaresX : 0;
    return { scale, offset: this.meanY - scale * this.meanX };
  }

  /** Root of the mean of (scale·x + offset − y)². */
  rms({ scale, offset }: Line): number {
    const bias = scale * this.meanX + offset - this.meanY;
    const spread = scale ** 2 * this.squaresX - 2 * scale * this.products + this.squaresY;
    return Math.sqrt(bias ** 2 + Math.max(0, spread) / this.count);
  }
}
