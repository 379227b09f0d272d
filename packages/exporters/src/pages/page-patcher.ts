import { Buffer } from 'node:buffer';
import { digitCount, writeDigits } from '../bytes/write-digits.ts';
import { MAX_NUMBER_BYTES } from '../bytes/write-number.ts';
import type { Page } from './page.ts';
import { PageBytes } from './page-bytes.ts';

/**
 * Writes any number as a format does.
 *
 * @param target - Has `MAX_NUMBER_BYTES` bytes left at `at`.
 * @returns The position after the last byte written.
 */
export type WriteNumber = (target: Uint8Array, at: number, value: number) => number;

/**
 * Brings pages up to date.
 *
 * Rendering a line costs ten times as much as comparing its number with the one it shows. So the numbers are compared,
 * and those that changed are written over the old digits. From the first one on that takes more or fewer digits than
 * before, the rest of the page is put together from the old pieces between the numbers. Recording pays nothing for
 * this: there is no flag that says what changed.
 */
export class PagePatcher {
  readonly #writeNumber: WriteNumber;
  readonly #digits = new Uint8Array(MAX_NUMBER_BYTES);
  /** How many of the digits the last number took. */
  #formatted = 0;
  /**
   * Where the rest of a page is put together: new bytes from the start, old ones behind them. In one buffer, because
   * copying within one costs a third of copying between two (32 against 95 ns for a line).
   */
  #bench: Buffer = Buffer.alloc(0);

  /** @param writeNumber - How the format writes numbers; integers from 0 to 2^31 - 1 as their digits. */
  constructor(writeNumber: WriteNumber) {
    this.#writeNumber = writeNumber;
  }

  /**
   * Makes a page show other numbers. Its bytes are replaced instead of changed when somebody holds them.
   *
   * @param numbers - One for each line.
   * @returns By how many bytes the page has grown.
   */
  patch(page: Page, numbers: Float64Array): number {
    const first = firstDifference(page.shown, numbers);
    if (first < 0) return 0;
    const before = page.chunk.storage.length;
    if (page.chunk.isHeld) page.chunk = PageBytes.copyOf(page.chunk.bytes, page.widths.length);
    this.#writeFrom(page, numbers, first);
    page.shown.set(numbers);
    return page.chunk.storage.length - before;
  }

  #writeFrom(page: Page, numbers: Float64Array, first: number): void {
    const { heads, widths, shown } = page;
    const bytes = page.chunk.storage;
    let position = 0;
    for (let line = 0; line < numbers.length; line++) {
      position += heads[line] as number;
      const width = widths[line] as number;
      if (line >= first && differs(shown[line] as number, numbers[line] as number)) {
        if (!this.#writeOver(bytes, position, width, numbers[line] as number)) {
          this.#splice(page, numbers, line, position);
          return;
        }
      }
      position += width + 1;
    }
  }

  /** Writes a number over an old one if it takes as many bytes; otherwise leaves it in the digits. */
  #writeOver(bytes: Uint8Array, at: number, width: number, value: number): boolean {
    const int = value | 0;
    if (int === value && int >= 0 && digitCount(int) === width) {
      writeDigits(bytes, at, int, width);
      return true;
    }
    this.#formatted = this.#writeNumber(this.#digits, 0, value);
    if (this.#formatted !== width) return false;
    this.#copyDigits(bytes, at);
    return true;
  }

  #copyDigits(target: Uint8Array, at: number): number {
    for (let i = 0; i < this.#formatted; i++) target[at + i] = this.#digits[i] as number;
    return at + this.#formatted;
  }

  /** Puts a page together anew from the number of a line on. */
  #splice(page: Page, numbers: Float64Array, first: number, position: number): void {
    const { heads, widths, shown } = page;
    const old = page.chunk.bytes.subarray(position);
    const oldStart = old.length + (numbers.length - first) * MAX_NUMBER_BYTES;
    const bench = this.#benchWith(old, oldStart);
    let to = 0;
    let copied = oldStart;
    let from = oldStart - (heads[first] as number);
    for (let line = first; line < numbers.length; line++) {
      from += heads[line] as number;
      const width = widths[line] as number;
      const value = numbers[line] as number;
      // A number that keeps its width is written over the old one, so that the piece around it stays whole.
      if (differs(shown[line] as number, value) && !this.#writeOver(bench, from, width, value)) {
        bench.copyWithin(to, copied, from);
        to += from - copied;
        widths[line] = this.#formatted;
        to = this.#copyDigits(bench, to);
        copied = from + width;
      }
      from += width + 1;
    }
    bench.copyWithin(to, copied, from);
    replaceEnd(page, position, bench.subarray(0, to + from - copied));
  }

  #benchWith(old: Uint8Array, at: number): Buffer {
    const needed = at + old.length;
    if (needed > this.#bench.length) this.#bench = Buffer.allocUnsafeSlow(needed * 2);
    this.#bench.set(old, at);
    return this.#bench;
  }
}

/** Replaces the bytes of a page from a position on. */
function replaceEnd(page: Page, position: number, end: Uint8Array): void {
  const length = position + end.length;
  let { storage } = page.chunk;
  if (length > storage.length) {
    const start = storage.subarray(0, position);
    storage = Buffer.allocUnsafeSlow(length + page.widths.length);
    storage.set(start);
  }
  storage.set(end, position);
  page.chunk = new PageBytes(storage, length);
}

function firstDifference(shown: Float64Array, numbers: Float64Array): number {
  for (let line = 0; line < numbers.length; line++) {
    if (differs(shown[line] as number, numbers[line] as number)) return line;
  }
  return -1;
}

/** NaN equals NaN here; the two zeros are written alike. Comparing `a` with itself is twice as fast as `isNaN`. */
function differs(a: number, b: number): boolean {
  return a !== b && (a === a || b === b);
}
