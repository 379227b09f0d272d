import { provision, start } from '@bduf/backends';
import type { Registerer } from '@bduf/metrics-core/interfaces';
import type { MetricsExporter } from '@bduf/metrics-exporters';
import { type IntegrationConfig, MetricsIntegration } from '@bduf/metrics-integrations';

/** Monitoring systems that the demonstration starts and feeds. */
export const MONITORING_SYSTEMS = ['prometheus', 'victoriametrics', 'influxdb', 'statsd'] as const;
/** A monitoring system that the demonstration starts and feeds. */
export type MonitoringSystemName = (typeof MONITORING_SYSTEMS)[number];

/** What a monitoring system is to be fed from. */
export interface MonitoredService {
  /** Where the service is reached. */
  readonly origin: string;
  readonly exporter: MetricsExporter;
  readonly registerer: Registerer;
}

/** A real server that gets the metrics of the service. */
export interface MonitoringSystem {
  /** Where to look, for people. */
  readonly description: string;
  /** All requests of a method and a route that the system knows of: what it has of `http_requests_total`, added up. */
  countedRequests(): Promise<number>;
  /** Delivers what is left and ends the server. */
  close(): Promise<void>;
}

type Starter = (service: MonitoredService) => Promise<MonitoringSystem>;

const DELIVERY_INTERVAL_MS = 2000;
/** How long the last delivery may take when the service ends. */
const CLOSE_DEADLINE_MS = 1000;
const REQUESTS = 'http_requests_total';

const STARTERS: Readonly<Record<MonitoringSystemName, Starter>> = {
  prometheus: async ({ origin }) => {
    const server = await start.prometheus({ scrape: [origin.replace('http://', '')], interval: '2s' });
    return {
      description: `Prometheus scrapes /metrics: ${server.url}/query?g0.expr=${REQUESTS}`,
      countedRequests: async () => totalOf(await server.query(`sum(${REQUESTS})`)),
      close: () => server.stop(),
    };
  },
  victoriametrics: async (service) => {
    const server = await start.victoriametrics();
    const integration = deliver(service, { remoteWrite: { url: `${server.url}/api/v1/write` } });
    return {
      description: `VictoriaMetrics gets remote write: ${server.url}/vmui/#/?g0.expr=${REQUESTS}`,
      countedRequests: async () => totalOf(await server.query(`sum(${REQUESTS})`)),
      close: () => closeBoth(integration, server),
    };
  },
  influxdb: async (service) => {
    const server = await start.influxdb({ database: 'bduf' });
    const integration = deliver(service, { influxdb: { version: 1, url: server.url, database: server.database } });
    return {
      description: `InfluxDB gets line protocol: ${server.url}/query?db=bduf&q=SHOW+MEASUREMENTS`,
      countedRequests: async () => {
        const series = await server.query(`SELECT last(*) FROM "${REQUESTS}" GROUP BY *`);
        return sum(series.map(({ columns, values }) => Number(values[0]?.[columns.length - 1] ?? 0)));
      },
      close: () => closeBoth(integration, server),
    };
  },
  statsd: async (service) => {
    const server = await start.statsd();
    const integration = deliver(service, { statsd: { host: '127.0.0.1', port: server.port } });
    return {
      description: `StatsD gets datagrams on UDP port ${server.port}; it prints what it flushes nowhere but adds it up`,
      countedRequests: async () => {
        const { counters } = await server.settledValues();
        return sum(Object.keys(counters).map((key) => (key.startsWith(REQUESTS) ? (counters[key] ?? 0) : 0)));
      },
      close: () => closeBoth(integration, server),
    };
  },
};

/**
 * Starts a real monitoring system from the cache of the tests, which is filled on the way, and feeds it.
 *
 * @throws Error when the system cannot be had, with what to do about it.
 */
export async function startMonitoringSystem(
  name: MonitoringSystemName,
  service: MonitoredService,
): Promise<MonitoringSystem> {
  if (name !== 'statsd') await provision([name]);
  return STARTERS[name](service);
}

function deliver({ exporter, registerer }: MonitoredService, target: IntegrationConfig): MetricsIntegration {
  const integration = new MetricsIntegration(exporter, { intervalMs: DELIVERY_INTERVAL_MS, ...target }, { registerer });
  integration.start();
  return integration;
}

async function closeBoth(integration: MetricsIntegration, server: { stop(): Promise<void> }): Promise<void> {
  await integration.close({ deadline: CLOSE_DEADLINE_MS });
  await server.stop();
}

function totalOf(series: readonly { readonly value: readonly [number, string] }[]): number {
  return sum(series.map(({ value }) => Number(value[1])));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
