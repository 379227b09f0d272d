import { BUCKETS } from './library.mjs';

/**
 * prom-client, and the libraries that came from it and have the same interface.
 *
 * @param {typeof import('prom-client')} client
 * @returns {import('./library.mjs').Library}
 */
export function createPromClient(client) {
  const { Counter, Gauge, Histogram, Registry, Summary } = client;
  const registry = new Registry();
  const options = (name, labelNames) => ({
    name,
    help: `Bench metric ${name}.`,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    counter: (name, labelNames) => new Counter(options(name, labelNames)),
    gauge: (name, labelNames) => new Gauge(options(name, labelNames)),
    histogram: (name, labelNames, buckets = BUCKETS) =>
      new Histogram({ ...options(name, labelNames), buckets: [...buckets] }),
    summary: (name, labelNames) => new Summary({ ...options(name, labelNames), percentiles: [0.5, 0.9, 0.95, 0.99] }),
    increment: (name, labels) => registry.getSingleMetric(name).inc(labels),
    bindCounter: (counter, labels) => counter.labels(labels),
    bindObserver: (histogram, labels) => histogram.labels(labels),
    time: (observer, labels) => void observer.startTimer(labels)(),
    async totals(name) {
      const { values, type } = await registry.getSingleMetric(name).get();
      const isObserver = type === 'histogram' || type === 'summary';
      const counted = isObserver ? values.filter(({ metricName }) => metricName === `${name}_count`) : values;
      return { series: counted.length, total: counted.reduce((sum, { value }) => sum + value, 0) };
    },
    // A server has to turn the text into bytes, so that belongs to the work.
    scrape: async () => [Buffer.from(await registry.metrics())],
  };
}
