/**
 * Output formats that `exportMetrics` knows by name. The core renders none of them: an encoder for each
 * comes from a package (`@bduf/metrics-exporters`) and is registered with the collector.
 */
export const MetricFormat = {
  PROMETHEUS: 'prometheus',
  OPENMETRICS: 'openmetrics',
  JSON: 'json',
  INFLUXDB: 'influxdb',
  STATSD: 'statsd',
} as const;
/** Output formats that `exportMetrics` knows by name. */
export type MetricFormat = (typeof MetricFormat)[keyof typeof MetricFormat];
/** The type of each format name. */
export declare namespace MetricFormat {
  /** Prometheus text exposition 0.0.4. */
  type PROMETHEUS = typeof MetricFormat.PROMETHEUS;
  /** OpenMetrics text 1.0. */
  type OPENMETRICS = typeof MetricFormat.OPENMETRICS;
  /** JSON with a published schema. */
  type JSON = typeof MetricFormat.JSON;
  /** InfluxDB line protocol. */
  type INFLUXDB = typeof MetricFormat.INFLUXDB;
  /** StatsD datagrams. */
  type STATSD = typeof MetricFormat.STATSD;
}
