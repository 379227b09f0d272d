/** Name of a program that judges or stores metrics. */
export type BackendName =
  | 'prometheus'
  | 'promtool'
  | 'openmetrics-judge'
  | 'pushgateway'
  | 'alertmanager'
  | 'victoriametrics'
  | 'influxdb'
  | 'redis'
  | 'postgresql'
  | 'mariadb'
  | 'node-exporter'
  | 'collectd'
  | 'moto';

/** All names, in the order of the catalog. */
export const BACKEND_NAMES: readonly BackendName[];

/** A program that has started once on this machine. */
export interface Backend {
  readonly name: BackendName;
  /** Absolute path of the executable. */
  readonly path: string;
  /** What the program says; the version of its package where it says nothing. */
  readonly version: string;
  /** Debian `sid`, the suite of the host, or a program that the host has anyway. */
  readonly origin: 'sid' | 'host' | 'path';
  /** Folder that stands for `/`: data files of the program are below it. */
  readonly root: string;
  /** What the program needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Options of {@link provision}. */
export interface ProvisionOptions {
  /** Folder of the unpacked programs. Default: `BDUF_BACKENDS_DIR`, else `bduf-metrics/backends` in the user's cache. */
  readonly cache?: string;
  /** Takes lines of progress. Default: none. */
  readonly log?: (line: string) => void;
  /** Searches again at once for what was searched in vain a moment ago. Default: false. */
  readonly retry?: boolean;
  /** Folder of the apt configuration whose mirrors and keys are used. Default: that of the host. */
  readonly aptFolder?: string;
}

/**
 * Finds programs: in the cache, else in Debian's archive, else on PATH. Needs no root, installs nothing on the host,
 * and may be called by several processes at once. What the cache holds is answered without any other program.
 *
 * @returns For each name the program, or null where it cannot be had.
 */
export function provision<Name extends BackendName>(
  names: readonly Name[],
  options?: ProvisionOptions,
): Promise<Record<Name, Backend | null>>;

/**
 * Like {@link provision}, for callers who cannot go on without.
 *
 * @throws MissingBackendError when one is missing.
 */
export function requireBackends<Name extends BackendName>(names: readonly Name[]): Promise<Record<Name, Backend>>;

/** A backend that is needed and cannot be had; the message says what to install. */
export class MissingBackendError extends Error {
  constructor(names: readonly BackendName[]);
  readonly code: 'BDUF_ERR_BACKEND_MISSING';
  /** The missing ones. */
  readonly names: readonly BackendName[];
}

/** Options of {@link pollUntil}. */
export interface PollOptions {
  /** What is waited for, for the error message. */
  readonly what: string;
  /** Default: 20 s. */
  readonly deadlineMs?: number;
  /** Pause between attempts. Default: 25 ms. */
  readonly everyMs?: number;
  /** Ends the wait early; its reason becomes part of the message. */
  readonly signal?: AbortSignal;
}

/**
 * Repeats an attempt until it gives something else than false or undefined. An attempt that throws is repeated, too.
 *
 * @returns What the attempt gave.
 * @throws Error after the deadline; with what the last attempt threw.
 */
export function pollUntil<T>(
  attempt: () => Promise<T | false | undefined> | T | false | undefined,
  options: PollOptions,
): Promise<T>;

/** A server on loopback in a temporary folder. It ends with this process and does not keep it alive. */
export interface RunningServer {
  readonly name: BackendName | 'statsd';
  readonly version: string;
  readonly pid: number;
  /** Its temporary folder. */
  readonly folder: string;
  /** Time from start to readiness. */
  readonly startMs: number;
  /** All that it has printed. */
  logs(): string;
  /** Resident memory; 0 where the system does not tell. */
  rssMiB(): number;
  /** Ends it and removes its folder. Further calls do nothing. */
  stop(): Promise<void>;
}

/** Stops all servers and judges that were started from this module instance. */
export function stopAll(): Promise<void>;

/** Labels of a series, `__name__` among them. */
export type Labels = Record<string, string>;
/** Time in Unix seconds, and the value as text: `[1700000000.25, "3"]`. */
export type QueryPoint = [number, string];
/** One series of an instant query. Native histograms have `histogram` instead of `value`. */
export interface InstantSeries {
  readonly metric: Labels;
  readonly value: QueryPoint;
  readonly histogram?: [number, { count: string; sum: string; buckets?: [number, string, string, string][] }];
}
/** One series of a range query. */
export interface RangeSeries {
  readonly metric: Labels;
  readonly values: QueryPoint[];
}
/** The exemplars of one series. */
export interface ExemplarSeries {
  readonly seriesLabels: Labels;
  readonly exemplars: { labels: Labels; value: string; timestamp: number }[];
}
/** A target that Prometheus scrapes. */
export interface ScrapeTarget {
  readonly labels: Labels;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  /** Why the last scrape failed, else empty; a parse error is quoted here. */
  readonly lastError: string;
  /** ISO time. */
  readonly lastScrape: string;
  readonly lastScrapeDuration: number;
}

/** What Prometheus scrapes and evaluates. */
export interface PrometheusConfig {
  /** `host:port` of each target of the job `bduf`. */
  readonly scrape?: readonly string[];
  /** Duration for scrapes and rules, e.g. the default `250ms`. */
  readonly interval?: string;
  /** Further fields of the job `bduf`, e.g. `{ metrics_path: '/internal/metrics' }`. */
  readonly job?: Readonly<Record<string, unknown>>;
  /** Further jobs, in Prometheus' own form. */
  readonly scrapeConfigs?: readonly Readonly<Record<string, unknown>>[];
  /** Text of a rule file. */
  readonly rules?: string;
  /** `host:port` of each Alertmanager. */
  readonly alertmanagers?: readonly string[];
}

/** Options of `start.prometheus`. */
export interface PrometheusOptions extends PrometheusConfig {
  /** Further command-line flags. */
  readonly flags?: readonly string[];
}

/**
 * A running Prometheus: remote-write receiver, admin and lifecycle API, exemplars and native histograms are on.
 * The first scrape of a new target takes about 5 s, the fixed tick of its discovery.
 */
export interface PrometheusServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  /** Asks `/api/v1/<path>` and gives the field `data` of the answer, whose form depends on the path. */
  api(path: string, parameters?: Readonly<Record<string, string | number | undefined>>): Promise<unknown>;
  /** Evaluates an expression at a time (Unix seconds; default: now). */
  query(expression: string, timeSeconds?: number): Promise<InstantSeries[]>;
  /** Evaluates an expression over a range: start and end in Unix seconds, step in seconds. */
  queryRange(expression: string, range: { start: number; end: number; step: number }): Promise<RangeSeries[]>;
  /** Exemplars of the series of an expression; start and end in Unix seconds. */
  exemplars(expression: string, range: { start: number; end: number }): Promise<ExemplarSeries[]>;
  /** The active targets. */
  targets(): Promise<ScrapeTarget[]>;
  /** Replaces the given parts of the configuration. New targets are scraped within about 5 s. */
  reload(changes: PrometheusConfig): Promise<void>;
  /**
   * Waits until each target of `scrape` was scraped by a scrape that began after the call, and its samples can be
   * queried. A failed scrape counts, with `up: false`. Throws when `scrape` is empty.
   */
  afterNextScrape(options?: { deadlineMs?: number }): Promise<{ target: string; up: boolean }[]>;
}

/** A running Pushgateway, with its admin API. */
export interface PushgatewayServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  /** The exposition of all that was pushed. */
  metrics(): Promise<string>;
  /** All groups with their metrics, as `/api/v1/metrics` gives them. */
  groups(): Promise<Record<string, unknown>[]>;
  /** Removes all groups. */
  wipe(): Promise<void>;
}

/** Options of `start.alertmanager`. */
export interface AlertmanagerOptions {
  /** URL that is notified of firing and resolved alerts, at once and then each second. Default: nobody. */
  readonly webhook?: string;
  /** A whole configuration instead. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Further command-line flags. */
  readonly flags?: readonly string[];
}

/** A running Alertmanager. */
export interface AlertmanagerServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  /** The alerts, as `/api/v2/alerts` gives them. */
  alerts(): Promise<{ labels: Labels; annotations: Labels; status: { state: string }; [field: string]: unknown }[]>;
}

/** Options of `start.influxdb`. */
export interface InfluxdbOptions {
  /** Name of the database that is created. Default: `tests`. */
  readonly database?: string;
  /** Takes line protocol over UDP into the database, too. Default: false. */
  readonly udp?: boolean;
}

/** A running InfluxDB 1.x. */
export interface InfluxdbServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  readonly udpPort: number;
  readonly database: string;
  /** Runs one statement. Times are nanoseconds. */
  query(statement: string): Promise<{ name: string; tags?: Labels; columns: string[]; values: unknown[][] }[]>;
}

/**
 * A running VictoriaMetrics. It never refuses a line: a test must look for "cannot" in `logs()`.
 */
export interface VictoriametricsServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  readonly graphitePort: number;
  /** Evaluates an expression at a time (Unix seconds; default: now, with all that was written). */
  query(expression: string, timeSeconds?: number): Promise<InstantSeries[]>;
  /** All samples of the series of a selector; timestamps in milliseconds. Default: of all series. */
  exportSeries(selector?: string): Promise<{ metric: Labels; values: number[]; timestamps: number[] }[]>;
}

/** A running Redis that keeps nothing on disk. */
export interface RedisServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  /** Sends an inline command and gives its reply, if that is one line: `command('INCRBY a 5')` → `:5`. */
  command(line: string): Promise<string>;
}

/** A running database server with an empty database and a user who may do anything. It keeps nothing. */
export interface DatabaseServer extends RunningServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A running node_exporter. */
export interface NodeExporterServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  /** The exposition of this machine, read now. */
  metrics(): Promise<string>;
}

/** Options of `start.collectd`. */
export interface CollectdOptions {
  /** Seconds between two read-outs. Default: 1. */
  readonly intervalSeconds?: number;
  /** Percentiles of timers. Default: 50, 90, 99. */
  readonly percentiles?: readonly number[];
}

/** A running collectd that takes StatsD over UDP. */
export interface CollectdServer extends RunningServer {
  /** UDP port. */
  readonly port: number;
  /** The last read-out by type and name, e.g. `{ 'gauge-queue': 3 }`. */
  values(): Promise<Record<string, number>>;
}

/** Options of `start.statsd`. */
export interface StatsdOptions {
  /** Default: `udp`. */
  readonly protocol?: 'udp' | 'tcp';
  /** Default: a free one. */
  readonly port?: number;
}

/** What a StatsD server has seen since its start: counters added up over all flushes, gauges as they were last. */
export interface StatsdValues {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
}

/** The StatsD server of npm, which needs no provisioning. */
export interface StatsdServer extends RunningServer {
  readonly port: number;
  /** What it has flushed; it does so every 50 ms. */
  values(): StatsdValues;
  /** The same once all that it has received by now is flushed. */
  settledValues(): Promise<StatsdValues>;
}

/** A running moto, which stands in for the services of AWS. It takes any credentials, and no compressed bodies. */
export interface MotoServer extends RunningServer {
  readonly url: string;
  readonly port: number;
  /** Forgets everything that it was sent. */
  reset(): Promise<void>;
}

/** Command-line flags of a server. */
export interface FlagOptions {
  readonly flags?: readonly string[];
}

/**
 * Starters of all servers. Each listens on free ports of the loopback address and is ready when the promise settles.
 * They throw {@link MissingBackendError}, or an error with the end of the server's log.
 */
export const start: {
  readonly prometheus: (options?: PrometheusOptions) => Promise<PrometheusServer>;
  readonly pushgateway: (options?: FlagOptions) => Promise<PushgatewayServer>;
  readonly alertmanager: (options?: AlertmanagerOptions) => Promise<AlertmanagerServer>;
  readonly influxdb: (options?: InfluxdbOptions) => Promise<InfluxdbServer>;
  readonly victoriametrics: (options?: FlagOptions) => Promise<VictoriametricsServer>;
  readonly redis: (options?: FlagOptions) => Promise<RedisServer>;
  /** A PostgreSQL; it asks for the password by SCRAM. */
  readonly postgresql: (options?: FlagOptions) => Promise<DatabaseServer>;
  readonly mariadb: (options?: FlagOptions) => Promise<DatabaseServer>;
  readonly nodeExporter: (options?: FlagOptions) => Promise<NodeExporterServer>;
  readonly collectd: (options?: CollectdOptions) => Promise<CollectdServer>;
  readonly statsd: (options?: StatsdOptions) => Promise<StatsdServer>;
  readonly moto: () => Promise<MotoServer>;
};

/** What promtool says: it is content, or the lines that it printed. */
export interface PromtoolVerdict {
  readonly ok: boolean;
  readonly problems: readonly string[];
}

/** Judges an exposition in the text format 0.0.4: syntax and naming rules. Does not notice duplicate series. */
export function promtoolCheckMetrics(text: string | Uint8Array): Promise<PromtoolVerdict>;

/** Judges the text of a rule file. */
export function promtoolCheckRules(rules: string): Promise<PromtoolVerdict>;

/**
 * Runs unit tests of rules.
 *
 * @param given `rules`: text of the rule file. `tests`: fields of promtool's test file, such as `tests` and
 *   `evaluation_interval`.
 */
export function promtoolTestRules(given: {
  readonly rules: string;
  readonly tests: Readonly<Record<string, unknown>>;
}): Promise<PromtoolVerdict>;

/** A sample or an exemplar as a parser has read it. Timestamps are Unix seconds. */
export interface JudgedPoint {
  readonly labels: Labels;
  readonly value: number;
  readonly timestamp: number | undefined;
}
/** A sample as a parser has read it. */
export interface JudgedSample extends JudgedPoint {
  readonly name: string;
  readonly exemplar: JudgedPoint | undefined;
}
/** A metric family as a parser has read it. */
export interface JudgedFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly JudgedSample[];
}
/** What the strict parser says. */
export type OpenMetricsVerdict =
  | { readonly ok: true; readonly families: readonly JudgedFamily[] }
  | { readonly ok: false; readonly error: string };

/** A running parser process that judges any number of documents. */
export interface OpenMetricsJudge {
  /** Version of the Python client. */
  readonly version: string;
  /**
   * Judges one document; several may be under way. Neither format's parser notices duplicate series or a `le` that
   * is not canonical.
   *
   * @param format Default: `openmetrics`. `text` is 0.0.4, whose parser is lenient.
   */
  judge(document: string | Uint8Array, format?: 'openmetrics' | 'text'): Promise<OpenMetricsVerdict>;
  /** Ends the process, after all documents under way. */
  close(): Promise<void>;
}

/** Starts a strict parser of OpenMetrics 1.0, that of the Python client. */
export function openMetricsJudge(): Promise<OpenMetricsJudge>;
