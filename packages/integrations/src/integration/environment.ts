import type { IntegrationConfig } from './integration-config.ts';

/** Environment variables, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that stand for fields of a target. */
type Fields<Target> = { readonly [Field in keyof Target]?: string };

const DATADOG: Fields<NonNullable<IntegrationConfig['datadog']>> = {
  apiKey: 'DD_API_KEY',
  site: 'DD_SITE',
  host: 'DD_HOSTNAME',
};

const DATADOG_TAGS = { env: 'DD_ENV', service: 'DD_SERVICE', version: 'DD_VERSION' };

const INFLUXDB_V2 = { url: 'INFLUX_HOST', org: 'INFLUX_ORG', bucket: 'INFLUX_BUCKET_NAME', token: 'INFLUX_TOKEN' };

/**
 * Fills fields that a configuration leaves out from the environment variables that are usual for a system. Only targets
 * whose key is there are looked at: a variable alone sends nothing anywhere.
 */
export function withEnvironment(config: unknown, env: Environment): unknown {
  if (!isRecord(config)) return config;
  const { datadog, influxdb, statsd } = config;
  return {
    ...config,
    ...(isRecord(datadog) && { datadog: filled(withTags(datadog, env), DATADOG, env) }),
    ...(isRecord(influxdb) && influxdb['version'] === 2 && { influxdb: filled(influxdb, INFLUXDB_V2, env) }),
    ...(isRecord(statsd) && statsd['flavour'] === 'dogstatsd' && { statsd: withAgent(statsd, env) }),
  };
}

function filled(target: Readonly<Record<string, unknown>>, fields: object, env: Environment): Record<string, unknown> {
  const found = Object.entries(fields as Record<string, string>).flatMap(([field, variable]) => {
    const value = env[variable];
    return value === undefined || value === '' ? [] : [[field, value] as const];
  });
  const given = Object.entries(target).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(found), ...Object.fromEntries(given) };
}

function withTags(datadog: Readonly<Record<string, unknown>>, env: Environment): Readonly<Record<string, unknown>> {
  const { tags } = datadog;
  return tags === undefined || isRecord(tags) ? { ...datadog, tags: filled(tags ?? {}, DATADOG_TAGS, env) } : datadog;
}

/** A path says where the agent is, so its host and port do not matter then. */
function withAgent(statsd: Readonly<Record<string, unknown>>, env: Environment): unknown {
  if (statsd['protocol'] === 'unix') return statsd;
  const { port, ...rest } = filled(statsd, { host: 'DD_AGENT_HOST', port: 'DD_DOGSTATSD_PORT' }, env);
  return { ...rest, ...(port !== undefined && { port: typeof port === 'string' ? Number(port) : port }) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
