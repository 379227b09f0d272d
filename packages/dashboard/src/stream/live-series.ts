import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { LabelRedactor } from '../server/label-redactor.ts';

/** A series of the live stream: its id, metric, labels, and which number of it. */
export interface LiveSeries {
  /** Position in the stream, from 0. Never used again for another series within one life of the server. */
  readonly i: number;
  /** Metric name. */
  readonly m: string;
  /** Labels, hidden values left out. */
  readonly l: Readonly<Record<string, string>>;
  /** `value`, or `count` or `sum` of a distribution. */
  readonly f: 'value' | 'count' | 'sum';
}

interface FamilyIds {
  readonly epoch: number;
  /** First id of each row, by block; -1 before a row was seen, -2 when it found no room. */
  readonly blocks: Int32Array[];
}

/** Gives each series of each read-out an id, and holds the newest value by id. */
export class LiveSeriesTable {
  readonly #redactor: LabelRedactor;
  readonly #limit: number;
  readonly #ids = new WeakMap<object, FamilyIds>();
  readonly #series: (LiveSeries | undefined)[] = [];
  readonly #idByKey = new Map<string, number>();
  #values = new Float64Array(256).fill(NaN);
  #seen = new Uint32Array(256);
  #round = 0;
  #leftOut = 0;

  /** @param limit - Ids at most. */
  constructor(redactor: LabelRedactor, limit: number) {
    this.#redactor = redactor;
    this.#limit = limit;
  }

  /** Series that found no room in the last read-out. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** All series that have an id. */
  get series(): readonly (LiveSeries | undefined)[] {
    return this.#series;
  }

  /** The newest value of an id; NaN for unknown or gone. */
  valueOf(id: number): number {
    return this.#values[id] ?? NaN;
  }

  /** Takes a read-out; returns the ids whose value changed. New series are those from the former `series.length` on. */
  update(families: readonly MetricFamily[]): number[] {
    this.#round += 1;
    this.#leftOut = 0;
    const changed: number[] = [];
    for (const family of families) this.#updateFamily(family, changed);
    for (let id = 0; id < this.#series.length; id += 1) {
      // A series that is no longer in the read-out has no value, which is not zero.
      if (this.#seen[id] !== this.#round && !Number.isNaN(this.#values[id])) this.#set(id, NaN, changed);
    }
    return changed;
  }

  #updateFamily(family: MetricFamily, changed: number[]): void {
    const ids = this.#idsOf(family);
    const fields = family.type === 'histogram' || family.type === 'summary' ? 2 : 1;
    for (const [index, block] of family.blocks.entries()) {
      let rows = ids.blocks[index];
      if (rows === undefined || rows.length < block.rowCount) {
        rows = grown(rows, block.rowCount);
        ids.blocks[index] = rows;
      }
      for (let row = 0; row < block.rowCount; row += 1) {
        if (block.hidden?.[row] === 1) continue;
        let id = rows[row] ?? -1;
        if (id < 0) rows[row] = id = this.#claim(family, index, row, fields);
        if (id < 0) {
          this.#leftOut += 1;
          continue;
        }
        if (fields === 1) this.#set(id, block.values[row] ?? NaN, changed);
        else this.#setDistribution(id, family, block.values, row, changed);
      }
    }
  }

  #setDistribution(id: number, family: MetricFamily, values: Float64Array, row: number, changed: number[]): void {
    const start = row * family.width;
    const end = start + family.width;
    let count = 0;
    if (family.type === 'histogram') for (let at = start; at < end - 1; at += 1) count += values[at] ?? 0;
    else count = values[end - 1] ?? NaN;
    this.#set(id, count, changed);
    this.#set(id + 1, values[family.type === 'histogram' ? end - 1 : end - 2] ?? NaN, changed);
  }

  #set(id: number, value: number, changed: number[]): void {
    this.#seen[id] = this.#round;
    if (Object.is(this.#values[id], value)) return;
    this.#values[id] = value;
    changed.push(id);
  }

  #idsOf(family: MetricFamily): FamilyIds {
    const known = this.#ids.get(family.identity);
    if (known !== undefined && known.epoch === family.epoch) return known;
    const fresh = { epoch: family.epoch, blocks: [] };
    this.#ids.set(family.identity, fresh);
    return fresh;
  }

  #claim(family: MetricFamily, blockIndex: number, row: number, fields: number): number {
    const labels = labelsOf(family, blockIndex, row, this.#redactor);
    // The raw labels are the key: redaction must not make two series one.
    const key = `${family.name}\u0000${JSON.stringify(labelsOf(family, blockIndex, row, undefined))}`;
    const known = this.#idByKey.get(key);
    if (known !== undefined) return known;
    const id = this.#series.length;
    if (id + fields > this.#limit) return -2;
    this.#idByKey.set(key, id);
    if (fields === 1) this.#series.push({ i: id, m: family.name, l: labels, f: 'value' });
    else
      this.#series.push(
        { i: id, m: family.name, l: labels, f: 'count' },
        { i: id + 1, m: family.name, l: labels, f: 'sum' },
      );
    this.#reserve(this.#series.length);
    return id;
  }

  #reserve(size: number): void {
    if (size <= this.#values.length) return;
    const values = new Float64Array(size * 2).fill(NaN);
    values.set(this.#values);
    this.#values = values;
    const seen = new Uint32Array(size * 2);
    seen.set(this.#seen);
    this.#seen = seen;
  }
}

function grown(rows: Int32Array | undefined, length: number): Int32Array {
  const larger = new Int32Array(Math.max(length, (rows?.length ?? 0) * 2)).fill(-1);
  if (rows !== undefined) larger.set(rows);
  return larger;
}

/** Labels of a row as a record. */
function labelsOf(
  family: MetricFamily,
  blockIndex: number,
  row: number,
  redactor: LabelRedactor | undefined,
): Readonly<Record<string, string>> {
  const ids = family.blocks[blockIndex]?.labelIds;
  const width = family.labelNames.length;
  const entries: [string, string][] = family.constantLabels.map(([name, value]) => [name, value]);
  family.labelNames.forEach((name, column) => {
    entries.push([name, family.labelValues[column]?.[ids?.[row * width + column] ?? 0] ?? '']);
  });
  return Object.fromEntries(entries.map(([name, value]) => [name, redactor?.valueOf(name, value) ?? value]));
}
