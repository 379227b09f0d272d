import type { Clock, Gatherer, MetricFamily } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import type { OtelMetric } from './otel-metric-data.ts';
import { otelMetrics, otelTime } from './otel-metrics.ts';

/** Options of {@link createMetricProducer}. */
export interface MetricProducerOptions {
  /** Name and version of what records the metrics, OpenTelemetry's instrumentation scope. Default: this package. */
  readonly scope?: OtelScope;
  /** Time. Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** An instrumentation scope. */
export interface OtelScope {
  /** Usually the name of a package. */
  readonly name: string;
  /** Its version. */
  readonly version?: string;
}

/** A resource without attributes: a reader of the SDK takes that of its `MeterProvider`. */
export interface OtelResource {
  /** None. */
  readonly attributes: Record<string, never>;
  /** Gives the other one, if there is one. */
  merge(other: OtelResource | null): OtelResource;
  /** None. */
  getRawAttributes(): [];
}

/** What was read. */
export interface OtelCollection {
  /** The metrics, all of one scope. */
  readonly resourceMetrics: {
    /** Empty. */
    resource: OtelResource;
    /** One entry. */
    scopeMetrics: { scope: OtelScope; metrics: OtelMetric[] }[];
  };
  /** Why nothing could be read; empty when it could. */
  errors: unknown[];
}

/** Fits where `MetricProducer` of `@opentelemetry/sdk-metrics` is expected. */
export interface OtelMetricProducer {
  /**
   * Reads all metrics. Never rejects.
   *
   * @param options - `timeoutMillis` ends the wait for callbacks; what is settled is returned.
   */
  collect(options?: { timeoutMillis?: number }): Promise<OtelCollection>;
}

const OWN_SCOPE: OtelScope = { name: '@bduf/metrics-integrations' };

const NO_RESOURCE: OtelResource = {
  attributes: {},
  merge: (other) => other ?? NO_RESOURCE,
  getRawAttributes: () => [],
};

/**
 * Offers metrics to the OpenTelemetry SDK, so that each of its exporters sends them: give it to a reader as one of its
 * `metricProducers`.
 *
 * All numbers are totals since the start of their series (cumulative temporality), so an outage loses nothing. Native
 * histograms leave as exponential histograms. A summary leaves as a histogram without bounds, for its sum and count, and
 * as a gauge `<name>_quantile`.
 *
 * @param gatherer - Where the metrics are read: a collector, or the `gatherer` of an exporter.
 */
export function createMetricProducer(gatherer: Gatherer, options: MetricProducerOptions = {}): OtelMetricProducer {
  const { clock = systemClock, scope = OWN_SCOPE } = options;
  return {
    async collect({ timeoutMillis } = {}) {
      const errors: unknown[] = [];
      const families = await gatherWithin(gatherer, clock, timeoutMillis).catch((error: unknown) => {
        errors.push(error);
        return [];
      });
      const endTime = otelTime(clock.now());
      const metrics = families.flatMap((family) => otelMetrics(family, endTime));
      return { resourceMetrics: { resource: NO_RESOURCE, scopeMetrics: [{ scope, metrics }] }, errors };
    },
  };
}

async function gatherWithin(
  gatherer: Gatherer,
  clock: Clock,
  timeoutMs: number | undefined,
): Promise<readonly MetricFamily[]> {
  if (timeoutMs === undefined) return gatherer.gather();
  const abort = new AbortController();
  const timer = clock.setTimer(timeoutMs, () => abort.abort());
  try {
    return await gatherer.gather({ signal: abort.signal });
  } finally {
    timer.cancel();
  }
}
