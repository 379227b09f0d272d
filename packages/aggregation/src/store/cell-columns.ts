/**
 * Which number stands where in a cell, that is a sample of a downsampled tier. Statistics of values first, then the last sample in
 * full, then for each number of a sample what resets within the cell have hidden from the difference of last samples. With those,
 * cells merge without loss, and increases need not be kept: they follow from successive cells. What a cell says holds without the one
 * before it, which may be gone.
 */
export const CellColumn = {
  COUNT: 0,
  SUM: 1,
  MIN: 2,
  MAX: 3,
  /** Sum of squared distances from the mean. */
  SQUARES: 4,
  RESETS: 5,
  /** How often observation was interrupted between the last sample before the cell and its own last one. */
  CUTS: 6,
  /** 1 when the series counted from 0 again between the cell before and this one, or was not there before; else 0. */
  FROM_ZERO: 7,
  /** First number of the last sample; the numbers of resets follow it. */
  LAST: 8,
} as const;

/** Numbers in a cell of samples of so many numbers. */
export function cellWidth(width: number): number {
  return CellColumn.LAST + 2 * width;
}
