import type { HealthStatus } from '@bduf/metrics-core/interfaces';

/** Which probe a check belongs to. */
export const HealthCheckKind = {
  /** Fails when only a restart helps. Never about dependencies: their outage would restart every replica. */
  LIVENESS: 'liveness',
  /** Fails while the process should get no requests. */
  READINESS: 'readiness',
  /** Must succeed once before the process counts as started. */
  STARTUP: 'startup',
} as const;
/** Which probe a check belongs to. */
export type HealthCheckKind = (typeof HealthCheckKind)[keyof typeof HealthCheckKind];

/** What a running check may use. */
export interface HealthCheckContext {
  /** Aborted when the time is over; pass it to `fetch`, a driver or a timer. */
  readonly signal: AbortSignal;
}

/** What a check found. A `HealthCheckResult` is one. */
export interface HealthCheckFinding {
  /** How it is. Anything that is not a status counts as unhealthy. */
  readonly status: HealthStatus;
  /** One sentence for people. What looks like a secret in it is masked. */
  readonly message?: string;
  /** Facts for operators; shown to those who are authorised only, and masked like the message. Kept until the next result. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A check as users write it. */
export interface HealthCheck {
  /** Name for people; results bear the name under which the check is registered. */
  readonly name: string;
  /** What it checks, in one sentence. */
  readonly description: string;
  /** Milliseconds after which it counts as unhealthy, above 0. */
  readonly timeout: number;
  /** Looks. A rejection is an unhealthy result. It is never called again while a call has not ended. */
  readonly check: (context: HealthCheckContext) => Promise<HealthCheckFinding>;
  /** The probe it belongs to. Default `readiness`. */
  readonly kind?: HealthCheckKind;
  /** Whether the process cannot work without it. The worst result of one that is not critical is `degraded`. Default true. */
  readonly critical?: boolean;
  /** Milliseconds for which a result, also a bad one, answers further probes. Default 1 000; 0 for none. */
  readonly cacheTtlMs?: number;
  /** Milliseconds between two scheduled runs. Default: the monitor's. */
  readonly intervalMs?: number;
  /** Unhealthy results in a row until a check that was well counts as unhealthy. Integer ≥ 1, default 1. */
  readonly failureThreshold?: number;
  /** Other results in a row until a check that was unhealthy counts as well again. Integer ≥ 1, default 1. */
  readonly successThreshold?: number;
}
