import { type Clock, HealthStatus } from '@bduf/metrics-core/interfaces';
import { AvailabilityWindow } from '../checks/availability-window.ts';
import { type CheckOutcome, CheckRun } from '../checks/check-run.ts';
import { FlapFilter } from '../checks/flap-filter.ts';
import { type HealthCheck, HealthCheckKind } from '../checks/health-check.ts';
import type { HealthCheckReport } from '../checks/health-check-report.ts';
import { redactDetails, redactText } from '../checks/redact.ts';

const DEFAULT_CACHE_TTL_MS = 1_000;

/** What happens with every new report. */
export type ReportListener = (report: HealthCheckReport) => void;

/** A registered check with its memory: the last report, the thresholds, the availability. */
export class MonitoredCheck {
  readonly kind: HealthCheckKind;
  readonly availability: AvailabilityWindow;
  readonly #name: string;
  readonly #check: HealthCheck;
  readonly #clock: Clock;
  readonly #onReport: ReportListener;
  readonly #run: CheckRun;
  readonly #filter: FlapFilter;
  #current: Promise<HealthCheckReport> | undefined;
  #last: { readonly report: HealthCheckReport; readonly endedMs: number } | undefined;
  #hasPassed = false;

  constructor(name: string, check: HealthCheck, clock: Clock, onReport: ReportListener) {
    this.#name = name;
    this.#check = check;
    this.#clock = clock;
    this.#onReport = onReport;
    this.kind = check.kind ?? HealthCheckKind.READINESS;
    this.availability = new AvailabilityWindow(clock);
    this.#run = new CheckRun(check, clock);
    this.#filter = new FlapFilter({
      failureThreshold: check.failureThreshold ?? 1,
      successThreshold: check.successThreshold ?? 1,
    });
  }

  /** Whether some report was not unhealthy. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** Milliseconds between scheduled runs, where the check wants its own. */
  get intervalMs(): number | undefined {
    return this.#check.intervalMs;
  }

  /** Runs the check, or joins the run that is under way. Never rejects. */
  run(): Promise<HealthCheckReport> {
    this.#current ??= this.#run.run().then((outcome) => {
      this.#current = undefined;
      return this.#take(outcome);
    });
    return this.#current;
  }

  /**
   * The last report while it is fresh, else a new one.
   *
   * @param maxAgeMs - How old it may be. Default: what the check says.
   */
  recent(maxAgeMs: number = this.#check.cacheTtlMs ?? DEFAULT_CACHE_TTL_MS): Promise<HealthCheckReport> {
    const last = this.#last;
    const isFresh = last !== undefined && this.#clock.monotonicMs() - last.endedMs < maxAgeMs;
    return isFresh ? Promise.resolve(last.report) : this.run();
  }

  #take(outcome: CheckOutcome): HealthCheckReport {
    const report = this.#reportOf(outcome);
    this.#last = { report, endedMs: this.#clock.monotonicMs() };
    this.#hasPassed ||= report.result.status !== HealthStatus.UNHEALTHY;
    this.availability.add(report.result.status === HealthStatus.HEALTHY);
    this.#onReport(report);
    return report;
  }

  #reportOf({ status: found, message, details, durationMs }: CheckOutcome): HealthCheckReport {
    const critical = this.#check.critical ?? true;
    const settled = this.#filter.next(found);
    return {
      result: {
        name: this.#name,
        status: !critical && settled === HealthStatus.UNHEALTHY ? HealthStatus.DEGRADED : settled,
        ...(message === undefined ? {} : { message: redactText(message) }),
        duration: durationMs,
        timestamp: new Date(this.#clock.now()),
      },
      found,
      kind: this.kind,
      critical,
      ...(details === undefined ? {} : { details: redactDetails(details) }),
    };
  }
}
