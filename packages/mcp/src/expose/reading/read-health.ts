import { type HealthCheckResult, type HealthSource, HealthStatus } from '@bduf/metrics-core/interfaces';
import { isoTime } from './iso-time.ts';

/** Health in the form that is sent. */
export interface HealthReading {
  /** The worst status of all checks, or why there is none. */
  readonly status: HealthStatus | 'not_configured' | 'no_checks';
  /** Results, the worst first. */
  readonly checks: readonly CheckReading[];
}

/** Result of one check in the form that is sent. */
export interface CheckReading {
  /** Name of the check. */
  readonly name: string;
  /** What it found. */
  readonly status: HealthStatus;
  /** How long it took, in milliseconds. */
  readonly duration_ms: number;
  /** What it says. */
  readonly message?: string;
  /** When it ended. */
  readonly checked_at: string;
}

/** Worst first. */
const SEVERITY: readonly HealthStatus[] = [HealthStatus.UNHEALTHY, HealthStatus.DEGRADED, HealthStatus.HEALTHY];

/** Runs or reads the health checks. */
export async function readHealth(source: HealthSource | undefined): Promise<HealthReading> {
  if (source === undefined) return { status: 'not_configured', checks: [] };
  const results = await source.runHealthChecks();
  const checks = results.map(checkReading).toSorted((a, b) => rankOf(a.status) - rankOf(b.status));
  return { status: checks[0]?.status ?? 'no_checks', checks };
}

/** Health in one line. */
export function healthSummary({ status, checks }: HealthReading): string {
  if (status === 'not_configured') return 'Health checks are not configured in this server.';
  if (status === 'no_checks') return 'No health check is registered.';
  const bad = checks.filter((check) => check.status !== HealthStatus.HEALTHY);
  if (bad.length === 0) return `healthy: all of ${checks.length} checks`;
  const named = bad.map(
    (check) => `${check.name} ${check.status}${check.message === undefined ? '' : ` (${check.message})`}`,
  );
  return `${status}: ${named.join('; ')}; ${checks.length - bad.length} of ${checks.length} checks healthy`;
}

function checkReading({ name, status, message, duration, timestamp }: HealthCheckResult): CheckReading {
  const reading = { name, status, duration_ms: duration, checked_at: isoTime(timestamp) };
  return message === undefined ? reading : { ...reading, message };
}

function rankOf(status: HealthStatus): number {
  return SEVERITY.indexOf(status);
}
