import type { SampleStep } from './cell-folding.ts';
import type { HistorySeries } from './history-series.ts';
import { hasFallen, type MetricShape } from './metric-shape.ts';

/** The last sample of one series while somebody walks along its samples. */
export class SampleTrail {
  /** Numbers of the last sample. */
  readonly before: Float64Array;
  /** Its time; NaN before the first one. */
  beforeMs: number = NaN;
  readonly #shape: MetricShape;

  constructor(shape: MetricShape) {
    this.#shape = shape;
    this.before = new Float64Array(shape.width);
  }

  /**
   * What lies between the last sample and the next one. Call {@link SampleTrail.moveTo} afterwards.
   *
   * @param isAdjacent - Whether the series was seen at every tick in between, and ticks are as close as usual.
   */
  stepTo(
    numbers: Float64Array,
    atMs: number,
    { series, isAdjacent }: { readonly series: HistorySeries; readonly isAdjacent: boolean },
  ): SampleStep {
    const isFirst = Number.isNaN(this.beforeMs);
    const began = isFirst ? false : series.beganBetween(this.beforeMs, atMs);
    return {
      isFirst,
      isReset: !isFirst && (began ?? hasFallen({ numbers, before: this.before, after: 0 }, this.#shape)),
      isCut: !isFirst && !isAdjacent,
      isOfUnknownBirth: Number.isNaN(series.createdAt(atMs)),
    };
  }

  /** Goes on to a sample. */
  moveTo(numbers: Float64Array, atMs: number): void {
    this.before.set(numbers);
    this.beforeMs = atMs;
  }
}

/** Where the trails of all series of a metric have come to. */
export class SampleTrails {
  /** Time of the last tick that all trails have passed. */
  tickMs: number = NaN;
  readonly #width: number;
  #numbers = new Float64Array(0);
  #timesMs = new Float64Array(0);

  constructor(width: number) {
    this.#width = width;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#numbers.byteLength + this.#timesMs.byteLength;
  }

  /** Time of the last sample of a slot; NaN without one. */
  lastMs(slot: number): number {
    return this.#timesMs[slot] ?? NaN;
  }

  /** Sets a trail to where a slot has come to. */
  load(slot: number, trail: SampleTrail): void {
    const at = slot * this.#width;
    trail.beforeMs = this.#timesMs[slot] ?? NaN;
    if (!Number.isNaN(trail.beforeMs)) trail.before.set(this.#numbers.subarray(at, at + this.#width));
  }

  /** Remembers where a trail has come to. */
  save(slot: number, trail: SampleTrail): void {
    this.#makeRoom(slot);
    this.#timesMs[slot] = trail.beforeMs;
    this.#numbers.set(trail.before, slot * this.#width);
  }

  /** Forgets a slot, for another series to use it. */
  forget(slot: number): void {
    if (slot < this.#timesMs.length) this.#timesMs[slot] = NaN;
  }

  #makeRoom(slot: number): void {
    if (slot < this.#timesMs.length) return;
    const capacity = Math.max(4, slot + 1, Math.ceil(this.#timesMs.length * 1.5));
    const timesMs = new Float64Array(capacity).fill(NaN);
    timesMs.set(this.#timesMs);
    const numbers = new Float64Array(capacity * this.#width);
    numbers.set(this.#numbers);
    this.#timesMs = timesMs;
    this.#numbers = numbers;
  }
}
