/** Statistics of the samples of one series in one bucket. */
export interface SampleStatistics {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
  /** Of the population. */
  readonly variance: number;
}

/** Statistics of the samples of several series together; numbers are NaN without any. */
export interface PooledStatistics extends Omit<SampleStatistics, 'last'> {
  /** The last sample of each series. */
  readonly lasts: readonly number[];
}

/** Puts the samples of several series together, without a look at them. */
export function poolSamples(parts: readonly SampleStatistics[]): PooledStatistics {
  let [count, sum, squares, mean] = [0, 0, 0, 0];
  let [min, max] = [NaN, NaN];
  for (const part of parts) {
    // Chan, Golub, LeVeque 1983.
    const distance = part.sum / part.count - mean;
    squares += part.variance * part.count + (distance * distance * count * part.count) / (count + part.count);
    count += part.count;
    sum += part.sum;
    mean += (distance * part.count) / count;
    if (part.min < min || Number.isNaN(min)) min = part.min;
    if (part.max > max || Number.isNaN(max)) max = part.max;
  }
  return { count, sum, min, max, variance: count === 0 ? NaN : squares / count, lasts: parts.map(({ last }) => last) };
}
