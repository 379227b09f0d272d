import { Writable } from 'node:stream';
import { BUCKETS, SERIES_LIMIT } from './library.mjs';

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
  const endpoint = exporters && new exporters.MetricsExporter(collector).createPrometheusEndpoint();
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
    // All that the endpoint does, up to the socket.
    async scrape() {
      const response = new SinkResponse();
      endpoint({ method: 'GET', url: '/metrics', headers: {} }, response);
      return response.body;
    },
  };
}

/** A response whose connection takes everything at once and keeps it for inspection. */
class SinkResponse extends Writable {
  statusCode = 200;
  body = new Promise((resolve) => this.once('finish', () => resolve(this.#chunks)));
  #chunks = [];

  setHeader() {
    // Nobody reads it.
  }

  _write(chunk, _encoding, done) {
    this.#chunks.push(chunk);
    done();
  }

  _writev(writes, done) {
    for (const { chunk } of writes) this.#chunks.push(chunk);
    done();
  }
}
