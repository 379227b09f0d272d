import type { NativeHistogramBlock } from '@bduf/metrics-core/interfaces';
import { nativeBytes } from '../native/native-row.ts';
import type { RowBuffer } from './row-buffer.ts';
import type { SampleSegment } from './sample-segment.ts';

/** The samples of all series of a metric at one moment, slot by slot. */
export interface Tick {
  /** When. */
  readonly atMs: number;
  /** Number of slots it knows. */
  readonly slots: number;
  /** The numbers, slot by slot; what an absent series has there means nothing. */
  readonly values: Float64Array;
  /** 1 for each slot that has a sample; `undefined` when all have. */
  readonly present: Uint8Array | undefined;
  /** Native histograms, slot by slot. */
  readonly native: NativeHistogramBlock | undefined;
}

/** A segment as it grows: uncompressed, tick by tick, so that a tick is appended by one copy of memory. */
export class TickSegment implements SampleSegment {
  /** When it is full, in milliseconds since the epoch; later ticks belong to another segment. */
  readonly endMs: number;
  #ticks: Tick[] = [];
  /** The numbers of the ticks. */
  #values: Float64Array[] = [];
  /** Slots of all ticks when those are the same, and every tick has all of them and no native histogram; else -1. */
  #plainSlots = NaN;
  #timestampsMs: Float64Array | undefined;
  #byteLength = 0;

  constructor(endMs: number) {
    this.endMs = endMs;
  }

  /** Number of ticks. */
  get size(): number {
    return this.#ticks.length;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Number of slots that any of its ticks knows. */
  get slots(): number {
    return this.#ticks.at(-1)?.slots ?? 0;
  }

  get firstMs(): number {
    return this.#ticks[0]?.atMs ?? NaN;
  }

  get lastMs(): number {
    return this.#ticks.at(-1)?.atMs ?? NaN;
  }

  get isNative(): boolean {
    return this.#ticks.some(({ native }) => native !== undefined);
  }

  get timestampsMs(): Float64Array {
    this.#timestampsMs ??= Float64Array.from(this.#ticks, ({ atMs }) => atMs);
    return this.#timestampsMs;
  }

  /** Appends a tick, after all others. Kept. */
  push(tick: Tick): void {
    const isPlain = tick.present === undefined && tick.native === undefined;
    const isAlike = this.#ticks.length === 0 || this.#plainSlots === tick.slots;
    this.#plainSlots = isPlain && isAlike ? tick.slots : -1;
    this.#ticks.push(tick);
    this.#values.push(tick.values);
    this.#timestampsMs = undefined;
    this.#byteLength += bytesOf(tick);
  }

  /** Gives the columns of all ticks away. Nothing may be read any more. */
  takeColumns(): readonly Float64Array[] {
    const columns = this.#values;
    this.#ticks = [];
    this.#values = [];
    this.#byteLength = 0;
    return columns;
  }

  /** Drops all ticks but the last, and returns how many samples that were. */
  dropAllButLast(): number {
    const dropped = this.#ticks.slice(0, -1);
    this.#ticks = this.#ticks.slice(-1);
    this.#values = this.#values.slice(-1);
    this.#timestampsMs = undefined;
    for (const tick of dropped) this.#byteLength -= bytesOf(tick);
    return dropped.reduce((sum, tick) => sum + samplesOf(tick), 0);
  }

  /** Whether a slot has a sample at the last tick. */
  isPresentAtEnd(slot: number): boolean {
    const last = this.#ticks.at(-1);
    return last !== undefined && slot < last.slots && last.present?.[slot] !== 0;
  }

  read(slot: number, rows: RowBuffer): void {
    rows.reset(this.#ticks.length);
    if (this.#isWhole && slot < this.slots) rows.takeAll(this.#ticks.length);
    else this.#findTicks(slot, rows);
    const { ticks, count, columns } = rows;
    const values = this.#values;
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at];
      const place = slot * columns.length + at;
      if (column === undefined) continue;
      for (let row = 0; row < count; row++) column[row] = values[ticks[row] ?? 0]?.[place] ?? NaN;
    }
  }

  #findTicks(slot: number, rows: RowBuffer): void {
    for (const [index, tick] of this.#ticks.entries()) {
      if (slot >= tick.slots || tick.present?.[slot] === 0) continue;
      rows.ticks[rows.count++] = index;
      if (tick.native !== undefined) rows.natives.push({ block: tick.native, row: slot });
    }
  }

  /** Whether every tick has a number for every slot, and nothing else. Usual, and read fastest. */
  get #isWhole(): boolean {
    return this.#plainSlots === this.slots;
  }
}

/** Samples in a tick. */
function samplesOf({ present, slots }: Tick): number {
  return present === undefined ? slots : present.reduce((sum, each) => sum + each, 0);
}

function bytesOf({ values, present, native }: Tick): number {
  // 96 for the objects.
  return 96 + values.byteLength + (present?.byteLength ?? 0) + (native === undefined ? 0 : nativeBytes(native));
}
