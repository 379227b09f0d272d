import type { BucketMemory, BucketPlaces } from '../../primitives/bucket-memory.ts';
import type { MetricJournal } from '../../metrics/metric-journal.ts';
import { LogKind } from './log-format.ts';
import type { LogWriter } from './log-writer.ts';
import type { SharedArena } from './shared-arena.ts';

/** What of its slab a metric writes to. */
export interface JournalSlab {
  readonly arena: SharedArena;
  readonly log: LogWriter;
  /** Whether no further series may begin: the memory is used up, or the reader is far behind. */
  readonly isFull: boolean;
  /** Place of an array, as the log tells it. */
  placeOf(array: Float64Array): readonly number[];
  /** Tells readers under way that numbers are at another place or belong to another series. */
  noteMove(): void;
  /** Tells readers that numbers are being cleared, and afterwards that they were. */
  whileClearing(clear: () => void): void;
}

/** Writes one metric into the slab of its thread. */
export class SharedMetricJournal implements MetricJournal {
  readonly #slab: JournalSlab;
  readonly #metric: number;
  /** Number arrays of chunks, which are freed when a larger one takes over. */
  readonly #chunks: Float64Array[] = [];
  readonly #isExempt: boolean;
  #rowCount = 0;

  /**
   * @param slab - Where everything goes.
   * @param metric - Number of the metric in the slab.
   * @param isExempt - Whether its series may begin also when the slab is full.
   */
  constructor(slab: JournalSlab, metric: number, isExempt: boolean) {
    this.#slab = slab;
    this.#metric = metric;
    this.#isExempt = isExempt;
  }

  get isFull(): boolean {
    return !this.#isExempt && this.#slab.isFull;
  }

  allocate(length: number): Float64Array {
    return this.#slab.arena.allocate(length);
  }

  chunkPlaced(chunk: number, values: Float64Array): void {
    const before = this.#chunks[chunk];
    this.#chunks[chunk] = values;
    this.#slab.log.append(LogKind.CHUNK, [this.#metric, chunk, ...this.#slab.placeOf(values)]);
    if (before === undefined) return;
    this.#slab.noteMove();
    this.#slab.arena.free(before);
  }

  valueInterned(label: number, id: number, text: string): void {
    this.#slab.log.append(LogKind.VALUE, [this.#metric, label, id], [], text);
  }

  rowStarted(row: number, ids: ArrayLike<number>, createdMs: number): void {
    this.#slab.log.append(LogKind.ROW, [this.#metric, row, ...Array.from(ids)], [createdMs]);
    // What is recorded on a row that another series had belongs to the new one.
    if (row < this.#rowCount) this.#slab.noteMove();
    else this.#rowCount = row + 1;
  }

  rowShown(row: number, createdMs: number): void {
    this.#slab.log.append(LogKind.SHOWN, [this.#metric, row], [createdMs]);
  }

  hideRow(row: number, clear: () => void): void {
    this.#slab.whileClearing(() => {
      this.#slab.log.append(LogKind.HIDDEN, [this.#metric, row]);
      clear();
    });
  }

  bucketMemory(row: number, slice: number): BucketMemory {
    let before: BucketPlaces | undefined;
    return {
      allocate: (length) => this.allocate(length),
      moved: (places) => {
        this.#logSketch(row, slice, places);
        this.#slab.noteMove();
        for (const side of ['positive', 'negative'] as const) {
          if (before !== undefined && before[side].counts !== places[side].counts) {
            this.#slab.arena.free(before[side].counts);
          }
        }
        before = places;
      },
    };
  }

  slicesPlaced(row: number, heldSlices: Float64Array, firstEndMs: number): void {
    this.#slab.log.append(LogKind.SLICES, [this.#metric, row, ...this.#slab.placeOf(heldSlices)], [firstEndMs]);
  }

  #logSketch(row: number, slice: number, { schema, zeros, positive, negative }: BucketPlaces): void {
    const places = [
      ...this.#slab.placeOf(zeros),
      ...this.#slab.placeOf(positive.counts),
      positive.base,
      ...this.#slab.placeOf(negative.counts),
      negative.base,
    ];
    this.#slab.log.append(LogKind.SKETCH, [this.#metric, row, slice, schema, ...places]);
  }
}
