import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { labelPairs } from '../samples/label-pairs.ts';
import { prometheusSamples } from '../samples/prometheus-samples.ts';
import { visibleRows } from '../samples/visible-rows.ts';
import type { PromClientMetric, PromClientValue } from './prom-client-metric.ts';

/** What prom-client calls a type, and how it makes one value of those of several processes. */
const KINDS: Readonly<Record<FamilyType, PromClientKind>> = {
  counter: { type: 'counter', aggregator: 'sum' },
  gauge: { type: 'gauge', aggregator: 'sum' },
  histogram: { type: 'histogram', aggregator: 'sum' },
  // The 1 that says that something is so stays 1.
  info: { type: 'gauge', aggregator: 'max' },
  stateset: { type: 'gauge', aggregator: 'max' },
  summary: { type: 'summary', aggregator: 'sum' },
  // The only word for it that both Prometheus text and OpenMetrics know: prom-client writes one word into either.
  unknown: { type: 'gauge', aggregator: 'sum' },
};

/** How prom-client treats a type. */
interface PromClientKind {
  readonly type: string;
  readonly aggregator: string;
}

/** How prom-client treats a type of ours. */
export function promClientKind(type: FamilyType): PromClientKind {
  return KINDS[type];
}

/** A family as prom-client's `getMetricsAsJSON` would give it. */
export function familyAsMetric(family: MetricFamily): PromClientMetric {
  const { name, description, type } = family;
  const samples = prometheusSamples(family);
  const values = Array.from(visibleRows(family), ({ block, row, numbers }) => {
    const labels = Object.fromEntries(labelPairs(family, block, row));
    return samples.map(({ suffix, extra, valueOf }): PromClientValue => {
      const own = extra === undefined ? labels : { [extra[0]]: boundOf(extra[1]), ...labels };
      const value = valueOf(numbers);
      return suffix === '' ? { value, labels: own } : { value, labels: own, metricName: name + suffix };
    });
  });
  return { name, help: description, ...promClientKind(type), values: values.flat() };
}

/** prom-client has bounds and quantiles as numbers. */
function boundOf(text: string): string | number {
  return text === '+Inf' ? text : Number(text);
}
