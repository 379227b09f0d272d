import type { FamilyBlock, MetricFamily } from '../../interfaces/metric-family.ts';
import type { SampledSeries } from '../../interfaces/sampled-series.ts';
import type { Labels } from '../evaluation/number-table.ts';
import { NativeRows } from './native-rows.ts';
import type { SampleBudget } from './sample-budget.ts';

const FIRST_CAPACITY = 16;
const NONE = new Int32Array(0);

/** A time from which a series counted from 0. */
interface Life {
  /** Number of its first sample, counted from the first one ever. */
  readonly from: number;
  readonly createdMs: number;
}

/** The recent samples of one series in columns; old ones leave at the front. */
export class RecentSeries {
  /** All labels. */
  readonly labels: Labels;
  /** Time of the last sample. */
  lastMs: number = NaN;
  readonly #family: MetricFamily;
  readonly #budget: SampleBudget;
  readonly #natives: NativeRows | undefined;
  #times: Float64Array;
  #values: Float64Array;
  #first = 0;
  #end = 0;
  #dropped = 0;
  #nativeBytes = 0;
  #observedSinceMs: number;
  readonly #lives: Life[] = [];
  /** Numbers of the first samples after gaps. */
  #gaps: number[] = [];
  #view: SampledSeries | undefined;

  private constructor(family: MetricFamily, labels: Labels, observedSinceMs: number, budget: SampleBudget) {
    this.labels = labels;
    this.#family = family;
    this.#budget = budget;
    this.#observedSinceMs = observedSinceMs;
    this.#times = new Float64Array(FIRST_CAPACITY);
    this.#values = new Float64Array(FIRST_CAPACITY * family.width);
    this.#natives = family.blocks.some(({ native }) => native !== undefined) ? new NativeRows() : undefined;
  }

  /** Begins a series; `undefined` when the budget is used up. */
  static create(
    family: MetricFamily,
    labels: Labels,
    given: { readonly observedSinceMs: number; readonly budget: SampleBudget },
  ): RecentSeries | undefined {
    if (!given.budget.tryTake(8 * FIRST_CAPACITY * (1 + family.width))) return undefined;
    return new RecentSeries(family, labels, given.observedSinceMs, given.budget);
  }

  /** Whether its last sample is known to have been the last. */
  get hasEnded(): boolean {
    return this.#gaps.at(-1) === this.#number(this.#end);
  }

  /** Number of samples. */
  get size(): number {
    return this.#end - this.#first;
  }

  /**
   * Appends a row.
   *
   * @param keepFromMs - Samples before that may go, but for the last of them.
   * @returns How many samples had to go although they were younger, for want of room.
   */
  push(block: FamilyBlock, row: number, given: { readonly atMs: number; readonly keepFromMs: number }): number {
    this.#view = undefined;
    this.#dropBefore(given.keepFromMs);
    const evicted = this.#end === this.#times.length ? this.#makeRoom() : 0;
    const { width } = this.#family;
    this.#times[this.#end] = given.atMs;
    this.#values.set(block.values.subarray(row * width, (row + 1) * width), this.#end * width);
    this.#live(block.createdMs[row] ?? NaN);
    this.#end++;
    this.lastMs = given.atMs;
    if (this.#natives !== undefined && block.native !== undefined) this.#natives.push(block.native, row);
    return evicted + this.#shrinkNatives();
  }

  /** Says that its value does not hold beyond its last sample: it was removed, or nobody looked for too long. */
  cut(): void {
    if (this.hasEnded) return;
    this.#view = undefined;
    this.#gaps.push(this.#number(this.#end));
  }

  /** Gives its memory back. It must not be used any more. */
  release(): void {
    this.#budget.giveBack(this.#times.byteLength + this.#values.byteLength + this.#nativeBytes);
  }

  /** The samples. Valid until the next change. */
  view(): SampledSeries {
    this.#view ??= this.#makeView();
    return this.#view;
  }

  #makeView(): SampledSeries {
    const { width, type, upperBounds } = this.#family;
    return {
      labels: this.labels,
      type,
      createdMs: this.#lives[0]?.createdMs ?? NaN,
      observedSinceMs: this.#observedSinceMs,
      timestampsMs: this.#times.subarray(this.#first, this.#end),
      values: this.#values.subarray(this.#first * width, this.#end * width),
      width,
      upperBounds,
      native: this.#natives?.view(),
      resets: this.#resets(),
      gaps: this.#gaps.length === 0 ? NONE : Int32Array.from(this.#gaps, (gap) => gap - this.#dropped),
    };
  }

  /** Samples that a later life begins with; `undefined` when nobody knows when series were created. */
  #resets(): Int32Array | undefined {
    const lives = this.#lives;
    if (lives.length === 1) return Number.isNaN(lives[0]?.createdMs) ? undefined : NONE;
    if (lives.some(({ createdMs }) => Number.isNaN(createdMs))) return undefined;
    return Int32Array.from(lives.slice(1), ({ from }) => from - this.#dropped);
  }

  /** Number of a place, counted from the first sample ever. */
  #number(place: number): number {
    return this.#dropped + place - this.#first;
  }

  #live(createdMs: number): void {
    const last = this.#lives.at(-1);
    if (last !== undefined && Object.is(last.createdMs, createdMs)) return;
    this.#lives.push({ from: this.#number(this.#end), createdMs });
  }

  #dropBefore(keepFromMs: number): void {
    let count = 0;
    while (this.#first + count + 1 < this.#end && (this.#times[this.#first + count + 1] ?? NaN) <= keepFromMs) count++;
    if (count > 0) this.#drop(count);
  }

  #drop(count: number): void {
    this.#first += count;
    this.#dropped += count;
    this.#natives?.drop(count);
    this.#observedSinceMs = Math.max(this.#observedSinceMs, this.#times[this.#first] ?? NaN);
    while (this.#lives.length > 1 && (this.#lives[1]?.from ?? NaN) <= this.#dropped) this.#lives.shift();
    this.#gaps = this.#gaps.filter((gap) => gap > this.#dropped);
  }

  /** Moves the samples to the front when enough of it is free, else into larger arrays, else gives up the oldest. */
  #makeRoom(): number {
    const { width } = this.#family;
    let evicted = 0;
    if (this.#first < this.#times.length / 4) {
      if (this.#budget.tryTake(this.#times.byteLength + this.#values.byteLength)) {
        this.#times = enlarged(this.#times);
        this.#values = enlarged(this.#values);
      } else {
        evicted = Math.max(1, Math.floor(this.size / 4));
        this.#drop(evicted);
      }
    }
    this.#times.copyWithin(0, this.#first, this.#end);
    this.#values.copyWithin(0, this.#first * width, this.#end * width);
    this.#end -= this.#first;
    this.#first = 0;
    return evicted;
  }

  /** Buckets come and go, so that their memory is known only afterwards: what is too much, the oldest samples must pay for. */
  #shrinkNatives(): number {
    const bytes = this.#natives?.byteLength ?? 0;
    if (bytes <= this.#nativeBytes) return 0;
    if (this.#budget.tryTake(bytes - this.#nativeBytes)) {
      this.#nativeBytes = bytes;
      return 0;
    }
    const evicted = Math.floor(this.size / 2);
    this.#drop(evicted);
    return evicted;
  }
}

function enlarged(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
