import { SERIES_LIMIT, BUCKETS } from './library.mjs';

/**
 * Our own collector.
 *
 * @param {object} modules
 * @param {typeof import('@bduf/metrics-core')} modules.core
 * @param {typeof import('@bduf/metrics-exporters')} [modules.exporters] For scenarios that scrape.
 * @returns {import('./library.mjs').Library}
 */
export function createBduf({ core, exporters }) {
  const collector = new core.MetricsCollector({
    strict: true,
    limits: { seriesPerMetric: SERIES_LIMIT },
  });
  const encoder = exporters && new exporters.PrometheusTextEncoder();
  const definition = (name, labels) => ({ name, description: `Bench metric ${name}.`, labels });
  return {
    counter: (name, labelNames) => collector.counter(definition(name, labelNames)),
    gauge: (name, labelNames) => collector.gauge(definition(name, labelNames)),
    histogram: (name, labelNames, buckets = BUCKETS) =>
      collector.histogram({ ...definition(name, labelNames), buckets }),
    summary: (name, labelNames) => collector.summary(definition(name, labelNames)),
    increment: (name, labels) => collector.increment(name, labels),
    bindCounter: (counter, labels) => counter.labels(labels),
    bindObserver: (histogram, labels) => histogram.labels(labels),
    time: (observer, labels) => void observer.startTimer(labels).stop(),
    totals(name) {
      const values = collector.getMetric(name).values();
      return { series: values.length, total: values.reduce((sum, { value }) => sum + value, 0) };
    },
    async scrape() {
      const families = await collector.gather();
      const chunks = [];
      for (const chunk of encoder.encode(families, { nowMs: Date.now() })) {
        // As the endpoint does: a chunk is only valid until the next one.
        chunks.push(Buffer.from(chunk));
      }
      return chunks;
    },
  };
}
