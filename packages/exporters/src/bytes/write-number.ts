const ZERO = 48;
const MINUS = 45;
/** Largest integer below which every integer is exact, plus one. */
const EXACT_INTEGERS = 2 ** 53;
const BILLION = 1_000_000_000;

/** Most bytes a finite number takes: sign, 17 digits, point, `e-324`, rounded up. */
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
  if (int === value) return writeInteger(target, at, int);
  if (value < EXACT_INTEGERS && Math.floor(value) === value) return writeLongInteger(target, at, value);
  return writeAscii(target, at, String(value));
}

/** Writes an integer from 2^31 to 2^53 - 1. */
function writeLongInteger(target: Uint8Array, at: number, value: number): number {
  let high = Math.floor(value / BILLION);
  // The quotient may have been rounded up to the next integer.
  if (high * BILLION > value) high--;
  return writePaddedBillion(target, writeInteger(target, at, high), value - high * BILLION);
}

/** Writes an integer from 0 to 2^31 - 1. */
function writeInteger(target: Uint8Array, at: number, value: number): number {
  const end = at + digitCount(value);
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    target[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

/** Writes nine digits with leading zeros. */
function writePaddedBillion(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  for (let i = at + 8; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    target[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + 9;
}

function digitCount(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 1000) return 3;
    return value < 10_000 ? 4 : 5;
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  if (value < 100_000_000) return 8;
  return value < BILLION ? 9 : 10;
}

function writeAscii(target: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}
