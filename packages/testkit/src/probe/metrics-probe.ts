import type { Gatherer, LabelSet } from '@bduf/metrics-core/interfaces';
import { seriesOf } from '@bduf/metrics-core/primitives';

/** Tells what was recorded since it was made, so that tests need no fresh collector and no reset. */
export interface MetricsProbe {
  /**
   * By how much a metric grew: the sum over all series whose labels include the given ones. Of histograms and summaries
   * the number of observations. 0 when nothing matches.
   */
  delta(name: string, labels?: LabelSet): number;
  /** The current value: the same sum, since the start. */
  value(name: string, labels?: LabelSet): number;
  /** Begins anew from now. */
  reset(): void;
}

/**
 * Makes a probe of a collector.
 *
 * @param gatherer - Usually a `MetricsCollector`. It is read synchronously.
 */
export function probeMetrics(gatherer: Gatherer): MetricsProbe {
  let baseline = readSeries(gatherer);
  return {
    delta: (name, labels = {}) => sumOf(readSeries(gatherer), name, labels) - sumOf(baseline, name, labels),
    value: (name, labels = {}) => sumOf(readSeries(gatherer), name, labels),
    reset: () => {
      baseline = readSeries(gatherer);
    },
  };
}

interface RecordedSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function readSeries(gatherer: Gatherer): readonly RecordedSeries[] {
  return gatherer
    .gatherSync()
    .flatMap((family) => Array.from(seriesOf(family), ({ labels, value }) => ({ name: family.name, labels, value })));
}

function sumOf(all: readonly RecordedSeries[], name: string, wanted: LabelSet): number {
  const pairs = Object.entries(wanted);
  return all
    .filter((series) => series.name === name && pairs.every(([label, value]) => series.labels[label] === String(value)))
    .reduce((sum, { value }) => sum + value, 0);
}
