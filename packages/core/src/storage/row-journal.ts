/**
 * Follows one table from outside: gives it memory for its numbers and is told what its rows mean. It hears of everything
 * before anything is recorded on it.
 */
export interface RowJournal {
  /** Whether its memory is used up, so that no further series may begin. */
  readonly isFull: boolean;
  /**
   * Memory for numbers, all zero.
   *
   * @param length - How many.
   */
  allocate(length: number): Float64Array;
  /** The numbers of a chunk are complete at a new place. */
  chunkPlaced(chunk: number, values: Float64Array): void;
  /** A label value has an id; it may be the former id of a value that was forgotten. */
  valueInterned(label: number, id: number, text: string): void;
  /** A row begins to stand for a series. */
  rowStarted(row: number, ids: ArrayLike<number>, createdMs: number): void;
  /** A hidden row is shown again. */
  rowShown(row: number, createdMs: number): void;
  /**
   * A row is hidden and its numbers are cleared.
   *
   * @param clear - Clears them; called exactly once.
   */
  hideRow(row: number, clear: () => void): void;
}
