import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import * as prometheusIo from '@prometheus-io/client';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsExporter } from '@bduf/metrics-exporters';
import * as promClient from 'prom-client';

/** What a probe asks of a library. Labels and numbers are passed on as they are, however wrong. */
export interface Library {
  /** Makes a counter and gives what adds to it. */
  counter(name: string, labelNames: readonly string[]): (labels: object, amount?: number) => void;
  /** Makes a histogram with the given bounds and gives what observes. */
  histogram(name: string, buckets: readonly number[]): (value: number) => void;
  /** Makes a gauge whose value a callback gives. */
  collected(name: string, read: () => number): void;
  /** The exposition for Prometheus, as a scrape gets it. */
  scrape(): Promise<string>;
}

/** The libraries by the heads of the columns; each call makes a fresh one. */
export const LIBRARIES: Readonly<Record<string, () => Library>> = {
  '@bduf': createOurs,
  'prom-client': () => createPromClient(promClient),
  // The same interface, but for what the probes do not use.
  '@prometheus-io/client': () => createPromClient(prometheusIo as unknown as typeof promClient),
  'OpenTelemetry SDK': createOpenTelemetry,
};

function createOurs(): Library {
  const metrics = new MetricsCollector({ onError: () => undefined });
  const scrape = new MetricsExporter(metrics).createPrometheusEndpoint();
  return {
    counter(name, labelNames) {
      const counter = metrics.counter({ name, description: 'A counter.', labels: labelNames });
      return (labels, amount) => counter.inc(labels as Record<string, string>, amount);
    },
    histogram(name, buckets) {
      const histogram = metrics.histogram({ name, description: 'A histogram.', buckets });
      return (value) => histogram.observe(value);
    },
    collected(name, read) {
      metrics.gauge({ name, description: 'A gauge.', collect: ({ set }) => set(read()) });
    },
    scrape: async () => answerOf(scrape),
  };
}

function createPromClient(client: typeof promClient): Library {
  const registry = new client.Registry();
  const registers = [registry];
  return {
    counter(name, labelNames) {
      const counter = new client.Counter({ name, help: 'A counter.', labelNames: [...labelNames], registers });
      return (labels, amount) => counter.inc(labels as never, amount);
    },
    histogram(name, buckets) {
      const histogram = new client.Histogram({ name, help: 'A histogram.', buckets: [...buckets], registers });
      return (value) => histogram.observe(value);
    },
    collected(name, read) {
      const collect = function collect(this: promClient.Gauge): void {
        this.set(read());
      };
      registry.registerMetric(new client.Gauge({ name, help: 'A gauge.', registers: [], collect }));
    },
    scrape: async () => registry.metrics(),
  };
}

class PullReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  async onForceFlush(): Promise<void> {
    // Nothing is buffered.
  }

  async onShutdown(): Promise<void> {
    // Nothing is running.
  }
}

function createOpenTelemetry(): Library {
  const reader = new PullReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('comparison');
  const serializer = new PrometheusSerializer();
  return {
    counter(name) {
      const counter = meter.createCounter(name);
      return (labels, amount = 1) => counter.add(amount, labels as never);
    },
    histogram(name, buckets) {
      const histogram = meter.createHistogram(name, { advice: { explicitBucketBoundaries: [...buckets] } });
      return (value) => histogram.record(value);
    },
    collected(name, read) {
      meter.createObservableGauge(name).addCallback((result) => result.observe(read()));
    },
    async scrape() {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
  };
}

async function answerOf(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
    return await response.text();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
