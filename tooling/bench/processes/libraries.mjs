import { Buffer } from 'node:buffer';
import { SERIES_LIMIT } from '../src/libraries/library.mjs';
import { FOUR_LABELS } from '../src/scenarios/label-data.mjs';

/** How workers and the process that shows their metrics live together. @typedef {'cluster' | 'threads'} Setting */

/**
 * @typedef {object} WorkersLibrary
 * @property {readonly Setting[]} settings What it supports.
 * @property {(setting: Setting) => Promise<{ inc(labels: object, amount: number): void }>} openWorker
 *   A counter whose series are shown by the primary.
 * @property {(setting: Setting) => Promise<() => Promise<readonly Uint8Array[]>>} openPrimary
 *   The function that reads the metrics of all workers, as Prometheus text.
 */

const COUNTER = 'requests_total';

/** Libraries that show the metrics of several workers as one. @type {Readonly<Record<string, WorkersLibrary>>} */
export const WORKERS_LIBRARIES = {
  bduf: {
    settings: ['cluster', 'threads'],
    async openWorker(setting) {
      const { MetricsCollector } = await import('@bduf/metrics-core');
      const { reportToPrimary, shareWithMain } = await import('@bduf/metrics-core/processes');
      const collector = new MetricsCollector({ limits: { seriesPerMetric: SERIES_LIMIT } });
      // Only what the primary asks for is sent: the interval ends after the measurement.
      if (setting === 'cluster') reportToPrimary(collector, { intervalMs: 1e6 });
      else shareWithMain(collector);
      return collector.counter({ name: COUNTER, description: 'Requests.', labels: [...FOUR_LABELS] });
    },
    async openPrimary() {
      const { MetricsCollector } = await import('@bduf/metrics-core');
      const { aggregateWorkers } = await import('@bduf/metrics-core/processes');
      const { PrometheusTextEncoder } = await import('@bduf/metrics-exporters');
      const collector = new MetricsCollector();
      aggregateWorkers(collector, { timeoutMs: 30_000 });
      const encoder = new PrometheusTextEncoder();
      return async () => {
        const families = await collector.gather();
        return [...encoder.encode(families, { nowMs: Date.now() })];
      };
    },
  },
  'prom-client': clientLibrary(['cluster'], async () => (await import('prom-client')).default),
  'prometheus-io': clientLibrary(['cluster', 'threads'], async () => (await import('@prometheus-io/client')).default),
};

/** prom-client, and the library that came from it. */
function clientLibrary(settings, load) {
  const registryOf = (client, setting) => (setting === 'cluster' ? client.AggregatorRegistry : client.WorkerRegistry);
  return {
    settings,
    async openWorker(setting) {
      const client = await load();
      const WorkersRegistry = registryOf(client, setting);
      const registry = new WorkersRegistry();
      WorkersRegistry.setRegistries([registry]);
      return new client.Counter({
        name: COUNTER,
        help: 'Requests.',
        labelNames: [...FOUR_LABELS],
        registers: [registry],
      });
    },
    async openPrimary(setting) {
      const WorkersRegistry = registryOf(await load(), setting);
      const registry = new WorkersRegistry();
      const read = setting === 'cluster' ? () => registry.clusterMetrics() : () => registry.workerMetrics();
      return async () => [Buffer.from(await read())];
    },
  };
}
