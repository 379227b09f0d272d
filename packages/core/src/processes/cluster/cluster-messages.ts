import type { Exemplar } from '../../interfaces/metric-family.ts';
import type { MetricHead } from '../metric-head.ts';

/**
 * What the primary and its workers tell each other, as the only property of a message, under a key of our own and with
 * the version of the protocol: other messages are ignored, and other code ignores ours.
 */
export const CLUSTER_KEY = '@bduf/metrics/cluster/1';

/** Binary data: bytes where the channel carries them (`serialization: 'advanced'`), else base64. */
export type PackedBytes = string | Uint8Array;

/** From the primary. */
export type PrimaryMessage =
  /** The primary begins to listen: send everything. */
  | { readonly kind: 'welcome'; readonly group: string; readonly probe: Uint8Array }
  /** Send what is new, after asking callbacks for at most so long. */
  | {
      readonly kind: 'collect';
      readonly group: string;
      readonly probe: Uint8Array;
      readonly request: number;
      readonly timeoutMs: number;
    };

/** From a worker: the state of its metrics, relative to the snapshot before. */
export interface SnapshotMessage {
  readonly kind: 'snapshot';
  readonly group: string;
  /** The request it answers, if any. */
  readonly request: number | undefined;
  /** Whether it stands on its own and replaces all before it. */
  readonly isFull: boolean;
  /** When it was taken, in milliseconds since the epoch. */
  readonly takenMs: number;
  /** Numbers of all families there are. */
  readonly present: readonly number[];
  /** Families in which anything is new. */
  readonly families: readonly FamilyPacket[];
}

/** What is new of one family. Numbers are given once to each identity and epoch. */
export interface FamilyPacket {
  readonly number: number;
  /** In the first packet of the family. */
  readonly head?: MetricHead;
  /** For each label the texts that follow those sent before. */
  readonly texts: readonly (readonly string[])[];
  readonly blocks: readonly BlockPacket[];
}

/** What is new of one block. Parts that are left out are as before. */
export interface BlockPacket {
  readonly rowCount: number;
  /** Label ids of the rows that follow those sent before. */
  readonly ids?: PackedBytes;
  /** All numbers. */
  readonly values?: PackedBytes;
  /** Numbers that changed: their places, and themselves. */
  readonly changes?: readonly [at: PackedBytes, values: PackedBytes];
  readonly createdMs?: PackedBytes;
  /** Null when no row is hidden any more. */
  readonly hidden?: PackedBytes | null;
  readonly marks?: PackedBytes;
  readonly native?: NativePacket;
  readonly windows?: readonly (readonly [endMs: number, buckets: NativePacket])[];
  readonly exemplars?: readonly Exemplar[];
}

/** The columns of a `NativeHistogramBlock`, in their order. */
export type NativePacket = readonly PackedBytes[];
