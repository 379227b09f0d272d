/** Remembers the latest event ids, so that an event that is delivered again is recognised. */
export class SeenEvents {
  readonly #capacity: number;
  /** In the order of arrival, which a `Set` keeps. */
  readonly #ids = new Set<string>();

  /** @param capacity - Ids remembered; the oldest is forgotten first. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Takes note of an event; tells whether it is new as far as is remembered. */
  isNew(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.#capacity) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}
