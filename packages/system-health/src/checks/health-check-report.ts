import type { HealthCheckResult, HealthStatus } from '@bduf/metrics-core/interfaces';
import type { HealthCheckKind } from './health-check.ts';

/** A result with all that operators want to know; its `result` is the part that anybody may see. */
export interface HealthCheckReport {
  /** The public part. */
  readonly result: HealthCheckResult;
  /** What this run alone said, before thresholds and criticality. */
  readonly found: HealthStatus;
  /** The probe it belongs to. */
  readonly kind: HealthCheckKind;
  /** Whether the process cannot work without it. */
  readonly critical: boolean;
  /** Facts for operators, with secrets masked. */
  readonly details?: Readonly<Record<string, unknown>>;
}
