import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationType, InstrumentType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { BUCKETS, SERIES_LIMIT } from './library.mjs';

/** OpenTelemetry's exponential histograms stand in for summaries, which it does not have. */
const SUMMARY_PREFIX = 'summary_';

class PullReader extends MetricReader {
  async onForceFlush() {
    // Nothing is buffered.
  }

  async onShutdown() {
    // Nothing is running.
  }
}

/**
 * OpenTelemetry's metrics SDK, with its limit of 2,000 series per instrument raised.
 *
 * @returns {import('./library.mjs').Library}
 */
export function createOpenTelemetry() {
  const reader = new PullReader({ cardinalitySelector: () => SERIES_LIMIT });
  const provider = new MeterProvider({
    readers: [reader],
    views: [
      {
        instrumentName: `${SUMMARY_PREFIX}*`,
        instrumentType: InstrumentType.HISTOGRAM,
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 160 } },
      },
    ],
  });
  const meter = provider.getMeter('bench');
  const serializer = new PrometheusSerializer('', false, undefined, true, true);
  const counters = new Map();

  const counterLike = (counter) => ({ inc: (labels, amount = 1) => counter.add(amount, labels) });
  const observerLike = (record, isLabelled) => ({
    observe: isLabelled ? (labels, value) => record(value, labels) : (value) => record(value),
  });
  const histogramLike = (name, labelNames, advice) => {
    const histogram = meter.createHistogram(name, { description: `Bench metric ${name}.`, advice });
    return observerLike((value, labels) => histogram.record(value, labels), labelNames.length > 0);
  };

  return {
    counter(name) {
      const counter = meter.createCounter(name, { description: `Bench metric ${name}.` });
      counters.set(name, counter);
      return counterLike(counter);
    },
    gauge(name, labelNames) {
      const gauge = meter.createGauge(name, { description: `Bench metric ${name}.` });
      return {
        set: labelNames.length > 0 ? (labels, value) => gauge.record(value, labels) : (value) => gauge.record(value),
      };
    },
    histogram: (name, labelNames, buckets = BUCKETS) =>
      histogramLike(name, labelNames, { explicitBucketBoundaries: [...buckets] }),
    summary: (name, labelNames) => histogramLike(`${SUMMARY_PREFIX}${name}`, labelNames),
    increment: (name, labels) => counters.get(name).add(1, labels),
    bindCounter: undefined,
    bindObserver: undefined,
    time(observer, labels) {
      const startMs = performance.now();
      observer.observe(labels, (performance.now() - startMs) / 1000);
    },
    async totals(name) {
      const { resourceMetrics } = await reader.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      const { dataPoints } = metrics.find(
        ({ descriptor }) => descriptor.name === name || descriptor.name === `${SUMMARY_PREFIX}${name}`,
      );
      const counts = dataPoints.map(({ value }) => (typeof value === 'number' ? value : value.count));
      return { series: counts.length, total: counts.reduce((sum, count) => sum + count, 0) };
    },
    async scrape() {
      const { resourceMetrics } = await reader.collect();
      return [Buffer.from(serializer.serialize(resourceMetrics))];
    },
  };
}
