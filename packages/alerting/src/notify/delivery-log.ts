import type { DeliveryRecord } from '@bduf/metrics-core/interfaces';

/** The latest attempts, bounded. */
export class DeliveryLog {
  readonly #size: number;
  readonly #records: DeliveryRecord[] = [];

  /** @param size - How many are remembered. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Takes one more. */
  add(record: DeliveryRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#size) this.#records.shift();
  }

  /** All of them, newest first. */
  list(): readonly DeliveryRecord[] {
    return this.#records.toReversed();
  }
}
