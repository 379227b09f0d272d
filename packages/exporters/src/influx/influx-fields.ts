import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';

/** Keys of the fields of single values. */
const VALUE_KEYS: Readonly<Record<Exclude<FamilyType, 'histogram' | 'summary'>, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'value',
};

/**
 * Keys of the fields of a series, one for each slot. They are those that Telegraf gives scraped Prometheus metrics
 * (metric version 1), so that dashboards and Flux functions for these work.
 */
export function fieldKeys({ type, upperBounds, quantiles }: MetricFamily): readonly string[] {
  if (type === 'histogram') return [...upperBounds.map(String), '+Inf', 'sum', 'count'];
  if (type === 'summary') return [...quantiles.map(String), 'sum', 'count'];
  return [VALUE_KEYS[type]];
}
