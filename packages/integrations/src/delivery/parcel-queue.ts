import type { Parcel } from './delivery-target.ts';
import type { Round } from './round.ts';

/** A parcel that waits. */
export interface QueuedParcel {
  readonly parcel: Parcel;
  readonly round: Round;
  /** Monotonic time at which it came. */
  readonly sinceMs: number;
  /** Times it was sent in vain. */
  attempts: number;
  /** Whether it may have arrived, since an attempt got no answer. */
  isUnclear: boolean;
  /** Whether it is being sent: it may have arrived, so it must neither be replaced nor make room. */
  isInFlight: boolean;
}

/** What keeping a parcel costs beside its body: its record, and the rows a parcel of differences remembers. */
const RECORD_BYTES = 256;
const POINT_BYTES = 64;

function costOf({ body, points, takeBack }: Parcel): number {
  return body.byteLength + RECORD_BYTES + (takeBack === undefined ? 0 : points * POINT_BYTES);
}

/** Parcels in the order they came, bounded by bytes. */
export class ParcelQueue {
  readonly #maxBytes: number;
  #parcels: QueuedParcel[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Memory of all parcels, estimated from above. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The parcel that is next. */
  get first(): QueuedParcel | undefined {
    return this.#parcels[0];
  }

  /** Whether parcels of another read-out wait, too. */
  hasOtherThan(round: Round): boolean {
    return this.#parcels.some((each) => each.round !== round);
  }

  /**
   * Puts a parcel at the end.
   *
   * @returns Those that had to go for it, oldest first; the new one itself when it alone is too large.
   */
  add(added: QueuedParcel): readonly QueuedParcel[] {
    this.#parcels.push(added);
    this.#bytes += costOf(added.parcel);
    if (this.#bytes <= this.#maxBytes) return [];
    if (costOf(added.parcel) > this.#maxBytes) return this.remove((each) => each === added);
    return this.remove((each) => !each.isInFlight && this.#bytes > this.#maxBytes);
  }

  /** Takes parcels out, asking for each in order. */
  remove(isWanted: (parcel: QueuedParcel) => boolean): readonly QueuedParcel[] {
    const removed: QueuedParcel[] = [];
    this.#parcels = this.#parcels.filter((each) => {
      if (!isWanted(each)) return true;
      removed.push(each);
      this.#bytes -= costOf(each.parcel);
      return false;
    });
    return removed;
  }
}
