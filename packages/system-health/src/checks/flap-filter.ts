import { HealthStatus } from '@bduf/metrics-core/interfaces';

/** When a check changes between well and unhealthy. */
export interface FlapThresholds {
  /** Unhealthy results in a row until it counts as unhealthy. */
  readonly failureThreshold: number;
  /** Other results in a row until it counts as well again. */
  readonly successThreshold: number;
}

/**
 * Keeps a check from flapping: it changes between unhealthy and not only after several results in a row. The first result
 * counts as it is, and so does a change between healthy and degraded.
 */
export class FlapFilter {
  readonly #thresholds: FlapThresholds;
  #settled: HealthStatus | undefined;
  #contradictions = 0;

  constructor(thresholds: FlapThresholds) {
    this.#thresholds = thresholds;
  }

  /** Takes a result and says how the check counts. */
  next(found: HealthStatus): HealthStatus {
    const wasUnhealthy = this.#settled === HealthStatus.UNHEALTHY;
    if (this.#settled === undefined || wasUnhealthy === (found === HealthStatus.UNHEALTHY)) return this.#settle(found);
    this.#contradictions++;
    const needed = wasUnhealthy ? this.#thresholds.successThreshold : this.#thresholds.failureThreshold;
    return this.#contradictions >= needed ? this.#settle(found) : this.#settled;
  }

  #settle(status: HealthStatus): HealthStatus {
    this.#contradictions = 0;
    this.#settled = status;
    return status;
  }
}
