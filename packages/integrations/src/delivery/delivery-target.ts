import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { SendOutcome } from './send-outcome.ts';

/** Why points did not arrive; the label `reason` of `metrics_delivery_dropped_total`. */
export type DropReason =
  | 'access_denied'
  | 'closed'
  | 'encoding_failed'
  | 'expired'
  | 'invalid_labels'
  | 'invalid_value'
  | 'queue_full'
  | 'refused'
  | 'rejected'
  | 'retries_exhausted'
  | 'superseded'
  | 'too_large'
  | 'unclear';

/** One body to be sent as a whole. */
export interface Parcel {
  /** What goes over the wire. Belongs to the delivery until it is settled. */
  readonly body: Uint8Array;
  /** Data points in it. */
  readonly points: number;
  /**
   * Called at most once, when the parcel was given up though nothing was wrong with it: the differences it carries
   * belong to the next read-out again. Absent where each read-out tells the whole state anyway.
   */
  readonly takeBack?: () => void;
}

/** A read-out on its way to a target. */
export interface Reading {
  /** All metrics. */
  readonly families: readonly MetricFamily[];
  /** Time of the read-out, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Counts points that the target's format cannot carry. */
  readonly drop: (reason: DropReason, points: number) => void;
}

/**
 * One monitoring system: how it wants metrics written, and how a body reaches it. All the rest (queue, pauses, order,
 * deadlines, self-metrics) is the delivery's, the same for every target.
 */
export interface DeliveryTarget {
  /** Short name, the label `target` of the self-metrics. */
  readonly name: string;
  /**
   * What a new read-out does to older parcels that still wait. `keep`: bodies carry their time, so the history of an
   * outage is delivered afterwards, oldest first. `latest`: they carry none, so the new read-out replaces them.
   */
  readonly backlog: 'keep' | 'latest';
  /**
   * Whether a body that arrives twice is as one, so that sending it again after no answer does no harm. Default: it would
   * count twice.
   */
  readonly isIdempotent?: boolean;
  /** Age at which the system no longer takes a body, in milliseconds. Default: only the age of the options counts. */
  readonly maxAgeMs?: number;
  /**
   * Writes a read-out as bodies within the limits of the system. Called for each read-out once, in order of time. Bodies
   * are taken one by one.
   */
  encode(reading: Reading): Iterable<Parcel>;
  /**
   * Sends one body. Never called twice at once. A rejection counts as a failure that may pass.
   *
   * @param signal - Aborted when it takes too long or the delivery closes; the attempt then no longer counts.
   */
  send(body: Uint8Array, signal: AbortSignal): Promise<SendOutcome>;
  /** Lets go of sockets. Nothing is sent afterwards. */
  close?(): void;
}
