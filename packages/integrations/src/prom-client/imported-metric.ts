import type { Exemplar, FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ReadSeries, ReadShape } from './read-metric.ts';

/** So many rows without a series are kept for series that come back; beyond, rows are numbered anew. */
const MOST_HIDDEN_ROWS = 64;

/** A row, and the state in which its series was read last. */
interface Row {
  readonly index: number;
  series: ReadSeries;
  createdMs: number;
  /** Number of the read-out that has shown it last. */
  seenAt: number;
}

/**
 * One metric of another registry, from one read-out to the next: it gives each series a row that stays, as families promise.
 *
 * Registries do not say since when a series counts. It began after the read-out before the one that has it for the first
 * time, and after the process, so that is when it is said to have been created; the same for one whose count has fallen.
 */
export class ImportedMetric {
  readonly #identity = {};
  #epoch = 0;
  #shape: ReadShape;
  #labelNames: readonly string[] = [];
  #labelIds = new Int32Array(0);
  #interned: readonly Map<string, number>[] = [];
  #labelValues: readonly string[][] = [];
  #rows = new Map<string, Row>();
  #readOuts = 0;

  constructor(shape: ReadShape) {
    this.#shape = shape;
  }

  /**
   * Takes a read-out.
   *
   * @param sinceMs - When the one before was taken, or the start of the process.
   * @returns The family; `undefined` when it has no series.
   */
  update(shape: ReadShape, series: readonly ReadSeries[], sinceMs: number): MetricFamily | undefined {
    this.#readOuts += 1;
    this.#fit(shape, series);
    for (const each of series) this.#note(each, sinceMs);
    return series.length === 0 ? undefined : this.#family();
  }

  /** Numbers rows anew when the shape has changed, labels were added, or many rows are empty. */
  #fit(shape: ReadShape, series: readonly ReadSeries[]): void {
    const names = new Set(this.#labelNames);
    for (const { labels } of series) for (const name of labels.keys()) names.add(name);
    const isSameShape = JSON.stringify(shape) === JSON.stringify(this.#shape);
    const hasRoom = this.#rows.size - series.length <= Math.max(MOST_HIDDEN_ROWS, series.length);
    if (isSameShape && names.size === this.#labelNames.length && hasRoom) return;
    const before = this.#rows;
    this.#epoch += 1;
    this.#shape = shape;
    this.#labelNames = [...names];
    this.#labelIds = new Int32Array(0);
    this.#interned = this.#labelNames.map(() => new Map());
    this.#labelValues = this.#labelNames.map(() => []);
    this.#rows = new Map();
    for (const row of before.values()) {
      // What was shown by the last read-out may be there still, with its time of creation.
      if (isSameShape && row.seenAt === this.#readOuts - 1) this.#place(row.series, row.createdMs).seenAt = row.seenAt;
    }
  }

  #note(series: ReadSeries, sinceMs: number): void {
    const row = this.#rows.get(series.key) ?? this.#place(series, sinceMs);
    const isGone = row.seenAt > 0 && row.seenAt < this.#readOuts - 1;
    if (isGone || hasFallen(this.#shape, row.series.numbers, series.numbers)) row.createdMs = sinceMs;
    row.series = series;
    row.seenAt = this.#readOuts;
  }

  #place(series: ReadSeries, createdMs: number): Row {
    const row = { index: this.#rows.size, series, createdMs, seenAt: 0 };
    this.#rows.set(series.key, row);
    const width = this.#labelNames.length;
    // Families share the ids of their rows, so ids are never written twice, only continued in a larger array.
    if ((row.index + 1) * width > this.#labelIds.length) {
      const grown = new Int32Array(Math.max(16, row.index * 2) * width);
      grown.set(this.#labelIds);
      this.#labelIds = grown;
    }
    for (const [at, name] of this.#labelNames.entries()) {
      this.#labelIds[row.index * width + at] = this.#idOf(at, series.labels.get(name) ?? '');
    }
    return row;
  }

  #idOf(at: number, value: string): number {
    const values = this.#labelValues[at] ?? [];
    const known = this.#interned[at]?.get(value);
    if (known !== undefined) return known;
    this.#interned[at]?.set(value, values.length);
    return values.push(value) - 1;
  }

  #family(): MetricFamily {
    const { upperBounds, quantiles, ...named } = this.#shape;
    const block = this.#block();
    return {
      ...named,
      unit: '',
      labelNames: this.#labelNames,
      constantLabels: [],
      labelValues: this.#labelValues,
      upperBounds,
      quantiles,
      width: widthOf(this.#shape),
      blocks: [block],
      identity: this.#identity,
      epoch: this.#epoch,
    };
  }

  #block(): FamilyBlock {
    const rowCount = this.#rows.size;
    const width = widthOf(this.#shape);
    const values = new Float64Array(rowCount * width);
    const createdMs = new Float64Array(rowCount);
    const hidden = new Uint8Array(rowCount);
    const exemplars: Exemplar[] = [];
    for (const { index, series, createdMs: began, seenAt } of this.#rows.values()) {
      values.set(series.numbers, index * width);
      createdMs[index] = began;
      const isHidden = seenAt !== this.#readOuts;
      hidden[index] = Number(isHidden);
      if (!isHidden) exemplars.push(...series.exemplars.map((exemplar) => Object.assign({ row: index }, exemplar)));
    }
    return {
      rowCount,
      labelIds: this.#labelIds.subarray(0, rowCount * this.#labelNames.length),
      values,
      createdMs,
      hidden: hidden.includes(1) ? hidden : undefined,
      native: undefined,
      exemplars,
    };
  }
}

function widthOf({ type, upperBounds, quantiles }: ReadShape): number {
  if (type === 'histogram') return upperBounds.length + 2;
  return type === 'summary' ? quantiles.length + 2 : 1;
}

/** Whether what only grows has become less, so that it must have begun anew. */
function hasFallen({ type }: ReadShape, before: Float64Array, after: Float64Array): boolean {
  if (type === 'counter') return (after[0] ?? 0) < (before[0] ?? 0);
  if (type === 'summary') return (after.at(-1) ?? 0) < (before.at(-1) ?? 0);
  return type === 'histogram' && before.subarray(0, -1).some((count, at) => (after[at] ?? 0) < count);
}
