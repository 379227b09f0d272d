import type { AlertSource, Gatherer, HealthSource, HistorySource, MetricEncoder } from '@bduf/metrics-core/interfaces';

/** Where answers come from. What is missing is answered with "not configured". */
export interface MetricSources {
  /** Current values: the collector. */
  readonly gatherer: Gatherer;
  /** Alerts, such as the `AlertManager` of `@bduf/metrics-alerting`. */
  readonly alerts?: AlertSource;
  /** Values of the past, such as the `MetricsHistory` of `@bduf/metrics-aggregation`. */
  readonly history?: HistorySource;
  /** Health checks. */
  readonly health?: HealthSource;
  /** Renders the resource `metrics://exposition`, such as an encoder of `@bduf/metrics-exporters`. */
  readonly encoder?: MetricEncoder;
}
