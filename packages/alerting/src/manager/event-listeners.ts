import type { AlertEvent } from '@bduf/metrics-core/interfaces';

/** Those who want to hear of events. One that throws does not disturb the others. */
export class EventListeners {
  readonly #listeners = new Set<(event: AlertEvent) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** @returns A function that ends it. */
  add(listener: (event: AlertEvent) => void): () => void {
    // A function of its own, since the same listener may be added twice.
    const own = (event: AlertEvent): void => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(event: AlertEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
