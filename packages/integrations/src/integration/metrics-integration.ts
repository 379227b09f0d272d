import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import process from 'node:process';
import { type Clock, MetricsError, MetricsErrorCode, type Registerer } from '@bduf/metrics-core/interfaces';
import { systemClock, withinDeadline } from '@bduf/metrics-core/primitives';
import { Courier } from '../delivery/courier.ts';
import { observeDeliveries } from '../delivery/delivery-metrics.ts';
import { DEFAULT_DELIVERY, type DeliveryOptions } from '../delivery/delivery-options.ts';
import type { DeliveryState } from '../delivery/delivery-tally.ts';
import type { DeliveryTarget } from '../delivery/delivery-target.ts';
import type { DeliveryReport, Round } from '../delivery/round.ts';
import type { Fetch } from '../http/post-body.ts';
import { type PrometheusRegistry, createPrometheusRegistry } from '../prom-client/prometheus-registry.ts';
import { type PrometheusServer, type PrometheusServerOptions, servePrometheus } from '../server/prometheus-server.ts';
import type { PutMetricData } from '../targets/cloudwatch/cloudwatch-client.ts';
import type { CreateDatagramSocket } from '../targets/statsd/datagram-wire.ts';
import type { ConnectStream } from '../targets/statsd/stream-wire.ts';
import { type ExitOptions, closeAtExit } from './close-at-exit.ts';
import { type TargetName, createTargets } from './create-targets.ts';
import type { Environment } from './environment.ts';
import type { IntegrationConfig } from './integration-config.ts';
import type { IntegrationExporter } from './integration-exporter.ts';
import { parseIntegrationConfig } from './parse-config.ts';
import { Periodic } from './periodic.ts';

/** What an integration may be given of the world beside its configuration. */
export interface IntegrationOptions {
  /** Takes the self-metrics `metrics_delivery_*`; usually the collector. Default: there are none. */
  readonly registerer?: Registerer;
  /** Told once about each kind of trouble, until something arrives again. Default: a process warning. */
  readonly onError?: (error: Error) => void;
  /** Time. Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Environment variables, for fields that the configuration leaves out. Default: `process.env`. */
  readonly env?: Environment;
  /** Makes HTTP requests. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Makes sockets for UDP. Default: that of `node:dgram`. */
  readonly createDatagramSocket?: CreateDatagramSocket;
  /** Opens TCP and Unix stream sockets. Default: `connect` of `node:net`. */
  readonly connectStream?: ConnectStream;
  /** Writes lines to where logs go, for CloudWatch by EMF. Default: the standard output. */
  readonly writeOutput?: (lines: Uint8Array) => Promise<void>;
  /** Calls CloudWatch's `PutMetricData`, for a client of your own. Default: through `@aws-sdk/client-cloudwatch`. */
  readonly putMetricData?: PutMetricData;
  /** Source of jitter, a number from 0 to below 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Further targets, for systems that this package does not know. */
  readonly targets?: readonly DeliveryTarget[];
}

/** How long to wait for a delivery. */
export interface DeadlineOptions {
  /** Longest wait, in milliseconds from now. What has not arrived by then is tried further. Default 10 000. */
  readonly deadline?: number;
}

const DEFAULT_INTERVAL_MS = 15_000;
const DEFAULT_DEADLINE_MS = 10_000;

/**
 * Delivers the metrics of one exporter to monitoring systems: once by `pushToX()`, or periodically between `start()` and
 * `close()`. What was recorded arrives, also across an outage of the system: once, but for increases in a request that got no
 * answer; see `delivery.whenUnclear`.
 *
 * No method throws or rejects because of a target: what became of a push is in its report, in `state()`, in the
 * self-metrics and in `onError`. Mistakes in the program do: a configuration that is invalid, a push to a target that is not
 * configured.
 */
export class MetricsIntegration {
  readonly #exporter: IntegrationExporter;
  readonly #clock: Clock;
  readonly #couriers = new Map<string, Courier>();
  readonly #onError: (error: Error) => void;
  readonly #stopObserving: () => void;
  readonly #periodic: Periodic;
  readonly #servers: PrometheusServer[] = [];
  #lastReading: Promise<unknown> = Promise.resolve();
  #stopWatching: () => void = () => undefined;

  /**
   * @param exporter - Kept; usually a `MetricsExporter`.
   * @param config - Where the metrics go.
   * @param options - What differs from the defaults.
   * @throws MetricsError `METRICS_ERR_INTEGRATION_CONFIG_INVALID`, or `METRICS_ERR_FORMAT_MISSING` when the exporter has
   *   no encoder for a target.
   */
  constructor(exporter: IntegrationExporter, config: IntegrationConfig, options: IntegrationOptions = {}) {
    const parsed = parseIntegrationConfig(config, options.env ?? process.env);
    this.#exporter = exporter;
    this.#clock = options.clock ?? systemClock;
    this.#onError = guarded(options.onError ?? ((error) => process.emitWarning(error.message)));
    const parts = {
      clock: this.#clock,
      fetch: options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init)),
      createDatagramSocket: options.createDatagramSocket ?? createSocket,
      connectStream: options.connectStream ?? connect,
      writeOutput: options.writeOutput ?? writeStandardOutput,
      putMetricData: options.putMetricData,
      encoderOf: exporter.encoderOf.bind(exporter),
    };
    const delivery = deliveryOptions(parsed);
    for (const target of [...createTargets(parsed, parts), ...(options.targets ?? [])]) {
      this.#couriers.set(target.name, new Courier(target, delivery, this.#courierParts(options.random)));
    }
    const { registerer } = options;
    const couriers = [...this.#couriers.values()];
    this.#stopObserving = registerer === undefined ? () => undefined : observeDeliveries(registerer, couriers);
    this.#periodic = new Periodic(this.#clock, parsed.intervalMs ?? DEFAULT_INTERVAL_MS, async () => {
      await this.#read([...this.#couriers.keys()]);
    });
  }

  /** Pushes to the Pushgateway, by remote write, or both, whichever is configured. */
  async pushToPrometheus(options?: DeadlineOptions): Promise<readonly DeliveryReport[]> {
    return this.#push(['pushgateway', 'remoteWrite'], options);
  }

  /** Pushes to InfluxDB. Otherwise as {@link MetricsIntegration.pushToPrometheus}. */
  async pushToInfluxDB(options?: DeadlineOptions): Promise<readonly DeliveryReport[]> {
    return this.#push(['influxdb'], options);
  }

  /** Pushes to a StatsD or DogStatsD server. Otherwise as {@link MetricsIntegration.pushToPrometheus}. */
  async pushToStatsD(options?: DeadlineOptions): Promise<readonly DeliveryReport[]> {
    return this.#push(['statsd'], options);
  }

  /** Pushes to Datadog. Otherwise as {@link MetricsIntegration.pushToPrometheus}. */
  async pushToDatadog(options?: DeadlineOptions): Promise<readonly DeliveryReport[]> {
    return this.#push(['datadog', 'datadogDistributions'], options);
  }

  /** Pushes to CloudWatch. Otherwise as {@link MetricsIntegration.pushToPrometheus}. */
  async pushToCloudWatch(options?: DeadlineOptions): Promise<readonly DeliveryReport[]> {
    return this.#push(['cloudwatch'], options);
  }

  /**
   * Pushes to one target by name, such as one of `options.targets`.
   *
   * @throws MetricsError `METRICS_ERR_INTEGRATION_TARGET_MISSING` when there is none of that name (by rejection).
   */
  async pushTo(target: string, options?: DeadlineOptions): Promise<readonly DeliveryReport[]> {
    return this.#push([target], options);
  }

  /**
   * Serves the metrics for scrapers, on the loopback address unless told otherwise. It ends with `close()`.
   *
   * @param port - 0 for any that is free; `ready()` of the result tells which.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a port that is none.
   */
  startPrometheusServer(port: number, options: PrometheusServerOptions = {}): PrometheusServer {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      const message = `The port of the metrics server is ${port}. Give it a whole number from 0 to 65535.`;
      throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, message);
    }
    const { bearerToken } = options;
    const handler = this.#exporter.createPrometheusEndpoint(bearerToken === undefined ? {} : { bearerToken });
    const server = servePrometheus({ ...options, port, handler, onError: this.#onError });
    this.#servers.push(server);
    return server;
  }

  /**
   * Makes a registry for programs that expect one of prom-client or `@prometheus-io/client`; see {@link PrometheusRegistry}.
   * `Registry` is what the caller expects, that of the library.
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- The caller says whose registry it stands for.
  createPrometheusRegistry<Registry = PrometheusRegistry>(): Registry {
    return createPrometheusRegistry<Registry>(this.#exporter, { clock: this.#clock });
  }

  /** Pushes to all targets from now on, periodically. Does nothing when it does so already. */
  start(): void {
    this.#periodic.start();
  }

  /** Ends periodic pushes. What waits is tried further; `start` begins anew. */
  stop(): void {
    this.#periodic.stop();
  }

  /**
   * Reads the metrics once more and waits until everything has arrived everywhere, or for the deadline. Pauses after
   * failures are cut short once, but for those that a target asked for.
   */
  async flush(options: DeadlineOptions = {}): Promise<readonly DeliveryReport[]> {
    const { deadline = DEFAULT_DEADLINE_MS } = options;
    const couriers = [...this.#couriers];
    const rounds = new Map<string, Round>();
    const work = async (): Promise<void> => {
      for (const [, courier] of couriers) courier.hurry();
      const untilMs = this.#clock.monotonicMs() + deadline;
      let names = [...this.#couriers.keys()];
      // What was under way at the first read-out may come back during it, and then needs one more.
      while (names.length > 0 && this.#clock.monotonicMs() < untilMs) {
        // oxlint-disable-next-line no-await-in-loop
        for (const round of await this.#read(names)) rounds.set(round.target, round);
        // oxlint-disable-next-line no-await-in-loop
        await Promise.all(couriers.map(async ([, courier]) => courier.drained(deadline)));
        names = couriers.filter(([, courier]) => courier.owes).map(([name]) => name);
      }
    };
    await withinDeadline(work(), deadline, this.#clock);
    return Array.from(rounds.values(), (round) => round.report());
  }

  /**
   * Closes by itself when the process is about to end: at `SIGTERM` or `SIGINT`, or when nothing is left to do. After a signal
   * the process ends by it, unless the application listens for it, too. A call of `process.exit` waits for nobody; await
   * {@link MetricsIntegration.close} before it.
   */
  closeAtExit(options: ExitOptions = {}): void {
    this.#stopWatching();
    this.#stopWatching = closeAtExit(async ({ deadline }) => this.close({ deadline }), options);
  }

  /** Ends for good: stops, flushes, gives up what has not arrived by the deadline, closes all sockets and servers. */
  async close(options: DeadlineOptions = {}): Promise<readonly DeliveryReport[]> {
    this.#periodic.stop();
    const reports = await this.flush(options);
    this.#stopWatching();
    for (const courier of this.#couriers.values()) courier.close();
    await Promise.all(this.#servers.splice(0).map(async (server) => server.close()));
    this.#stopObserving();
    return reports;
  }

  /** State of the delivery to each target. */
  state(): readonly DeliveryState[] {
    return Array.from(this.#couriers.values(), (courier) => courier.state());
  }

  async #push(
    names: readonly (TargetName | (string & {}))[],
    { deadline = DEFAULT_DEADLINE_MS }: DeadlineOptions = {},
  ): Promise<readonly DeliveryReport[]> {
    const configured = names.filter((name) => this.#couriers.has(name));
    if (configured.length === 0) throw missingTarget(names, [...this.#couriers.keys()]);
    let rounds: readonly Round[] = [];
    const work = async (): Promise<void> => {
      rounds = await this.#read(configured);
      await Promise.all(rounds.map(async ({ settled }) => settled));
    };
    await withinDeadline(work(), deadline, this.#clock);
    return rounds.map((round) => round.report());
  }

  /** Reads the metrics and hands them over. One read-out after another, since their order is what differences rest on. */
  async #read(names: readonly string[]): Promise<readonly Round[]> {
    const reading = this.#lastReading.then(async () => {
      const families = await this.#exporter.gatherer.gather();
      const nowMs = this.#clock.now();
      return names.flatMap((name) => this.#couriers.get(name)?.push(families, nowMs) ?? []);
    });
    const guardedReading = reading.catch((error: unknown) => {
      this.#onError(new Error('The metrics could not be read.', { cause: error }));
      return [];
    });
    this.#lastReading = guardedReading;
    return guardedReading;
  }

  #courierParts(random: (() => number) | undefined): ConstructorParameters<typeof Courier>[2] {
    return { clock: this.#clock, onError: this.#onError, ...(random !== undefined && { random }) };
  }
}

function deliveryOptions({ delivery = {} }: IntegrationConfig): DeliveryOptions {
  const given = Object.entries(delivery).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_DELIVERY, ...Object.fromEntries(given) };
}

async function writeStandardOutput(lines: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(lines, (error) => (error ? reject(error) : resolve()));
  });
}

/** A callback of the application that throws must not break the delivery. */
function guarded(onError: (error: Error) => void): (error: Error) => void {
  return (error) => {
    try {
      onError(error);
    } catch {
      // There is nobody left to tell.
    }
  };
}

function missingTarget(wanted: readonly string[], configured: readonly string[]): MetricsError {
  return new MetricsError(
    'METRICS_ERR_INTEGRATION_TARGET_MISSING',
    `None of the targets ${wanted.join(', ')} is configured; configured are: ${configured.join(', ') || 'none'}. ` +
      'Give the configuration its key.',
  );
}
