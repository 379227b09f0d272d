// The one class most users need, and its configuration.
export {
  type DeadlineOptions,
  type IntegrationOptions,
  MetricsIntegration,
} from './integration/metrics-integration.ts';
export type { ExitOptions } from './integration/close-at-exit.ts';
export type { IntegrationExporter } from './integration/integration-exporter.ts';
export type { DeliveryConfig, IntegrationConfig } from './integration/integration-config.ts';
export type { Environment } from './integration/environment.ts';
export { parseIntegrationConfig } from './integration/parse-config.ts';
export type {
  InfluxdbConfig,
  InfluxdbConfigBase,
  InfluxdbV1Config,
  InfluxdbV2Config,
} from './targets/influxdb/influxdb-config.ts';
export type { RemoteWriteConfig } from './targets/remote-write/remote-write-config.ts';
export type { PushgatewayConfig } from './targets/pushgateway/pushgateway-config.ts';
export type { CloudWatchConfig } from './targets/cloudwatch/cloudwatch-config.ts';
export type { CloudWatchDatum, PutMetricData } from './targets/cloudwatch/cloudwatch-client.ts';
export type { DatadogConfig } from './targets/datadog/datadog-config.ts';
export type { StatsdConfig } from './targets/statsd/statsd-config.ts';
export type { CreateDatagramSocket } from './targets/statsd/datagram-wire.ts';
export type { ConnectStream } from './targets/statsd/stream-wire.ts';
export type { HttpAccess } from './http/http-access.ts';
export type { Fetch } from './http/post-body.ts';

// Metrics for scrapers.
export type { PrometheusServer, PrometheusServerOptions } from './server/prometheus-server.ts';

// For programs that use prom-client or @prometheus-io/client, in both directions.
export {
  type PromClientInstrument,
  PrometheusRegistry,
  createPrometheusRegistry,
} from './prom-client/prometheus-registry.ts';
export type { MetricHead, RegistryMetric } from './prom-client/registry-metric.ts';
export { type WithPromClientOptions, withPromClient } from './prom-client/with-prom-client.ts';
export type {
  PromClientExemplar,
  PromClientLabels,
  PromClientMetric,
  PromClientRegistry,
  PromClientValue,
} from './prom-client/prom-client-metric.ts';

// For the exporters of OpenTelemetry.
export {
  type MetricProducerOptions,
  type OtelCollection,
  type OtelMetricProducer,
  type OtelResource,
  type OtelScope,
  createMetricProducer,
} from './opentelemetry/metric-producer.ts';
export type {
  OtelDescriptor,
  OtelExponentialBuckets,
  OtelExponentialHistogram,
  OtelExponentialMetric,
  OtelGauge,
  OtelHistogram,
  OtelHistogramMetric,
  OtelMetric,
  OtelMetricBase,
  OtelPoint,
  OtelSum,
  OtelTime,
} from './opentelemetry/otel-metric-data.ts';

// What became of a push, and how delivery is going.
export type { DeliveryReport } from './delivery/round.ts';
export type { DeliveryCounts, DeliveryState } from './delivery/delivery-tally.ts';
export { DEFAULT_DELIVERY, type DeliveryOptions } from './delivery/delivery-options.ts';

// For targets of your own.
export type { DeliveryTarget, DropReason, Parcel, Reading } from './delivery/delivery-target.ts';
export type { Delivered, Postponed, Refused, SendOutcome } from './delivery/send-outcome.ts';
export { DeltaLedger } from './deltas/delta-ledger.ts';
