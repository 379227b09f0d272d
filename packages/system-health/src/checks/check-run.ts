import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import { HealthStatus } from '@bduf/metrics-core/interfaces';
import type { HealthCheck, HealthCheckContext, HealthCheckFinding } from './health-check.ts';

/** What one run came to. */
export interface CheckOutcome extends HealthCheckFinding {
  /** Milliseconds from its start; of a check that hangs, since the call that hangs. */
  readonly durationMs: number;
}

const STATUSES: readonly unknown[] = Object.values(HealthStatus);

/**
 * Runs one check with a time limit, one call at a time. A call that does not end even though its signal is aborted blocks
 * no probe: until it ends, further runs are unhealthy at once and start nothing.
 */
export class CheckRun {
  readonly #check: HealthCheck;
  readonly #clock: Clock;
  /** Set from the start of a call until it really ends. */
  #startedMs: number | undefined;
  #current: Promise<CheckOutcome> | undefined;

  constructor(check: HealthCheck, clock: Clock) {
    this.#check = check;
    this.#clock = clock;
  }

  /** Starts a run, or joins the one that is under way. Never rejects. */
  run(): Promise<CheckOutcome> {
    if (this.#current === undefined && this.#startedMs !== undefined)
      return Promise.resolve(this.#hanging(this.#startedMs));
    this.#current ??= this.#start();
    return this.#current;
  }

  async #start(): Promise<CheckOutcome> {
    const startedMs = this.#clock.monotonicMs();
    this.#startedMs = startedMs;
    const limit = new TimeLimit(this.#check.timeout, this.#clock);
    const finding = await Promise.race([this.#call(limit.signal), limit.over]);
    limit.cancel();
    this.#current = undefined;
    return { ...finding, durationMs: this.#clock.monotonicMs() - startedMs };
  }

  async #call(signal: AbortSignal): Promise<HealthCheckFinding> {
    const finding = await findingOf(this.#check, { signal });
    this.#startedMs = undefined;
    return finding;
  }

  #hanging(startedMs: number): CheckOutcome {
    return {
      status: HealthStatus.UNHEALTHY,
      message: `An earlier run has not ended although its ${this.#check.timeout} ms are over.`,
      durationMs: this.#clock.monotonicMs() - startedMs,
    };
  }
}

/** Resolves to an unhealthy finding, and aborts a signal, when the time is over. */
class TimeLimit {
  readonly over: Promise<HealthCheckFinding>;
  readonly #controller = new AbortController();
  readonly #timer: ClockTimer;

  constructor(limitMs: number, clock: Clock) {
    let expire: (finding: HealthCheckFinding) => void;
    this.over = new Promise((resolve) => (expire = resolve));
    this.#timer = clock.setTimer(limitMs, () => {
      expire({ status: HealthStatus.UNHEALTHY, message: `No answer within ${limitMs} ms.` });
      this.#controller.abort(new Error(`The health check took more than ${limitMs} ms.`));
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    this.#timer.cancel();
  }
}

async function findingOf(check: HealthCheck, context: HealthCheckContext): Promise<HealthCheckFinding> {
  try {
    const finding: unknown = await check.check(context);
    return isFinding(finding)
      ? finding
      : { status: HealthStatus.UNHEALTHY, message: 'The check did not say how it is.' };
  } catch (error) {
    return failureOf(error);
  }
}

function isFinding(value: unknown): value is HealthCheckFinding {
  return typeof value === 'object' && value !== null && 'status' in value && STATUSES.includes(value.status);
}

/** The text of an error may hold anything, so only its kind is public. */
function failureOf(error: unknown): HealthCheckFinding {
  const { name, code, message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  return {
    status: HealthStatus.UNHEALTHY,
    message: `The check failed: ${code ?? name}.`,
    details: { error: message },
  };
}
