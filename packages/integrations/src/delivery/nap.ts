import type { Clock } from '@bduf/metrics-core/interfaces';

/** A pause that can be ended early. */
export class Nap {
  readonly #clock: Clock;
  #wake: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after a time or a call of {@link wake}. One pause at a time. */
  async take(ms: number): Promise<void> {
    let cancel: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      const timer = this.#clock.setTimer(ms, resolve);
      cancel = () => timer.cancel();
    });
    cancel();
  }

  /** Ends the pause, if there is one. */
  wake(): void {
    this.#wake();
  }
}
