/** What became of one read-out at one target. */
export interface DeliveryReport {
  /** Name of the target. */
  readonly target: string;
  /** `delivered`: all of it arrived. `dropped`: some of it never will. `pending`: the rest is tried further. */
  readonly status: 'delivered' | 'dropped' | 'pending';
  /** Data points of the read-out that the target's format can carry. */
  readonly points: number;
  /** Points that arrived. */
  readonly delivered: number;
  /** Points that were given up. Those of counters are part of the next read-out, unless the target refused them. */
  readonly dropped: number;
  /** What went wrong last, for people; absent when nothing did. */
  readonly note?: string;
}

/** The parcels of one read-out, until each has been delivered or given up. */
export class Round {
  /** Name of the target. */
  readonly target: string;
  readonly #settle: () => void;
  /** Resolves when nothing of it waits any more. Never rejects. */
  readonly settled: Promise<void>;
  #open = 0;
  #isSealed = false;
  #points = 0;
  #delivered = 0;
  #dropped = 0;
  #note: string | undefined;

  constructor(target: string) {
    this.target = target;
    let settle: () => void = () => undefined;
    this.settled = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
  }

  /** A parcel was put into the queue. */
  opened(points: number): void {
    this.#open += 1;
    this.#points += points;
  }

  /** No further parcel will come. */
  seal(): void {
    this.#isSealed = true;
    this.#check();
  }

  /** A parcel was delivered, but for some points of it. */
  delivered(points: number, rejected: number): void {
    this.#open -= 1;
    this.#delivered += points - rejected;
    this.#dropped += rejected;
    this.#check();
  }

  /** A parcel was given up. */
  dropped(points: number): void {
    this.#open -= 1;
    this.#dropped += points;
    this.#check();
  }

  /** Points were lost before they were part of a parcel. */
  lost(points: number): void {
    this.#points += points;
    this.#dropped += points;
  }

  /** Keeps the latest reason of trouble. */
  trouble(note: string): void {
    this.#note = note;
  }

  /** The state of this moment. */
  report(): DeliveryReport {
    const outcome = this.#dropped > 0 ? 'dropped' : 'delivered';
    return {
      target: this.target,
      status: this.#open > 0 ? 'pending' : outcome,
      points: this.#points,
      delivered: this.#delivered,
      dropped: this.#dropped,
      ...(this.#note !== undefined && { note: this.#note }),
    };
  }

  #check(): void {
    if (this.#isSealed && this.#open === 0) this.#settle();
  }
}
