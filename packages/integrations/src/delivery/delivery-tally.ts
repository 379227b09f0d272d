import type { DropReason } from './delivery-target.ts';
import type { SendOutcome } from './send-outcome.ts';

/** What a delivery has counted since it began. */
export interface DeliveryCounts {
  /** Data points that arrived. */
  readonly sent: number;
  /** Data points that were given up, by reason. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Data points that may have arrived though they were sent again or given up, since a request got no answer. */
  readonly unclear: number;
  /** Requests by outcome. */
  readonly requests: Readonly<Partial<Record<SendOutcome['status'], number>>>;
}

/** The state of the delivery to one target. */
export interface DeliveryState extends DeliveryCounts {
  /** Name of the target. */
  readonly target: string;
  /** Memory of what waits, in bytes. */
  readonly queueBytes: number;
  /** How long the oldest has waited, in seconds; 0 when nothing waits. */
  readonly oldestSeconds: number;
  /** Whether the target counts as down. */
  readonly isCircuitOpen: boolean;
}

/** Counts of one delivery. */
export class DeliveryTally {
  #sent = 0;
  #unclear = 0;
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  readonly #requests: Partial<Record<SendOutcome['status'], number>> = {};

  send(points: number): void {
    this.#sent += points;
  }

  doubt(points: number): void {
    this.#unclear += points;
  }

  drop(reason: DropReason, points: number): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + points;
  }

  request(outcome: SendOutcome['status']): void {
    this.#requests[outcome] = (this.#requests[outcome] ?? 0) + 1;
  }

  /** A copy. */
  counts(): DeliveryCounts {
    return {
      sent: this.#sent,
      dropped: { ...this.#dropped },
      unclear: this.#unclear,
      requests: { ...this.#requests },
    };
  }
}
