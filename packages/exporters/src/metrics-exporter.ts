import { Buffer } from 'node:buffer';
import type {
  Clock,
  EncoderRegistry,
  Gatherer,
  HealthSource,
  HttpHandler,
  MetricEncoder,
} from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { createHealthHandler } from './http/health-endpoint.ts';
import { type PrometheusEndpointOptions, createPrometheusHandler } from './http/prometheus-endpoint.ts';
import { createMetricsApiHandler } from './http/metrics-api-endpoint.ts';
import { JsonEncoder } from './json/json-encoder.ts';
import { OpenMetricsTextEncoder, type OpenMetricsTextOptions } from './text/open-metrics-text-encoder.ts';
import { PrometheusTextEncoder } from './text/prometheus-text-encoder.ts';

/** What an exporter needs of a collector: its metrics, and a place to register encoders. */
export type MetricsSource = Gatherer & EncoderRegistry;

/** Options of a {@link MetricsExporter}. */
export interface MetricsExporterOptions {
  /** How OpenMetrics is written. */
  readonly openMetrics?: OpenMetricsTextOptions;
  /**
   * Told of every error that an endpoint answers with status 500, since the answer says nothing about it. Default: the
   * error is emitted as a process warning.
   */
  readonly onError?: (error: unknown) => void;
  /** Time of read-outs. Default: the clock of the machine. */
  readonly clock?: Clock;
}

/**
 * Renders the metrics of one collector in every format, as values and over HTTP. It registers its encoders with the
 * collector, so that `collector.exportMetrics(format)` works from then on.
 */
export class MetricsExporter {
  readonly #collector: MetricsSource;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #prometheus = new PrometheusTextEncoder();
  readonly #openMetrics: OpenMetricsTextEncoder;
  readonly #json = new JsonEncoder();

  /**
   * @param collector - Kept; usually a `MetricsCollector`.
   * @param options - What differs from the defaults.
   */
  constructor(collector: MetricsSource, options: MetricsExporterOptions = {}) {
    this.#collector = collector;
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError ?? ((error) => process.emitWarning(warningOf(error)));
    this.#openMetrics = new OpenMetricsTextEncoder(options.openMetrics);
    for (const encoder of [this.#prometheus, this.#openMetrics, this.#json]) collector.registerEncoder(encoder);
  }

  /** All metrics of this process as Prometheus text 0.0.4. Callback metrics show the value they gave last. O(series). */
  exportPrometheus(): string {
    return this.#export(this.#prometheus);
  }

  /** All metrics of this process as JSON, a {@link MetricsDocument}. Otherwise as {@link exportPrometheus}. */
  exportJSON(): string {
    return this.#export(this.#json);
  }

  /**
   * A handler that answers scrapes in the format the scraper asks for by `Accept`: Prometheus text (the default) or
   * OpenMetrics. `?name[]=` chooses metrics by name. It works with `node:http`, Express and Connect.
   */
  createPrometheusEndpoint(options: PrometheusEndpointOptions = {}): HttpHandler {
    return createPrometheusHandler({ ...this.#endpointParts(), ...options }, [this.#prometheus, this.#openMetrics]);
  }

  /**
   * A handler that reports health as JSON: status 200 while healthy or degraded, 503 when unhealthy.
   *
   * @param source - Runs the checks. Without one the answer only says that the process responds.
   */
  createHealthEndpoint(source?: HealthSource): HttpHandler {
    return createHealthHandler(source, this.#onError);
  }

  /** A handler that answers with what {@link exportJSON} gives, after asking callback metrics; `?name[]=` as above. */
  createMetricsApiEndpoint(): HttpHandler {
    return createMetricsApiHandler(this.#endpointParts(), this.#json);
  }

  #endpointParts(): { gatherer: Gatherer; clock: Clock; onError: (error: unknown) => void } {
    return { gatherer: this.#collector, clock: this.#clock, onError: this.#onError };
  }

  #export(encoder: MetricEncoder): string {
    const chunks: Buffer[] = [];
    const context = { nowMs: this.#clock.now() };
    // A chunk is overwritten by the next one, hence the copy.
    for (const chunk of encoder.encode(this.#collector.gatherSync(), context)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  }
}

function warningOf(error: unknown): string {
  return `A metrics endpoint failed: ${error instanceof Error ? error.message : String(error)}`;
}
