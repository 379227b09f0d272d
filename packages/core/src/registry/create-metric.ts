import { MetricType } from '../interfaces/metric-type.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { createCounter } from '../metrics/counter.ts';
import { createGauge } from '../metrics/gauge.ts';
import { createHistogram } from '../metrics/histogram.ts';
import { InfoMetric } from '../metrics/info.ts';
import type { MetricBase } from '../metrics/metric-base.ts';
import type { MetricContext } from '../metrics/metric-context.ts';
import { StateSetMetric } from '../metrics/state-set.ts';
import { createSummary } from '../metrics/summary.ts';
import { finiteLabelSets } from '../metrics/zero-series.ts';

/** Makes the metric of a definition, with the series that it has from the start. */
export function createMetric(resolved: ResolvedDefinition, context: MetricContext): MetricBase {
  const metric = metricOfType(resolved, context);
  const startsAtZero = resolved.type === MetricType.COUNTER || resolved.type === MetricType.HISTOGRAM;
  if (startsAtZero) metric.startSeries(finiteLabelSets(resolved.labels, resolved.maxSeries));
  return metric;
}

function metricOfType(resolved: ResolvedDefinition, context: MetricContext): MetricBase {
  switch (resolved.type) {
    case MetricType.COUNTER:
      return createCounter(resolved, context);
    case MetricType.GAUGE:
      return createGauge(resolved, context);
    case MetricType.HISTOGRAM:
      return createHistogram(resolved, context);
    case MetricType.SUMMARY:
      return createSummary(resolved, context);
    case MetricType.INFO:
      return new InfoMetric(resolved, context);
    case MetricType.STATE_SET:
      return new StateSetMetric(resolved, context);
  }
}
