import type { Clock, ClockTimer } from '../interfaces/clock.ts';
import { ExponentialBuckets, type ExponentialBucketsOptions } from '../primitives/exponential-buckets.ts';
import type { MetricJournal } from './metric-journal.ts';

/**
 * Buckets of a summary: 1.09 % relative error over 64 octaves, such as 1 ns to 500 years. Beyond it the smallest values
 * merge, and higher quantiles keep the bound.
 */
export const SUMMARY_BUCKETS: ExponentialBucketsOptions = {
  schema: 5,
  maxBuckets: 2048,
  overflow: 'collapse',
  zeroThreshold: 2 ** -128,
};

/**
 * Tells all windows of one summary which slice is current. It turns with a timer, since reading a clock for every
 * observation would cost ten times the observation. The timer does not keep the process alive, nor the windows: it ends
 * when they are gone.
 */
export class WindowTurn {
  readonly slices: number;
  /** Number of the current slice, ever growing. */
  current = 0;
  readonly #clock: Clock;
  readonly #sliceMs: number;
  readonly #startMs: number;
  #timer: ClockTimer | undefined;

  /**
   * @param windowMs - Length of the window.
   * @param slices - Slices it consists of.
   */
  constructor(clock: Clock, windowMs: number, slices: number) {
    this.slices = slices;
    this.#clock = clock;
    this.#sliceMs = windowMs / slices;
    this.#startMs = clock.monotonicMs();
    this.#schedule();
  }

  /** Catches up with the clock, also when the timer was late. */
  update(): void {
    this.current = Math.floor((this.#clock.monotonicMs() - this.#startMs) / this.#sliceMs);
  }

  /** When the observations of a slice leave the window, in milliseconds since the epoch. */
  endMs(slice: number): number {
    const remainingMs = this.#startMs + (slice + this.slices) * this.#sliceMs - this.#clock.monotonicMs();
    return this.#clock.now() + remainingMs;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    const self = new WeakRef(this);
    const dueMs = (this.current + 1) * this.#sliceMs + this.#startMs;
    this.#timer = this.#clock.setTimer(Math.max(0, dueMs - this.#clock.monotonicMs()), () => {
      const turn = self.deref();
      if (turn === undefined) return;
      turn.update();
      turn.#schedule();
    });
  }
}

/** The observations of one series in a sliding window: one set of buckets for each slice. */
export class SummaryWindow {
  readonly #turn: WindowTurn;
  readonly #slices: readonly ExponentialBuckets[];
  /** Which slice each set of buckets holds; a set is cleared when its turn comes again. */
  #heldSlices: Float64Array;
  /** The slice that records go to. */
  #openSlice: number;
  #open: ExponentialBuckets;

  constructor(turn: WindowTurn) {
    this.#turn = turn;
    this.#slices = Array.from({ length: turn.slices }, () => new ExponentialBuckets(SUMMARY_BUCKETS));
    this.#heldSlices = new Float64Array(turn.slices).fill(turn.current);
    this.#openSlice = turn.current;
    // The remainder is an index of the array.
    this.#open = this.#slices[this.#openSlice % turn.slices] as ExponentialBuckets;
  }

  add(value: number, times: number): void {
    if (this.#turn.current !== this.#openSlice) this.#openCurrent();
    this.#open.add(value, times);
  }

  clear(): void {
    for (const buckets of this.#slices) buckets.clear();
  }

  /** Moves the counts to the memory of a journal, where they stay. */
  keepIn(journal: MetricJournal, row: number): void {
    const held = journal.allocate(this.#heldSlices.length);
    held.set(this.#heldSlices);
    this.#heldSlices = held;
    journal.slicesPlaced(row, held, this.#turn.endMs(0));
    this.#slices.forEach((buckets, at) => buckets.keepIn(journal.bucketMemory(row, at)));
  }

  /** Values at the quantiles, NaN where the window is empty. */
  quantiles(quantiles: readonly number[]): readonly number[] {
    this.#turn.update();
    const merged = new ExponentialBuckets(SUMMARY_BUCKETS);
    this.#slices.forEach((buckets, at) => {
      const age = this.#turn.current - (this.#heldSlices[at] ?? 0);
      if (age < this.#slices.length) merged.merge(buckets);
    });
    return quantiles.map((quantile) => merged.quantile(quantile));
  }

  /** The observations of one slice, if the window still has them. */
  sliceBuckets(slice: number): ExponentialBuckets | undefined {
    const at = slice % this.#slices.length;
    return this.#heldSlices[at] === slice ? this.#slices[at] : undefined;
  }

  get byteLength(): number {
    return this.#slices.reduce((sum, buckets) => sum + buckets.byteLength, 0);
  }

  /** Goes on to the current slice. */
  #openCurrent(): void {
    const slice = this.#turn.current;
    const at = slice % this.#slices.length;
    // The remainder is an index of the array.
    const buckets = this.#slices[at] as ExponentialBuckets;
    if (this.#heldSlices[at] !== slice) {
      buckets.clear();
      this.#heldSlices[at] = slice;
    }
    this.#openSlice = slice;
    this.#open = buckets;
  }
}
