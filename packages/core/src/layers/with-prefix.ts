import { checkMetricName } from '../definition/metric-names.ts';
import { type MetricTarget, RegistererLayer } from './registerer-layer.ts';

/**
 * A view of a collector in which every metric name gets a prefix: a library that defines `jobs_total` in it exposes
 * `billing_jobs_total`.
 *
 * @param target - The collector or another layer; it keeps the metrics.
 * @param prefix - Put before every name, such as `billing_`.
 * @throws MetricsError `METRICS_ERR_DEFINITION_INVALID` when no metric name can begin with it.
 */
export function withPrefix(target: MetricTarget, prefix: string): MetricTarget {
  checkMetricName(`${prefix}x`);
  return new RegistererLayer(target, {
    nameOf: (name) => prefix + name,
    redefine: (_, definition) => definition,
  });
}
