/**
 * Columns of integers: what is left of each value after its predecessor, or the line through its two predecessors, was taken away,
 * in packed form. A counter that grows steadily leaves next to nothing.
 */
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { bestPacking, readPacked, writePacked } from './packed-integers.ts';
import { integerScratch } from './scratch-columns.ts';

/** Absolute values up to this keep second differences exact. */
export const MAX_INTEGER: number = 2 ** 50;

/** Mean of the differences as share of their range, from which on the least one is taken for an outlier. */
const SKEWED = 0.8;

/** How many predecessors are taken away: none, one, two. */
type DifferenceOrder = 0 | 1 | 2;

/** Whether a value can stand in a column of integers. Negative zero cannot: it would come back as zero. */
export function isColumnInteger(value: number): boolean {
  // Small integers are by far the most, and told fastest.
  if ((value | 0) === value) return value !== 0 || Object.is(value, 0);
  return Math.floor(value) === value && value <= MAX_INTEGER && value >= -MAX_INTEGER;
}

/** Writes integers that {@link isColumnInteger} admits; at least one. */
export function writeIntegers(writer: ByteWriter, values: Float64Array, count: number): void {
  const order = bestOrder(values, count);
  const rest = integerScratch(count);
  const size = Math.max(0, count - order);
  const { least, greatest, mean } = differences(values, count, { order, into: rest });
  // Where a reset makes the least difference an outlier, all others would be far above it.
  const isFolded = mean - least > SKEWED * (greatest - least);
  writer.byte(2 * order + Number(isFolded));
  for (let index = 0; index < Math.min(order, count); index++) writer.signed(values[index] ?? 0);
  if (isFolded) foldSigns(rest, size);
  else {
    writer.signed(least);
    for (let index = 0; index < size; index++) rest[index] = (rest[index] ?? 0) - least;
  }
  const most = isFolded ? Math.max(foldSign(least), foldSign(greatest)) : greatest - least;
  writePacked(writer, rest, size, bestPacking(rest, size, most));
}

/** Reads integers to the front of `values`. */
export function readIntegers(reader: ByteReader, values: Float64Array, count: number): void {
  const head = reader.byte();
  const order = head >> 1;
  const isFolded = (head & 1) === 1;
  const given = Math.min(order, count);
  const first = given > 0 ? reader.signed() : 0;
  const second = given > 1 ? reader.signed() : 0;
  const least = isFolded ? 0 : reader.signed();
  readPacked(reader, values, count - given);
  if (isFolded) unfold(values, count - given);
  if (order === 0) addLeast(values, count, least);
  else if (order === 1) addUp(values, count, { first, least });
  else addUpTwice(values, count, { first, second, least });
}

/**
 * The order whose differences are shorter for most values, so that one outlier does not decide. Every third value is looked at: the
 * choice costs some bytes at worst.
 */
function bestOrder(values: Float64Array, count: number): DifferenceOrder {
  if (count < 4) return count < 2 ? 0 : 1;
  const start = values[0] ?? 0;
  let seen = 0;
  let onceIsShorter = 0;
  let twiceIsShorter = 0;
  for (let index = 2; index < count; index += 3) {
    const before = values[index - 1] ?? 0;
    const difference = (values[index] ?? 0) - before;
    const size = Math.abs(difference);
    if (size === 0 || size < Math.abs(before - start)) onceIsShorter++;
    if (Math.abs(difference - before + (values[index - 2] ?? 0)) < size) twiceIsShorter++;
    seen++;
  }
  if (4 * onceIsShorter < 3 * seen) return 0;
  // Second differences of noise are larger than first ones: they must be much better to pay.
  return 3 * twiceIsShorter > 2 * seen && twiceVariesLess(values, count) ? 2 : 1;
}

/** Whether second differences have the smaller range. */
function twiceVariesLess(values: Float64Array, count: number): boolean {
  let [least, greatest, leastChange, greatestChange] = [Infinity, -Infinity, Infinity, -Infinity];
  let slope = (values[1] ?? 0) - (values[0] ?? 0);
  for (let index = 2; index < count; index++) {
    const difference = (values[index] ?? 0) - (values[index - 1] ?? 0);
    const change = difference - slope;
    if (difference < least) least = difference;
    if (difference > greatest) greatest = difference;
    if (change < leastChange) leastChange = change;
    if (change > greatestChange) greatestChange = change;
    slope = difference;
  }
  return greatestChange - leastChange < greatest - least;
}

/** What is known of differences. */
interface Extent {
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
}

/** Writes the differences, one for each value but the first ones, which have nothing to be taken from; and looks at them on the way. */
function differences(
  values: Float64Array,
  count: number,
  { order, into }: { readonly order: DifferenceOrder; readonly into: Float64Array },
): Extent {
  if (count <= order) return { least: 0, greatest: 0, mean: 0 };
  let [least, greatest, sum] = [Infinity, -Infinity, 0];
  for (let index = order; index < count; index++) {
    let rest = values[index] ?? 0;
    if (order === 1) rest -= values[index - 1] ?? 0;
    else if (order === 2) rest = rest - 2 * (values[index - 1] ?? 0) + (values[index - 2] ?? 0);
    into[index - order] = rest;
    if (rest < least) least = rest;
    if (rest > greatest) greatest = rest;
    sum += rest;
  }
  return { least, greatest, mean: sum / (count - order) };
}

function foldSigns(values: Float64Array, count: number): void {
  for (let index = 0; index < count; index++) values[index] = foldSign(values[index] ?? 0);
}

function foldSign(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unfold(values: Float64Array, count: number): void {
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? 0;
    const half = Math.floor(value / 2);
    values[index] = half + half === value ? half : -half - 1;
  }
}

function addLeast(values: Float64Array, count: number, least: number): void {
  for (let index = 0; index < count; index++) values[index] = (values[index] ?? 0) + least;
}

function addUp(
  values: Float64Array,
  count: number,
  { first, least }: { readonly first: number; readonly least: number },
): void {
  let value = first;
  for (let index = 0; index < count; index++) {
    const difference = values[index] ?? 0;
    values[index] = value;
    value += difference + least;
  }
}

function addUpTwice(
  values: Float64Array,
  count: number,
  { first, second, least }: { readonly first: number; readonly second: number; readonly least: number },
): void {
  let [before, value] = [first, second];
  let held = values[0] ?? 0;
  values[0] = before;
  for (let index = 1; index < count; index++) {
    const difference = held + least;
    held = values[index] ?? 0;
    values[index] = value;
    const next = 2 * value - before + difference;
    before = value;
    value = next;
  }
}
