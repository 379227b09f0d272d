import { MetricsError } from '@bduf/metrics-core/interfaces';
import { z } from 'zod';
import { cloudWatchSchema } from '../targets/cloudwatch/cloudwatch-config.ts';
import { datadogSchema } from '../targets/datadog/datadog-config.ts';
import { influxdbSchema } from '../targets/influxdb/influxdb-config.ts';
import { pushgatewaySchema } from '../targets/pushgateway/pushgateway-config.ts';
import { remoteWriteSchema } from '../targets/remote-write/remote-write-config.ts';
import { statsdSchema } from '../targets/statsd/statsd-config.ts';
import { type Environment, withEnvironment } from './environment.ts';
import type { DeliveryConfig, IntegrationConfig } from './integration-config.ts';

/** Beyond this a timer fires at once. */
const MOST_MS = 2 ** 31 - 1;

const milliseconds = z.number().int().min(1).max(MOST_MS);

const deliverySchema: z.ZodType<DeliveryConfig> = z.strictObject({
  timeoutMs: milliseconds.optional(),
  maxQueueBytes: z.number().int().min(1024).optional(),
  maxAttempts: z.number().int().min(1).optional(),
  maxAgeMs: milliseconds.optional(),
  baseMs: milliseconds.optional(),
  maxMs: milliseconds.optional(),
  whenUnclear: z.enum(['repeat', 'drop']).optional(),
  failureThreshold: z.number().int().min(1).optional(),
  openMs: milliseconds.optional(),
});

const configSchema: z.ZodType<IntegrationConfig> = z.strictObject({
  intervalMs: milliseconds.min(100).optional(),
  delivery: deliverySchema.optional(),
  pushgateway: pushgatewaySchema.optional(),
  remoteWrite: remoteWriteSchema.optional(),
  influxdb: influxdbSchema.optional(),
  statsd: statsdSchema.optional(),
  datadog: datadogSchema.optional(),
  cloudwatch: cloudWatchSchema.optional(),
});

/**
 * Checks a configuration, which may come from a file, and fills what it leaves out from the environment variables that are
 * usual for a system.
 *
 * @param env - Usually `process.env`.
 * @throws MetricsError `METRICS_ERR_INTEGRATION_CONFIG_INVALID` that names every field at fault. Values are left out of
 *   the message, since some are secret.
 */
export function parseIntegrationConfig(config: unknown, env: Environment): IntegrationConfig {
  const { data, error } = configSchema.safeParse(withEnvironment(config, env));
  if (error === undefined) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'the configuration'}: ${message}`);
  throw new MetricsError(
    'METRICS_ERR_INTEGRATION_CONFIG_INVALID',
    `The configuration of the integration is invalid: ${problems.join('; ')}. Correct these fields.`,
  );
}
