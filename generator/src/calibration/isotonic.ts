/**
 * The rising sequence nearest to some values, least squares (pool adjacent violators; Barlow et al. 1972): stretches
 * that fall are replaced by their means.
 * @param weights above 0; by default all the same
 */
export function isotonic(values: ArrayLike<number>, weights: ArrayLike<number> | null = null): number[] {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (let k = 0; k < values.length; k++) {
    const weight = weights ? weights[k]! : 1;
    let pool = { sum: weight * values[k]!, weight, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.weight > pool.sum / pool.weight;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = {
        sum: last.sum + pool.sum,
        weight: last.weight + pool.weight,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, weight, count }) => new Array<number>(count).fill(sum / weight));
}
