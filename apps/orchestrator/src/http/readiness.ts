import { type Clock, type HealthCheckResult, type HealthSource, HealthStatus } from '@bduf/metrics-core/interfaces';
import type { PlanningStore } from '../store/planning-store.ts';

/** How long the database may take to answer, in milliseconds. */
const TIMEOUT_MS = 1000;

/** Whether the service can do its work: its database answers, and it is not about to end. */
export class Readiness implements HealthSource {
  readonly #store: PlanningStore;
  readonly #clock: Clock;
  #isEnding = false;

  constructor(store: PlanningStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** From now on the service is not ready, so that nobody sends it more work. */
  end(): void {
    this.#isEnding = true;
  }

  async runHealthChecks(): Promise<readonly HealthCheckResult[]> {
    return [await this.#check('service', () => this.#serves()), await this.#check('database', () => this.#reads())];
  }

  #serves(): Promise<void> {
    return this.#isEnding ? Promise.reject(new Error('The service is ending.')) : Promise.resolve();
  }

  async #reads(): Promise<void> {
    await this.#store.hold(
      (unit) => unit.read(({ projects }) => projects.list({ limit: 1 })),
      AbortSignal.timeout(TIMEOUT_MS),
    );
  }

  async #check(name: string, work: () => Promise<void>): Promise<HealthCheckResult> {
    const start = this.#clock.monotonicMs();
    const result = (status: HealthStatus, message?: string): HealthCheckResult => ({
      name,
      status,
      ...(message === undefined ? {} : { message }),
      duration: this.#clock.monotonicMs() - start,
      timestamp: new Date(this.#clock.now()),
    });
    try {
      await work();
      return result(HealthStatus.HEALTHY);
    } catch (error) {
      return result(HealthStatus.UNHEALTHY, error instanceof Error ? error.message : 'It failed.');
    }
  }
}
