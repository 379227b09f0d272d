import type { SampledSeries } from '../../interfaces/sampled-series.ts';

/** A span of time, and how long a value stays valid after its sample. */
export interface ObservedSpan {
  /** Start, in milliseconds since the epoch. */
  readonly fromMs: number;
  /** End, after the start. */
  readonly toMs: number;
  /** How long a value stays valid. */
  readonly lookbackMs: number;
}

/**
 * Share of a span in which a series was observed, from 0 to 1. Before its birth and after its removal there was nothing to
 * observe, which counts as observed.
 */
export function observedShare(series: SampledSeries, span: ObservedSpan): number {
  const { fromMs, toMs } = span;
  if (isPlain(series, span)) return 1;
  const unobserved = beforeObservation(series, span) + inGaps(series, span) + afterSamples(series, span);
  return Math.min(1, Math.max(0, 1 - unobserved / (toMs - fromMs)));
}

/** The usual case: observed all along, without gaps, up to now. */
function isPlain(
  { observedSinceMs, gaps, timestampsMs }: SampledSeries,
  { fromMs, toMs, lookbackMs }: ObservedSpan,
): boolean {
  if (observedSinceMs > fromMs || gaps.length > 0) return false;
  return toMs - (timestampsMs[timestampsMs.length - 1] ?? -Infinity) < lookbackMs;
}

function beforeObservation({ createdMs, observedSinceMs }: SampledSeries, { fromMs, toMs }: ObservedSpan): number {
  if (!(observedSinceMs > fromMs)) return 0;
  const unknownSince = createdMs >= fromMs && createdMs < observedSinceMs ? createdMs : fromMs;
  return Math.min(observedSinceMs, toMs) - unknownSince;
}

function inGaps({ gaps, resets, timestampsMs }: SampledSeries, { fromMs, toMs }: ObservedSpan): number {
  let missing = 0;
  for (const gap of gaps) {
    // A series that began again with the sample after the gap was not there before.
    if (gap === 0 || gap >= timestampsMs.length || resets?.includes(gap) === true) continue;
    const begin = Math.max(timestampsMs[gap - 1] ?? NaN, fromMs);
    const end = Math.min(timestampsMs[gap] ?? NaN, toMs);
    if (end > begin) missing += end - begin;
  }
  return missing;
}

function afterSamples(series: SampledSeries, { fromMs, toMs, lookbackMs }: ObservedSpan): number {
  const { timestampsMs, gaps, cells } = series;
  const last = timestampsMs.length - 1;
  if (gaps.at(-1) === timestampsMs.length) return 0;
  const lastMs = timestampsMs[last] ?? fromMs;
  const distance = cells === undefined || last < 1 ? 0 : lastMs - (timestampsMs[last - 1] ?? NaN);
  return toMs - lastMs < Math.max(lookbackMs, 2 * distance) ? 0 : toMs - Math.max(lastMs, fromMs);
}
