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
  const metric = FACTORIES[resolved.type](resolved, context);
  const startsAtZero = resolved.type === MetricType.COUNTER || resolved.type === MetricType.HISTOGRAM;
  if (startsAtZero) metric.startSeries(finiteLabelSets(resolved.labels, resolved.maxSeries));
  return metric;
}

const FACTORIES: Readonly<Record<MetricType, (resolved: ResolvedDefinition, context: MetricContext) => MetricBase>> = {
  counter: createCounter,
  gauge: createGauge,
  histogram: createHistogram,
  summary: createSummary,
  info: (resolved, context) => new InfoMetric(resolved, context),
  stateset: (resolved, context) => new StateSetMetric(resolved, context),
};
