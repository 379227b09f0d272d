import { digitCount, writeDigits } from './write-digits.ts';
import { writeFraction } from './write-fraction.ts';

const MINUS = 45;
/** From here on not every integer is a double. */
const EXACT_INTEGERS = 2 ** 53;
const BILLION = 1_000_000_000;

/** Most bytes a finite number takes: sign, `0.`, five zeros and 17 digits, rounded up. */
export const MAX_NUMBER_BYTES = 32;

/**
 * Writes a finite number in the shortest decimal form that reads back as the same double, as `String` does. Negative
 * zero is written as `0`: no monitoring system tells the two apart.
 *
 * @param target - Must have {@link MAX_NUMBER_BYTES} bytes left at `at`.
 * @returns The position after the last byte written.
 */
export function writeNumber(target: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    target[at] = MINUS;
    return writeMagnitude(target, at + 1, -value);
  }
  return writeMagnitude(target, at, value);
}

function writeMagnitude(target: Uint8Array, at: number, value: number): number {
  const int = value | 0;
  if (int === value) return writeDigits(target, at, int, digitCount(int));
  if (value < EXACT_INTEGERS) {
    if (Math.floor(value) === value) return writeLongInteger(target, at, value);
    const end = writeFraction(target, at, value);
    if (end > 0) return end;
  }
  return writeAscii(target, at, String(value));
}

/** Writes an integer from 2^31 to 2^53 - 1. */
function writeLongInteger(target: Uint8Array, at: number, value: number): number {
  let high = Math.floor(value / BILLION);
  // The quotient may have been rounded up to the next integer.
  if (high * BILLION > value) high--;
  return writeDigits(target, writeDigits(target, at, high, digitCount(high)), value - high * BILLION, 9);
}

/** Writes a text of ASCII characters. Returns the position after the last one. */
export function writeAscii(target: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}
