import type { Clock } from '@bduf/metrics-core/interfaces';
import type { Fault } from '../fault.ts';

/** A database that is asked whether it answers before each use, and can be made to take its time. */
export class DatabaseLatency {
  #ms = 0;

  /** Waits as long as an answer takes at the moment. */
  async pass(clock: Clock): Promise<void> {
    if (this.#ms === 0) return;
    await new Promise<void>((resolve) => {
      clock.setTimer(this.#ms, resolve);
    });
  }

  /** The fault: each answer takes that long. */
  fault(slowMs: number): Fault {
    return {
      name: 'slow_database',
      description: `The database takes ${slowMs} ms longer to answer, as over a bad network.`,
      alert: 'slow_database',
      begin: () => {
        this.#ms = slowMs;
        return () => {
          this.#ms = 0;
        };
      },
    };
  }
}
