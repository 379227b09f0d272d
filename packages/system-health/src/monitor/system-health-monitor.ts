import {
  type Clock,
  type HealthCheckResult,
  type HealthSource,
  MetricsError,
  MetricsErrorCode,
  type MetricRecorder,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { type HealthCheck, HealthCheckKind } from '../checks/health-check.ts';
import type { HealthCheckReport } from '../checks/health-check-report.ts';
import { validateHealthCheck } from '../checks/validate-health-check.ts';
import { SystemMetricsCollection, type SystemMetricsOptions } from '../system/system-metrics-collection.ts';
import { CheckSchedule } from './check-schedule.ts';
import { createHealthInstruments, type HealthInstruments, STATUS_VALUE } from './health-instruments.ts';
import { MonitoredCheck } from './monitored-check.ts';

/** Options of a {@link SystemHealthMonitor}. */
export interface SystemHealthMonitorOptions {
  /** What to collect of the system while monitoring; `false` for nothing. */
  readonly system?: Omit<SystemMetricsOptions, 'clock'> | false;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
  /** Source of chance for the schedule, from 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** A result that a probe may use is at most this many intervals old; beyond it the schedule is late and the check runs. */
const FRESH_INTERVALS = 2;

/**
 * Watches how the process, its container, its machine and its dependencies are.
 *
 * While it monitors, it collects the system metrics. Checks run one call at a time, within their time limit, and on a schedule then. Results become
 * `health_check_status`, `health_check_duration_seconds` and `component_availability`.
 */
export class SystemHealthMonitor implements HealthSource {
  readonly #metrics: Registerer;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #systemOptions: Omit<SystemMetricsOptions, 'clock'> | false;
  readonly #instruments: HealthInstruments;
  readonly #checks = new Map<string, MonitoredCheck>();
  /** By name of the check; `undefined` while monitoring is stopped. */
  #schedules: Map<string, CheckSchedule> | undefined;
  #system: SystemMetricsCollection | undefined;
  #isDraining = false;

  /**
   * @param metrics - Where the metrics are defined; usually a `MetricsCollector`.
   * @param intervalMs - Milliseconds between scheduled runs of a check, above 0.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when the interval is out of range.
   */
  constructor(metrics: Registerer & MetricRecorder, intervalMs = 60_000, options: SystemHealthMonitorOptions = {}) {
    if (!(intervalMs > 0 && Number.isFinite(intervalMs))) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `The interval of a health monitor is ${intervalMs} ms. Give milliseconds above 0.`,
      );
    }
    this.#metrics = metrics;
    this.#intervalMs = intervalMs;
    this.#systemOptions = options.system ?? {};
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#instruments = createHealthInstruments(metrics, () => this.#availabilities());
  }

  /**
   * Adds a check; while monitoring it runs at once.
   *
   * @param name - Its name in results and in the label `check`; the first 100 are told apart there.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when the name is taken or a field is out of range.
   */
  registerHealthCheck(name: string, check: HealthCheck): void {
    validateHealthCheck(name, check);
    if (this.#checks.has(name)) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `There is a health check ${JSON.stringify(name)}. Choose another name, or unregister that one first.`,
      );
    }
    const monitored = new MonitoredCheck(name, check, this.#clock, (report) => {
      // A late result of a check that was removed must not bring its series back.
      if (this.#checks.get(name) === monitored) this.#record(report);
    });
    this.#checks.set(name, monitored);
    this.#schedule(name, monitored);
  }

  /** Removes a check and its series. Unknown names are ignored. */
  unregisterHealthCheck(name: string): void {
    if (!this.#checks.delete(name)) return;
    this.#schedules?.get(name)?.stop();
    this.#schedules?.delete(name);
    this.#instruments.status.remove({ check: name });
    this.#instruments.duration.remove({ check: name });
  }

  /**
   * Starts to collect system metrics, and runs all checks at once and from then on by schedule. Does nothing when it is under
   * way.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when an option of `system` is out of range.
   */
  startMonitoring(): void {
    if (this.#schedules !== undefined) return;
    if (this.#systemOptions !== false) {
      this.#system = new SystemMetricsCollection(this.#metrics, { ...this.#systemOptions, clock: this.#clock });
    }
    this.#schedules = new Map();
    for (const [name, check] of this.#checks) this.#schedule(name, check);
  }

  /** Ends the schedule and forgets the system metrics. Checks can still be run, and monitoring can be started again. */
  stopMonitoring(): void {
    for (const schedule of this.#schedules?.values() ?? []) schedule.stop();
    this.#schedules = undefined;
    this.#system?.stop();
    this.#system = undefined;
  }

  /** Same as `stopMonitoring()`, for `using monitor = …`. */
  [Symbol.dispose](): void {
    this.stopMonitoring();
  }

  /** Results of all checks, each at most as old as its cache time allows. Does not reject: a check that fails is a result. */
  async runHealthChecks(): Promise<HealthCheckResult[]> {
    const reports = await Promise.all(Array.from(this.#checks.values(), (check) => check.recent()));
    return reports.map(({ result }) => result);
  }

  /**
   * Runs one check, or joins its run that is under way. A check that fails is a result.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` (as a rejection) when there is no such check.
   */
  async runHealthCheck(name: string): Promise<HealthCheckResult> {
    const check = this.#checks.get(name);
    if (check === undefined) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `There is no health check ${JSON.stringify(name)}. Register it, or use one of: ${[...this.#checks.keys()].join(', ')}.`,
      );
    }
    const { result } = await check.run();
    return result;
  }

  /**
   * What a probe answers from: while monitoring the last scheduled reports, else reports as recent as the caches allow.
   *
   * @param kinds - Kinds of checks that are asked for. Default: all.
   */
  async probe(kinds?: readonly HealthCheckKind[]): Promise<readonly HealthCheckReport[]> {
    const asked = Array.from(this.#checks.values()).filter(({ kind }) => kinds?.includes(kind) ?? true);
    return Promise.all(
      asked.map((check) =>
        this.#schedules === undefined ? check.recent() : check.recent(FRESH_INTERVALS * this.#intervalOf(check)),
      ),
    );
  }

  /** The startup checks that have not passed yet; one that did is not asked again. */
  async probeStartup(): Promise<readonly HealthCheckReport[]> {
    const pending = Array.from(this.#checks.values()).filter(
      ({ kind, hasPassed }) => kind === HealthCheckKind.STARTUP && !hasPassed,
    );
    return Promise.all(pending.map((check) => check.recent()));
  }

  /** From now on the process is not ready, whatever the checks say. The first step of a shutdown. */
  beginDraining(): void {
    this.#isDraining = true;
  }

  /** Whether `beginDraining()` was called. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  #schedule(name: string, check: MonitoredCheck): void {
    this.#schedules?.set(
      name,
      new CheckSchedule(() => check.run(), {
        intervalMs: this.#intervalOf(check),
        clock: this.#clock,
        random: this.#random,
      }),
    );
  }

  #intervalOf(check: MonitoredCheck): number {
    return check.intervalMs ?? this.#intervalMs;
  }

  #record({ result }: HealthCheckReport): void {
    const labels = { check: result.name };
    this.#instruments.status.set(labels, STATUS_VALUE[result.status]);
    this.#instruments.duration.observe(labels, result.duration / 1_000);
  }

  *#availabilities(): Generator<readonly [check: string, share: number]> {
    for (const [name, { availability }] of this.#checks) {
      const share = availability.share;
      if (share !== undefined) yield [name, share];
    }
  }
}
