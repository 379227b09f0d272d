/** Health of a check or of the whole, best first. */
export const HealthStatus = { HEALTHY: 'healthy', DEGRADED: 'degraded', UNHEALTHY: 'unhealthy' } as const;
/** Health of a check or of the whole. */
export type HealthStatus = (typeof HealthStatus)[keyof typeof HealthStatus];

/** Result of one health check. */
export interface HealthCheckResult {
  /** Name of the check. */
  readonly name: string;
  /** What it found. */
  readonly status: HealthStatus;
  /** One sentence for people; never a secret. */
  readonly message?: string;
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** When it ended. */
  readonly timestamp: Date;
}

/** Something that knows how healthy the process is. */
export interface HealthSource {
  /** Results of all checks. Does not reject: a check that fails is a result. */
  runHealthChecks(): Promise<readonly HealthCheckResult[]>;
}
