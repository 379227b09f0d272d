import { type LabelSet, ReservedLabelValue } from '../interfaces/label-set.ts';
import type { LabelPlan } from '../definition/label-plan.ts';
import { isAliasable, labelText } from '../labels/label-text.ts';
import { type LabelReading, readLabels } from '../labels/read-labels.ts';
import { ValueInterner } from '../labels/value-interner.ts';
import { CHUNK_BITS, CHUNK_MASK, CHUNK_ROWS } from './chunk-layout.ts';
import { hashIds } from './id-hash.ts';
import type { RecordProblems } from '../labels/record-problems.ts';
import { RowHints } from './row-hints.ts';
import { RowIndex } from './row-index.ts';
import type { RowJournal } from './row-journal.ts';
import { RowStore } from './row-store.ts';
import { buildSeriesLookup, hasIds, type SeriesLookup } from './series-lookup.ts';

/** Something that holds the place of a row's numbers and is told when the place changes. */
export interface RowHandle {
  /** The row's numbers are at `values[offset]` and after it. */
  attach(values: Float64Array, offset: number): void;
}

/** Options of a {@link SeriesTable}. */
export interface SeriesTableOptions {
  readonly labels: LabelPlan;
  /** Numbers of a row. */
  readonly width: number;
  readonly maxSeries: number;
  readonly allowCodeGeneration: boolean;
  /** Wall clock in milliseconds, for creation times. */
  readonly now: () => number;
  readonly problems: RecordProblems;
  /** Called for every row whose numbers begin (again) at zero. */
  readonly onRowCleared?: (row: number) => void;
  /** Called when the budget is used up, to hide series that may go. */
  readonly onFull?: () => void;
}

/** Instead of the id of a text that has none. */
const NO_ID = -1;
/** Hidden rows that an insertion looks at to reuse one. */
const REUSE_ATTEMPTS = 16;
/** Hidden rows that are kept before new series take their place, as share of all rows. */
const HIDDEN_SHARE = 0.25;
const HIDDEN_LEAST = 16;

/**
 * The series of one metric: which label set has which row, within a budget.
 *
 * Identity is exact by construction: every label value has an interned id, a series is its tuple of ids, and tuples are
 * compared id by id. A label set that the budget refuses leaves nothing behind.
 */
export class SeriesTable {
  readonly rows: RowStore;
  readonly index: RowIndex;
  /**
   * Row of a label set, creating the series when it is new; -1 when the record was dropped. The hot path.
   *
   * Only declared, since a field that is defined and then assigned is no constant to V8, which could not call it directly.
   */
  declare readonly find: SeriesLookup;
  readonly #options: SeriesTableOptions;
  readonly #interners: readonly ValueInterner[];
  readonly #hints: RowHints;
  readonly #handles = new Map<number, WeakRef<RowHandle>>();
  readonly #hidden: number[] = [];
  readonly #tuple: Int32Array;
  #journal: RowJournal | undefined;
  #overflowRow = -1;
  #epoch = 0;
  #isEpochRead = false;

  constructor(options: SeriesTableOptions) {
    const { names } = options.labels;
    this.#options = options;
    this.#interners = names.map(() => new ValueInterner());
    this.#hints = new RowHints(names.length, (row) => this.labelTexts(row));
    this.#tuple = new Int32Array(names.length);
    this.rows = new RowStore(names.length, options.width, () => this.#reattachFirstChunk());
    this.index = new RowIndex({ hashOf: (row) => this.#hashOf(row) });
    const miss: SeriesLookup = (labels) => this.#miss(labels);
    const { index, rows } = this;
    const table = { interners: this.#interners, hints: this.#hints, index, idChunks: rows.idChunks };
    this.find = names.length === 0 ? miss : buildSeriesLookup(names, table, miss, options.allowCodeGeneration);
  }

  /** Changes when rows or label ids were given to others. */
  get epoch(): number {
    this.#isEpochRead = true;
    return this.#epoch;
  }

  /** Series that are shown. */
  get size(): number {
    return this.rows.rowCount - this.#hidden.length;
  }

  /** Interned values of each label. */
  shareLabelValues(): readonly (readonly string[])[] {
    return this.#interners.map((interner) => interner.share());
  }

  /** Distinct values of each label in use. */
  distinctValues(): readonly number[] {
    return this.#interners.map((interner) => interner.size);
  }

  /** Bytes held by columns and index, label texts not counted. */
  get byteLength(): number {
    return this.rows.byteLength + this.index.byteLength + this.#hints.byteLength;
  }

  /** Label texts of a row. */
  labelTexts(row: number): readonly string[] {
    return this.#interners.map((interner, at) => interner.value(this.rows.idAt(row, at)));
  }

  /** The handle bound to a row, if it is still in use. */
  handle(row: number): RowHandle | undefined {
    return this.#handles.get(row)?.deref();
  }

  /** Binds a handle to a row. It is held weakly and follows the row when its numbers move. */
  bind(row: number, handle: RowHandle): void {
    this.#handles.set(row, new WeakRef(handle));
    handle.attach(this.rows.values(row), this.rows.offset(row));
  }

  /**
   * Hides all rows whose labels match. O(1) where all labels are given, else O(series).
   *
   * @returns How many were hidden.
   */
  remove(labels: Readonly<Partial<LabelSet>>): number {
    const wanted = this.#wantedIds(labels);
    if (wanted === undefined) return 0;
    const rows = this.#rowsWith(wanted).filter((row) => !this.rows.isHidden(row) || this.rows.isTouched(row));
    for (const row of rows) this.hide(row);
    return rows.length;
  }

  /** Hides one row; it starts again from zero with the next record. */
  hide(row: number): void {
    if (!this.rows.isHidden(row)) this.#hidden.push(row);
    this.rows.hide(row);
    this.#options.onRowCleared?.(row);
  }

  /** Lets a journal follow the table: it holds the numbers and hears of every row. */
  share(journal: RowJournal): void {
    this.settle();
    this.#journal = journal;
    this.#interners.forEach((interner, label) => {
      interner.values.forEach((text, id) => journal.valueInterned(label, id, text));
    });
    this.rows.keepIn(journal);
    for (const [row, reference] of this.#handles) {
      reference.deref()?.attach(this.rows.values(row), this.rows.offset(row));
    }
  }

  /** Shows hidden rows on which something was recorded. To be called before reading. */
  settle(): void {
    for (let at = this.#hidden.length - 1; at >= 0; at--) {
      const row = this.#hidden[at] ?? 0;
      if (!this.rows.isTouched(row)) continue;
      this.#dropHidden(at);
      this.rows.show(row, this.#options.now());
    }
  }

  #miss(labels: unknown): number {
    const texts = this.#readTexts(labels);
    if (texts === undefined) return -1;
    const known = this.#findTexts(texts);
    const row = known >= 0 ? known : this.#create(texts);
    if (row !== this.#overflowRow) this.#learnSpellings(labels, row);
    return row;
  }

  /** Texts of a label set in the order of the names, or `undefined` when it must be refused. */
  #readTexts(labels: unknown): string[] | undefined {
    const { problems } = this.#options;
    const fault = {
      reason: 'invalid_labels' as const,
      detail: 'labels must be an object of strings, numbers or booleans',
    };
    let read: LabelReading;
    try {
      read = readLabels(labels, this.#options.labels);
    } catch {
      read = { fault };
    }
    if ('fault' in read) {
      const { reason, detail } = read.fault;
      problems.drop(reason, () => detail);
      return undefined;
    }
    for (const { reason, detail } of read.adjustments) problems.adjust(reason, () => detail);
    return read.texts;
  }

  /** Row of a tuple of texts, or -1. Leaves the ids of the texts in the tuple, {@link NO_ID} for new ones. */
  #findTexts(texts: readonly string[]): number {
    let isKnown = true;
    for (let at = 0; at < texts.length; at++) {
      const id = this.#interners[at]?.ids.get(texts[at]);
      if (id === undefined) isKnown = false;
      this.#tuple[at] = id ?? NO_ID;
    }
    return isKnown ? this.#findTuple() : -1;
  }

  #findTuple(): number {
    const tuple = this.#tuple;
    if (tuple.length === 0) return this.rows.rowCount - 1;
    return this.index.find(hashIds(tuple, 0, tuple.length), (row) => hasIds(this.rows.idChunks, row, tuple));
  }

  #create(texts: string[]): number {
    if (this.#limitValues(texts)) {
      const known = this.#findTexts(texts);
      if (known >= 0) return known;
    }
    if (this.#isFull()) this.#options.onFull?.();
    const reused = this.#reusableRow();
    if (reused < 0 && this.#isFull()) return this.#overflow();
    this.#internNew(texts);
    return this.#start(reused);
  }

  #isFull(): boolean {
    const exempt = this.#overflowRow >= 0 ? 1 : 0;
    return this.rows.rowCount - exempt >= this.#options.maxSeries || this.#journal?.isFull === true;
  }

  /** Replaces values beyond a label's limit; tells whether it did. */
  #limitValues(texts: string[]): boolean {
    const { labels, problems } = this.#options;
    let isReplaced = false;
    for (let at = 0; at < texts.length; at++) {
      const interner = this.#interners[at];
      const max = labels.maxValues[at] ?? Infinity;
      if (interner === undefined || interner.size < max || interner.ids.has(texts[at])) continue;
      problems.adjust('label_limit', () => `label "${labels.names[at] ?? ''}" already has ${max} values`);
      texts[at] = ReservedLabelValue.OVERFLOW;
      isReplaced = true;
    }
    return isReplaced;
  }

  #overflow(): number {
    const { problems, maxSeries, labels } = this.#options;
    const isMemoryFull = this.#journal?.isFull === true;
    problems.adjust('series_limit', () =>
      isMemoryFull ? 'the shared memory is used up' : `the metric already has ${maxSeries} series (maxSeries)`,
    );
    if (this.#overflowRow < 0) {
      this.#internTuple(labels.names.map(() => ReservedLabelValue.OVERFLOW));
      const known = this.#findTuple();
      this.#overflowRow = known >= 0 ? known : this.#start(-1);
    }
    return this.#overflowRow;
  }

  /** Gives ids to the texts that have none in the tuple. */
  #internNew(texts: readonly string[]): void {
    for (let at = 0; at < texts.length; at++) {
      if (this.#tuple[at] === NO_ID) this.#tuple[at] = this.#intern(at, texts[at] ?? '');
    }
  }

  #internTuple(texts: readonly string[]): void {
    for (let at = 0; at < texts.length; at++) {
      this.#tuple[at] = this.#intern(at, texts[at] ?? '');
    }
  }

  #intern(label: number, text: string): number {
    const interner = this.#interners[label];
    if (interner === undefined) return 0;
    const known = interner.ids.get(text);
    if (known !== undefined) return known;
    // Readers may keep what they rendered for the id that a value had until now.
    if (interner.isReuseNext) this.#endEpoch();
    const id = interner.add(text);
    this.#hints.valueAdded(label, interner.values);
    this.#journal?.valueInterned(label, id, text);
    return id;
  }

  /** Starts the series of the current tuple, in a hidden row when one is given. */
  #start(hiddenRow: number): number {
    const tuple = this.#tuple;
    const nowMs = this.#options.now();
    for (let at = 0; at < tuple.length; at++) this.#interners[at]?.retain(tuple[at] ?? 0);
    if (hiddenRow >= 0) this.#giveAway(hiddenRow);
    const row = hiddenRow >= 0 ? hiddenRow : this.rows.append(tuple, nowMs);
    if (hiddenRow >= 0) this.rows.reuse(row, tuple, nowMs);
    if (tuple.length > 0) this.index.insert(row, hashIds(tuple, 0, tuple.length));
    this.#options.onRowCleared?.(row);
    return row;
  }

  /** Forgets the series that a hidden row had. */
  #giveAway(row: number): void {
    this.index.remove(row, this.#hashOf(row));
    this.#hints.forget(row);
    this.#interners.forEach((interner, at) => interner.release(this.rows.idAt(row, at)));
    this.#handles.delete(row);
    this.#endEpoch();
  }

  /** Begins another epoch, unless nobody has seen this one. */
  #endEpoch(): void {
    if (!this.#isEpochRead) return;
    this.#epoch++;
    this.#isEpochRead = false;
  }

  /** A hidden row that nobody can record on any more, or -1. Taken off the list of hidden rows. */
  #reusableRow(): number {
    const isWorthwhile = this.#hidden.length > Math.max(HIDDEN_LEAST, this.rows.rowCount * HIDDEN_SHARE);
    if (!isWorthwhile && !this.#isFull()) return -1;
    for (let attempt = 0; attempt < REUSE_ATTEMPTS && this.#hidden.length > 0; attempt++) {
      const at = this.#hidden.length - 1 - (attempt % this.#hidden.length);
      const row = this.#hidden[at] ?? 0;
      if (row === this.#overflowRow || this.rows.isTouched(row) || this.handle(row) !== undefined) continue;
      this.#dropHidden(at);
      return row;
    }
    return -1;
  }

  #dropHidden(at: number): void {
    const last = this.#hidden.pop();
    if (last !== undefined && at < this.#hidden.length) this.#hidden[at] = last;
  }

  /** Remembers numbers and booleans as spellings of their text, but not of a value that replaced it. */
  #learnSpellings(labels: unknown, row: number): void {
    // `#readTexts` accepted it, so it is an object or left out.
    const given = (labels ?? {}) as Readonly<Record<string, unknown>>;
    this.#options.labels.names.forEach((name, at) => {
      const value = given[name];
      if (!isAliasable(value)) return;
      const id = this.rows.idAt(row, at);
      if (this.#interners[at]?.value(id) === labelText(value)) this.#interners[at]?.alias(value, id);
    });
  }

  #wantedIds(labels: Readonly<Partial<LabelSet>>): readonly (number | undefined)[] | undefined {
    const { names } = this.#options.labels;
    if (Object.keys(labels).some((name) => !names.includes(name))) return undefined;
    const wanted: (number | undefined)[] = [];
    for (let at = 0; at < names.length; at++) {
      const value = labels[names[at] ?? ''];
      const id = value === undefined ? undefined : this.#interners[at]?.ids.get(labelText(value));
      if (value !== undefined && id === undefined) return undefined;
      wanted.push(id);
    }
    return wanted;
  }

  #rowsWith(wanted: readonly (number | undefined)[]): readonly number[] {
    if (wanted.includes(undefined)) {
      return Array.from({ length: this.rows.rowCount }, (_, row) => row).filter((row) => this.#matches(row, wanted));
    }
    wanted.forEach((id, at) => (this.#tuple[at] = id ?? 0));
    const row = this.#findTuple();
    return row < 0 ? [] : [row];
  }

  #matches(row: number, wanted: readonly (number | undefined)[]): boolean {
    return wanted.every((id, at) => id === undefined || this.rows.idAt(row, at) === id);
  }

  #hashOf(row: number): number {
    const { labelCount, idChunks } = this.rows;
    // Only rows of the index are asked for, and their chunks exist.
    return hashIds(idChunks[row >>> CHUNK_BITS] as Int32Array, (row & CHUNK_MASK) * labelCount, labelCount);
  }

  #reattachFirstChunk(): void {
    for (const [row, reference] of this.#handles) {
      if (row < CHUNK_ROWS) reference.deref()?.attach(this.rows.values(row), this.rows.offset(row));
    }
  }
}
