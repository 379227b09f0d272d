import type { SampledSeries } from '../../interfaces/sampled-series.ts';
import type { SampleWindow } from '../windows/sample-window.ts';
import { type IncreaseSpan, increaseSpan, lastingSpan } from '../windows/window-increase.ts';
import type { HistogramRow } from './histogram-row.ts';

/**
 * Increase of a histogram in a window, bucket by bucket. All its numbers are known over the same span and begin again together,
 * so that the rows at both ends of the window, and those before resets, are all that is looked at.
 *
 * @returns Whether it is known.
 */
export function exactRowIncrease(row: HistogramRow, time: number, window: SampleWindow): boolean {
  const span = increaseSpan(window);
  if (span !== undefined) fill(row, time, window, { span, divisor: 1 });
  return span !== undefined;
}

/** The same per second. */
export function exactRowRate(row: HistogramRow, time: number, window: SampleWindow): boolean {
  const span = lastingSpan(window);
  if (span !== undefined) fill(row, time, window, { span, divisor: (span.untilMs - span.sinceMs) / 1000 });
  return span !== undefined;
}

function fill(
  row: HistogramRow,
  time: number,
  window: SampleWindow,
  { span, divisor }: { readonly span: IncreaseSpan; readonly divisor: number },
): void {
  const { series } = window.column;
  const start = time * row.bounds.length;
  let count = 0;
  for (let bucket = 0; bucket < row.bounds.length; bucket++) {
    count += increaseOf(series, countPlace(series, bucket), window, span);
    row.counts[start + bucket] = count / divisor;
  }
  row.sums[time] = increaseOf(series, sumPlace(series), window, span) / divisor;
}

function countPlace({ type, width }: SampledSeries, bucket: number): number {
  return type === 'summary' ? width - 1 : bucket;
}

function sumPlace({ type, width }: SampledSeries): number {
  return type === 'summary' ? width - 2 : width - 1;
}

/** Increase of one number of the rows. */
function increaseOf(series: SampledSeries, place: number, window: SampleWindow, span: IncreaseSpan): number {
  const { values, width, cells } = series;
  if (cells !== undefined) {
    let sum = 0;
    const from = span.base === -1 ? window.first : span.base + 1;
    for (let index = from; index < window.end; index++) sum += cells.increases[index * width + place] ?? 0;
    return sum;
  }
  const base = span.base === -1 ? 0 : (values[span.base * width + place] ?? NaN);
  let increase = (values[(window.end - 1) * width + place] ?? NaN) - base;
  const { resets } = window.column;
  for (let at = 0; at < resets.length; at++) {
    const index = resets[at] ?? 0;
    if (index >= window.end) break;
    if (index >= span.resetsFrom) increase += values[(index - 1) * width + place] ?? 0;
  }
  return increase;
}
