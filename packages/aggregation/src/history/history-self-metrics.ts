import type { Histogram, Registerer } from '@bduf/metrics-core/interfaces';
import type { MetricsHistoryStatus } from './history-status.ts';

/** Defines what a history tells about itself, and returns the durations of its ticks. */
export function historySelfMetrics(metrics: Registerer, status: () => MetricsHistoryStatus): Histogram {
  metrics.gauge({
    name: 'metrics_history_bytes',
    description: 'Memory that the history of metrics holds.',
    collect: ({ set }) => set(status().usedBytes),
  });
  metrics.gauge({
    name: 'metrics_history_series',
    description: 'Series that the history of metrics has samples of.',
    collect: ({ set }) => set(status().seriesCount),
  });
  metrics.counter({
    name: 'metrics_history_evicted_samples_total',
    description: 'Samples that the history of metrics dropped before their time, for want of room.',
    collect: ({ set }) => set(status().evictedSamples),
  });
  metrics.counter({
    name: 'metrics_history_refused_series_total',
    description: 'How often the history of metrics could not keep a series, for want of room.',
    collect: ({ set }) => set(status().refusedSeries),
  });
  return metrics.histogram({
    name: 'metrics_history_tick_seconds',
    description: 'Duration of the snapshots that the history of metrics takes, pauses included.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  });
}
