import type { BucketMemory } from '../primitives/bucket-memory.ts';
import type { RowJournal } from '../storage/row-journal.ts';

/** Follows one metric from outside: its table, and the sketches beside it. */
export interface MetricJournal extends RowJournal {
  /**
   * Memory of one sketch.
   *
   * @param row - The row it belongs to.
   * @param slice - Which one of a row that has several; else 0.
   */
  bucketMemory(row: number, slice: number): BucketMemory;
  /**
   * The array that tells which slice of time each sketch of a row holds is at a new place.
   *
   * @param firstEndMs - When slice 0 left or leaves the window, in milliseconds since the epoch.
   */
  slicesPlaced(row: number, heldSlices: Float64Array, firstEndMs: number): void;
}
