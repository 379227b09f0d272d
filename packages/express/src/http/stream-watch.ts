import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';

/** How often open exchanges are looked at. */
const PERIOD_MS = 1000;

/**
 * Looks at open exchanges once a second and reports each that is still open, since Node tells nobody when the head of a
 * response is sent. What ends within a second is never looked at; without open exchanges no timer runs.
 */
export class StreamWatch<Exchange> {
  readonly #clock: Clock;
  readonly #look: (exchange: Exchange) => void;
  readonly #open = new Set<Exchange>();
  #timer: ClockTimer | undefined;

  /**
   * @param clock - Runs the timer.
   * @param look - Called for each open exchange, once a second.
   */
  constructor(clock: Clock, look: (exchange: Exchange) => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** An exchange begins. */
  add(exchange: Exchange): void {
    this.#open.add(exchange);
    if (this.#timer === undefined) this.#arm();
  }

  /** An exchange ended. False when it was not open. */
  delete(exchange: Exchange): boolean {
    return this.#open.delete(exchange);
  }

  /** Stops looking. Exchanges can still end. */
  close(): void {
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer = this.#clock.setTimer(PERIOD_MS, () => {
      this.#timer = undefined;
      for (const exchange of this.#open) this.#look(exchange);
      if (this.#open.size > 0) this.#arm();
    });
  }
}
