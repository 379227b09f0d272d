import type { DeliveryTarget } from '../delivery/delivery-target.ts';
import { createCloudWatchApiTarget } from '../targets/cloudwatch/cloudwatch-api-target.ts';
import { createCloudWatchEmfTarget } from '../targets/cloudwatch/cloudwatch-emf-target.ts';
import { createDatadogDistributionsTarget } from '../targets/datadog/datadog-distributions-target.ts';
import { createDatadogTarget } from '../targets/datadog/datadog-series-target.ts';
import { createInfluxdbTarget } from '../targets/influxdb/influxdb-target.ts';
import { createPushgatewayTarget } from '../targets/pushgateway/pushgateway-target.ts';
import { createRemoteWriteTarget } from '../targets/remote-write/remote-write-target.ts';
import { createStatsdTarget } from '../targets/statsd/statsd-target.ts';
import type { TargetParts } from '../targets/target-parts.ts';
import type { IntegrationConfig } from './integration-config.ts';

/** Name of a target: its key in the configuration, or that of its second half. */
export type TargetName = Exclude<keyof IntegrationConfig, 'intervalMs' | 'delivery'> | 'datadogDistributions';

/** Makes the targets that are configured. */
export function createTargets(config: IntegrationConfig, parts: TargetParts): readonly DeliveryTarget[] {
  const made: { readonly [Name in TargetName]: DeliveryTarget | undefined } = {
    pushgateway: config.pushgateway && createPushgatewayTarget(config.pushgateway, parts),
    remoteWrite: config.remoteWrite && createRemoteWriteTarget(config.remoteWrite, parts),
    influxdb: config.influxdb && createInfluxdbTarget(config.influxdb, parts),
    statsd: config.statsd && createStatsdTarget(config.statsd, parts),
    datadog: config.datadog && createDatadogTarget(config.datadog, parts),
    cloudwatch:
      config.cloudwatch &&
      (config.cloudwatch.mode === 'api' ? createCloudWatchApiTarget : createCloudWatchEmfTarget)(
        config.cloudwatch,
        parts,
      ),
    datadogDistributions:
      config.datadog?.histograms === 'distributions'
        ? createDatadogDistributionsTarget(config.datadog, parts)
        : undefined,
  };
  return Object.values(made).filter((target) => target !== undefined);
}
