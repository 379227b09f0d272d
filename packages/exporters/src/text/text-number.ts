import { writeAscii, writeNumber } from '../bytes/write-number.ts';
import { type NonFiniteWords, nonFiniteWord } from '../bytes/non-finite-words.ts';

const WORDS: NonFiniteWords = { nan: 'NaN', positive: '+Inf', negative: '-Inf' };

/**
 * Writes a value as both text formats do.
 *
 * @param target - Must have `MAX_NUMBER_BYTES` bytes left at `at`.
 * @returns The position after the last byte written.
 */
export function writeTextNumber(target: Uint8Array, at: number, value: number): number {
  // `value - value` is 0 for finite numbers and NaN for all others.
  return value - value === 0 ? writeNumber(target, at, value) : writeAscii(target, at, nonFiniteWord(value, WORDS));
}
