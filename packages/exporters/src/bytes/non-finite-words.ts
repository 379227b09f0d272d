/** How a format spells the numbers that have no decimal form. */
export interface NonFiniteWords {
  readonly nan: string;
  readonly positive: string;
  readonly negative: string;
}

/** The word of a format for NaN or an infinity. */
export function nonFiniteWord(value: number, words: NonFiniteWords): string {
  if (Number.isNaN(value)) return words.nan;
  return value > 0 ? words.positive : words.negative;
}
