import { digitCount, writeDigits } from './write-digits.ts';

/**
 * Shortest decimal form of doubles that are no integers, without a string.
 *
 * `String(v)` costs more than all else on a line, and a string must then be copied byte by byte. Two cases cover nearly
 * all values that metrics have:
 *
 * 1. *Up to six decimals* (durations, ratios, sizes in units): `round(v·10^6) / 10^6 === v`. A decimal of at most 15
 *    digits that reads back as `v` is the only one of that length, so it is the shortest.
 * 2. *Everything else from 10^-6 to 10^16*: `v` is scaled to 17 digits before the point, as an exact sum of two doubles
 *    (Dekker's product). Then multiples of 10, 100, … are tried as long as one lies within half a unit in the last place
 *    of `v`. Where a comparison is too close to call, `String` decides.
 *
 * Measured with tooling/bench/exposition/number-writer.mjs.
 */

const ZERO = 48;
const POINT = 46;
const MILLION = 1_000_000;
const HUNDRED_MILLION = 100_000_000;

/** Powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** Smallest and largest decimal exponent of case 2: the scale 10^(16 - exponent) must be exact. */
const LEAST_EXPONENT = -6;
const LARGEST_EXPONENT = 15;
/** A comparison that comes out closer than this is left to `String`; the error of the scaled numbers is below 10^-13. */
const DOUBT = 1e-6;

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
/** Index of the word with sign and exponent: 1 on little-endian machines. */
const HIGH_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * Writes a positive number that is no integer, as `String` would.
 *
 * @returns The position after the last byte, or -1 when the number is outside what is covered.
 */
export function writeFraction(target: Uint8Array, at: number, value: number): number {
  if (value < 1e9) {
    const millionths = Math.round(value * MILLION);
    if (millionths / MILLION === value) return writeMillionths(target, at, millionths);
  }
  return writeLongFraction(target, at, value);
}

function writeMillionths(target: Uint8Array, at: number, millionths: number): number {
  const whole = Math.floor(millionths / MILLION);
  const point = writeDigits(target, at, whole, digitCount(whole));
  target[point] = POINT;
  return trimZeros(target, writeDigits(target, point + 1, millionths - whole * MILLION, 6));
}

function writeLongFraction(target: Uint8Array, at: number, value: number): number {
  bits[0] = value;
  const high = words[HIGH_WORD] as number;
  const exponent = decimalExponent(value, high >>> 20);
  // The neighbours of a power of two lie at different distances.
  const isPowerOfTwo = (high & 0xfffff) === 0 && words[1 - HIGH_WORD] === 0;
  if (isPowerOfTwo || exponent < LEAST_EXPONENT || exponent > LARGEST_EXPONENT) return -1;

  const scale = POWERS_OF_TEN[16 - exponent] as number;
  const product = value * scale;
  const rest = productError(value, scale, product);
  const whole = Math.round(rest);
  const fraction = rest - whole;
  if (Math.abs(Math.abs(fraction) - 0.5) < DOUBT) return -1;

  // The 17 digits of product + whole, as 9 and 8: their sum would not fit a double.
  let upper = Math.floor(product / HUNDRED_MILLION);
  let lower = product - upper * HUNDRED_MILLION + whole;
  const carry = Math.floor(lower / HUNDRED_MILLION);
  upper += carry;
  lower -= carry * HUNDRED_MILLION;

  const halfUlp = halfUlpOf(high >>> 20) * scale;
  const dropped = droppableDigits(lower, fraction, halfUlp);
  if (dropped < 0) return -1;
  if (dropped > 0) {
    const unit = POWERS_OF_TEN[dropped] as number;
    lower = Math.round((lower + fraction) / unit) * unit;
    if (lower === HUNDRED_MILLION) return -1;
  }
  return upper >= 1e9 ? -1 : placePoint(target, at, upper, lower, exponent);
}

/** Decimal exponent, from the binary one and one comparison. */
function decimalExponent(value: number, biasedExponent: number): number {
  const estimate = Math.floor((biasedExponent - 1023) * 0.301_029_995_663_981_2);
  if (estimate < LEAST_EXPONENT - 1 || estimate > LARGEST_EXPONENT) return estimate;
  // 10^-n is not exact, but 10^n is, and the product is at least 1 exactly when the value reaches the power.
  const next = estimate + 1;
  const reachesNext =
    next >= 0 ? value >= (POWERS_OF_TEN[next] as number) : value * (POWERS_OF_TEN[-next] as number) >= 1;
  return reachesNext ? next : estimate;
}

/** Half the distance to the next double. */
function halfUlpOf(biasedExponent: number): number {
  words[HIGH_WORD] = (biasedExponent - 53) << 20;
  words[1 - HIGH_WORD] = 0;
  return bits[0] as number;
}

/** What rounding took from a product: `a * b === product + productError` exactly (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const aSplit = 134_217_729 * a;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = 134_217_729 * b;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** How many of the last 8 digits can go because a shorter decimal still reads back as the value; -1 when in doubt. */
function droppableDigits(lower: number, fraction: number, halfUlp: number): number {
  let unit = 10;
  for (let dropped = 0; dropped < 8; dropped++) {
    const above = lower - Math.floor(lower / unit) * unit + fraction;
    const distance = above > unit / 2 ? unit - above : Math.abs(above);
    if (Math.abs(distance - halfUlp) < DOUBT || Math.abs(above - unit / 2) < DOUBT) return -1;
    if (distance > halfUlp) return dropped;
    unit *= 10;
  }
  return -1;
}

function placePoint(target: Uint8Array, at: number, upper: number, lower: number, exponent: number): number {
  if (exponent < 0) {
    target[at] = ZERO;
    target[at + 1] = POINT;
    const start = at + 1 - exponent;
    for (let i = at + 2; i < start; i++) target[i] = ZERO;
    return trimZeros(target, writeDigits(target, writeDigits(target, start, upper, 9), lower, 8));
  }
  const end = writeDigits(target, writeDigits(target, at + 1, upper, 9), lower, 8);
  const point = at + exponent + 1;
  for (let i = at; i < point; i++) target[i] = target[i + 1] as number;
  target[point] = POINT;
  return trimZeros(target, end);
}

function trimZeros(target: Uint8Array, end: number): number {
  let last = end;
  while (target[last - 1] === ZERO) last--;
  return last;
}
