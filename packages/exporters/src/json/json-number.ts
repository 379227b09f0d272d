import { type NonFiniteWords, nonFiniteWord } from '../bytes/non-finite-words.ts';
import { writeAscii, writeNumber } from '../bytes/write-number.ts';

const WORDS: NonFiniteWords = { nan: '"NaN"', positive: '"+Inf"', negative: '"-Inf"' };

/**
 * Writes a number as JSON has it, or as a string where JSON has none.
 *
 * @param target - Must have `MAX_NUMBER_BYTES` bytes left at `at`.
 * @returns The position after the last byte written.
 */
export function writeJsonNumber(target: Uint8Array, at: number, value: number): number {
  // `value - value` is 0 for finite numbers and NaN for all others.
  return value - value === 0 ? writeNumber(target, at, value) : writeAscii(target, at, nonFiniteWord(value, WORDS));
}
