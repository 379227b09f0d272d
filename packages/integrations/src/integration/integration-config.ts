import type { DeliveryOptions } from '../delivery/delivery-options.ts';
import type { CloudWatchConfig } from '../targets/cloudwatch/cloudwatch-config.ts';
import type { DatadogConfig } from '../targets/datadog/datadog-config.ts';
import type { InfluxdbConfig } from '../targets/influxdb/influxdb-config.ts';
import type { PushgatewayConfig } from '../targets/pushgateway/pushgateway-config.ts';
import type { RemoteWriteConfig } from '../targets/remote-write/remote-write-config.ts';
import type { StatsdConfig } from '../targets/statsd/statsd-config.ts';

/** Where metrics go: one key for each target, all of them optional. Plain data, so it can stand in a file. */
export interface IntegrationConfig {
  /** Pause between periodic pushes, in milliseconds, at least 100. Default 15 000. */
  readonly intervalMs?: number | undefined;
  /** How patiently metrics are delivered, for all targets. */
  readonly delivery?: DeliveryConfig | undefined;
  /** Prometheus Pushgateway. */
  readonly pushgateway?: PushgatewayConfig | undefined;
  /** Prometheus remote write. */
  readonly remoteWrite?: RemoteWriteConfig | undefined;
  /** InfluxDB. */
  readonly influxdb?: InfluxdbConfig | undefined;
  /** StatsD or DogStatsD. */
  readonly statsd?: StatsdConfig | undefined;
  /** Datadog, without an agent. */
  readonly datadog?: DatadogConfig | undefined;
  /** Amazon CloudWatch. */
  readonly cloudwatch?: CloudWatchConfig | undefined;
}

/** {@link DeliveryOptions} that differ from the defaults. */
export type DeliveryConfig = { readonly [Name in keyof DeliveryOptions]?: DeliveryOptions[Name] | undefined };
