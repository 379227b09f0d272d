/** Points at most: beyond, neighbours are put together, so that the number of pairs stays bounded. */
const MAX_POINTS = 500;

/**
 * Slope per second that outliers hardly touch: the median of the slopes of all pairs of points (Theil 1950, Sen 1968). Of more than
 * 500 points neighbours are averaged first.
 *
 * @param timestampsMs - Ascending, in milliseconds.
 * @param values - One for each; finite.
 * @returns NaN with fewer than two points of different time.
 */
export function theilSenSlope(timestampsMs: Float64Array, values: Float64Array): number {
  const times = averaged(timestampsMs);
  const levels = averaged(values);
  const slopes = new Float64Array((times.length * (times.length - 1)) / 2);
  let count = 0;
  for (let later = 1; later < times.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const seconds = ((times[later] ?? NaN) - (times[earlier] ?? NaN)) / 1000;
      if (seconds > 0) slopes[count++] = ((levels[later] ?? NaN) - (levels[earlier] ?? NaN)) / seconds;
    }
  }
  return median(slopes.subarray(0, count));
}

function averaged(column: Float64Array): Float64Array {
  const size = Math.ceil(column.length / MAX_POINTS);
  if (size <= 1) return column;
  return Float64Array.from({ length: Math.ceil(column.length / size) }, (_, group) => {
    const part = column.subarray(group * size, (group + 1) * size);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

function median(values: Float64Array): number {
  values.sort();
  const middle = values.length >>> 1;
  const upper = values[middle] ?? NaN;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] ?? NaN) + upper) / 2;
}
