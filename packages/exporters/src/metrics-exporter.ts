import { Buffer } from 'node:buffer';
import process from 'node:process';
import {
  type Clock,
  type EncoderRegistry,
  type Gatherer,
  type HealthSource,
  type HttpHandler,
  type MetricEncoder,
  MetricFormat,
  MetricsError,
  MetricsErrorCode,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import { createBearerCheck, systemClock } from '@bduf/metrics-core/primitives';
import { type EndpointMetrics, NO_ENDPOINT_METRICS, RegisteredEndpointMetrics } from './http/endpoint-metrics.ts';
import { createHealthHandler } from './http/health-endpoint.ts';
import { type MetricsEndpointParts, createMetricsHandler } from './http/metrics-handler.ts';
import { createPrometheusHandler } from './http/prometheus-endpoint.ts';
import type { ReadGuard } from './http/read-guard.ts';
import { SharedGathering } from './http/shared-gathering.ts';
import { InfluxLineEncoder } from './influx/influx-line-encoder.ts';
import { JsonEncoder } from './json/json-encoder.ts';
import { PageBudget } from './pages/page-budget.ts';
import { PrometheusProtobufEncoder } from './protobuf/prometheus-protobuf-encoder.ts';
import { StatsdEncoder } from './statsd/statsd-encoder.ts';
import { OpenMetricsTextEncoder } from './text/open-metrics-text-encoder.ts';
import { PrometheusTextEncoder } from './text/prometheus-text-encoder.ts';

/** What an exporter needs of a collector: its metrics, and a place to register encoders. */
export type MetricsSource = Gatherer & EncoderRegistry;

/** Options of a {@link MetricsExporter}. */
export interface MetricsExporterOptions {
  /** Write `_created` samples in OpenMetrics; see `OpenMetricsTextOptions`. Default false. */
  readonly openMetricsCreated?: boolean;
  /** Most bytes of rendered text that is kept between scrapes; 0 for none. Default 64 MiB. */
  readonly pageCacheBytes?: number;
  /**
   * Where the endpoints record how often they are asked, how long they take, how much they send and how often they
   * fail; usually the collector itself. Default: nowhere.
   */
  readonly selfMetrics?: Registerer;
  /**
   * Told of every error that an endpoint answers with status 500, since the answer says nothing about it. Default: a
   * process warning.
   */
  readonly onError?: (error: unknown) => void;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
}

/** Options of every endpoint. */
export interface EndpointOptions {
  /** Answers only requests with this bearer token, or one of these. Default: anybody may read. */
  readonly bearerToken?: string | readonly string[];
}

/**
 * Renders the metrics of one collector in every format, as values and over HTTP. It registers its encoders with the
 * collector, so that `collector.exportMetrics(format)` works from then on.
 */
export class MetricsExporter {
  readonly #collector: MetricsSource;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #metrics: EndpointMetrics;
  readonly #gathering: SharedGathering;
  readonly #prometheus: PrometheusTextEncoder;
  readonly #openMetrics: OpenMetricsTextEncoder;
  readonly #protobuf = new PrometheusProtobufEncoder();
  readonly #json: JsonEncoder;
  readonly #influx = new InfluxLineEncoder();
  readonly #statsd = new StatsdEncoder();
  readonly #dogStatsd = new StatsdEncoder({ flavour: 'dogstatsd' });

  /**
   * @param collector - Kept; usually a `MetricsCollector`.
   * @param options - What differs from the defaults.
   */
  constructor(collector: MetricsSource, options: MetricsExporterOptions = {}) {
    const { clock = systemClock, onError = warn, selfMetrics, openMetricsCreated = false } = options;
    const pages = new PageBudget(options.pageCacheBytes);
    this.#collector = collector;
    this.#clock = clock;
    this.#onError = onError;
    this.#metrics = selfMetrics === undefined ? NO_ENDPOINT_METRICS : new RegisteredEndpointMetrics(selfMetrics, pages);
    this.#gathering = new SharedGathering(collector, clock);
    this.#prometheus = new PrometheusTextEncoder({ pages });
    this.#json = new JsonEncoder({ pages });
    this.#openMetrics = new OpenMetricsTextEncoder({ pages, created: openMetricsCreated });
    for (const encoder of [this.#prometheus, this.#openMetrics, this.#json, this.#influx]) {
      collector.registerEncoder(encoder);
    }
    // One of its own, since a document changes what the next one says.
    collector.registerEncoder(new StatsdEncoder());
  }

  /** All metrics of this process as Prometheus text 0.0.4. Callback metrics show the value they gave last. O(series). */
  exportPrometheus(): string {
    return this.#export(this.#prometheus);
  }

  /** All metrics of this process as JSON, a {@link MetricsDocument}. Otherwise as `exportPrometheus`. */
  exportJSON(): string {
    return this.#export(this.#json);
  }

  /**
   * All metrics of this process as InfluxDB line protocol with nanoseconds; otherwise as `exportPrometheus`. For
   * what it leaves out and replaces see {@link InfluxLineEncoder}.
   */
  exportInfluxDB(): string {
    return this.#export(this.#influx);
  }

  /**
   * StatsD datagrams, each at most 1432 bytes unless a single line is longer. Counters say what was added since the last
   * call of this method, from the start at the first one.
   */
  exportStatsD(): string[] {
    return this.#datagrams(this.#statsd);
  }

  /** As `exportStatsD` with labels as tags, for DogStatsD; what this method said before counts for itself. */
  exportDogStatsD(): string[] {
    return this.#datagrams(this.#dogStatsd);
  }

  /**
   * A handler that answers scrapes in the format the scraper asks for by `Accept`: Prometheus text (the default),
   * OpenMetrics or Prometheus protobuf. `?name[]=` chooses metrics by name. It compresses, shares one read-out among
   * scrapes at the same time, and gives slow callbacks no more time than the scraper has. It works with `node:http`,
   * Express and Connect.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a bearer token that no header can carry.
   */
  createPrometheusEndpoint(options: EndpointOptions = {}): HttpHandler {
    return createPrometheusHandler(this.#parts(options), [this.#prometheus, this.#openMetrics, this.#protobuf]);
  }

  /**
   * A handler that reports health as JSON: status 200 while healthy or degraded, 503 when unhealthy.
   *
   * @param source - Runs the checks. Without one the answer only says that the process responds.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a bearer token that no header can carry.
   */
  createHealthEndpoint(source?: HealthSource, options: EndpointOptions = {}): HttpHandler {
    return createHealthHandler(source, this.#guard(options));
  }

  /**
   * A handler that answers with what `exportJSON` gives, after asking callback metrics; `?name[]=` and the rest as
   * for scrapes.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a bearer token that no header can carry.
   */
  createMetricsApiEndpoint(options: EndpointOptions = {}): HttpHandler {
    return createMetricsHandler(this.#parts(options), () => this.#json);
  }

  /** Where the metrics are read, for whoever delivers them. */
  get gatherer(): Gatherer {
    return this.#collector;
  }

  /**
   * An encoder for whoever delivers documents. Those of StatsD are new with each call, since they remember what they have
   * said; the others are this exporter's own.
   *
   * @throws MetricsError `METRICS_ERR_FORMAT_MISSING` for a format that is none of these.
   */
  encoderOf(format: MetricFormat | 'dogstatsd' | (string & {})): MetricEncoder {
    if (format === MetricFormat.STATSD) return new StatsdEncoder();
    if (format === 'dogstatsd') return new StatsdEncoder({ flavour: 'dogstatsd' });
    const own = [this.#prometheus, this.#openMetrics, this.#json, this.#influx].find((each) => each.format === format);
    if (own !== undefined) return own;
    throw new MetricsError(
      MetricsErrorCode.FORMAT_MISSING,
      `There is no encoder of the format "${format}". Use one of ${Object.values(MetricFormat).join(', ')}, dogstatsd.`,
    );
  }

  #parts(options: EndpointOptions): MetricsEndpointParts {
    const guard = this.#guard(options);
    return { gathering: this.#gathering, clock: this.#clock, metrics: this.#metrics, guard };
  }

  #guard({ bearerToken }: EndpointOptions): ReadGuard {
    const isAuthorized = bearerToken === undefined ? undefined : createBearerCheck(bearerToken);
    return { isAuthorized, onError: this.#onError, metrics: this.#metrics };
  }

  #export(encoder: MetricEncoder): string {
    return Buffer.concat([...this.#encode(encoder)]).toString('utf8');
  }

  #datagrams(encoder: StatsdEncoder): string[] {
    // A datagram needs no line feed at its end.
    return Array.from(this.#encode(encoder), (chunk) => Buffer.from(chunk).toString('utf8').slice(0, -1));
  }

  #encode(encoder: MetricEncoder): Iterable<Uint8Array> {
    return encoder.encode(this.#collector.gatherSync(), { nowMs: this.#clock.now() });
  }
}

function warn(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.emitWarning(`A metrics endpoint failed: ${reason}`, { type: 'MetricsWarning' });
}
