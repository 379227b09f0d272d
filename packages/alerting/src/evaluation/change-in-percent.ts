/** What a change is measured by. */
export interface ChangeOptions {
  /** Whether more is positive; else less is. */
  readonly isIncrease: boolean;
  /** After a window without anything, less than this is not worth a mention. */
  readonly leastRate: number;
}

/**
 * By how many percent a value exceeds (or is below) the one before. From 0, any increase is infinite; there is no decrease from 0:
 * NaN.
 */
export function changeInPercent({ isIncrease, leastRate }: ChangeOptions): (recent: number, earlier: number) => number {
  return (recent, earlier) => {
    if (earlier === 0) {
      if (!isIncrease) return NaN;
      if (Number.isNaN(recent)) return NaN;
      return recent > 0 && recent >= leastRate ? Infinity : 0;
    }
    return (100 * (isIncrease ? recent - earlier : earlier - recent)) / earlier;
  };
}
