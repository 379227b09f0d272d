import type { Summary } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../storage/chunk-layout.ts';
import type { RowStore } from '../storage/row-store.ts';
import { ExponentialBuckets } from '../primitives/exponential-buckets.ts';
import { isFiniteNumber } from './amount.ts';
import type { TableShape } from './metric-base.ts';
import type { MetricContext } from './metric-context.ts';
import type { MetricJournal } from './metric-journal.ts';
import { nativeColumns } from './native-columns.ts';
import {
  LabelledObserver,
  ObserverChild,
  type ObserverChildContext,
  refuseObservation,
  UnlabelledObserver,
} from './observer.ts';
import type { WindowSlice } from './source-family.ts';
import { SUMMARY_BUCKETS, SummaryWindow, WindowTurn } from './summary-window.ts';

/** Sum and count since the start; the quantiles come from the window. */
const STORED_WIDTH = 2;

/** Makes the summary of a definition. */
export function createSummary(
  resolved: ResolvedDefinition,
  context: MetricContext,
): LabelledSummary | UnlabelledSummary {
  const windows = new WindowRows(resolved, context);
  return resolved.labels.names.length > 0
    ? new LabelledSummary(resolved, context, windows)
    : new UnlabelledSummary(resolved, context, windows);
}

/** The window of each row. */
class WindowRows {
  readonly #turn: WindowTurn;
  readonly #quantiles: readonly number[];
  readonly #windows: SummaryWindow[] = [];
  #journal: MetricJournal | undefined;

  constructor({ maxAgeMs, ageBuckets, quantiles }: ResolvedDefinition, { clock }: MetricContext) {
    this.#turn = new WindowTurn(clock, maxAgeMs, ageBuckets);
    this.#quantiles = quantiles;
  }

  get tableShape(): TableShape {
    return {
      width: STORED_WIDTH,
      onRowCleared: (row) => this.of(row).clear(),
      share: (journal) => this.#share(journal),
      readWindows: (firstRow, rowCount) => this.#readWindows(firstRow, rowCount),
    };
  }

  of(row: number): SummaryWindow {
    return (this.#windows[row] ??= this.#create(row));
  }

  /** A window that belongs to no row. */
  detached(): SummaryWindow {
    return new SummaryWindow(this.#turn);
  }

  get readWidth(): number {
    return this.#quantiles.length + STORED_WIDTH;
  }

  /** Values at the quantiles, sum and count of each row. */
  read(firstRow: number, stored: Float64Array, rows: RowStore): Float64Array {
    const rowCount = stored.length / STORED_WIDTH;
    const numbers = new Float64Array(rowCount * this.readWidth);
    for (let row = 0; row < rowCount; row++) {
      const start = row * this.readWidth;
      if (!rows.isHidden(firstRow + row)) numbers.set(this.of(firstRow + row).quantiles(this.#quantiles), start);
      numbers.set(stored.subarray(row * STORED_WIDTH, (row + 1) * STORED_WIDTH), start + this.#quantiles.length);
    }
    return numbers;
  }

  get byteLength(): number {
    return this.#windows.reduce((sum, window) => sum + window.byteLength, 0);
  }

  stop(): void {
    this.#turn.stop();
  }

  #create(row: number): SummaryWindow {
    const window = new SummaryWindow(this.#turn);
    if (this.#journal !== undefined) window.keepIn(this.#journal, row);
    return window;
  }

  #share(journal: MetricJournal): void {
    this.#journal = journal;
    this.#windows.forEach((window, row) => window.keepIn(journal, row));
  }

  #readWindows(firstRow: number, rowCount: number): readonly WindowSlice[] {
    this.#turn.update();
    const { current, slices } = this.#turn;
    const windows = this.#windows.slice(firstRow, firstRow + rowCount);
    const empty = new ExponentialBuckets(SUMMARY_BUCKETS);
    const held = Array.from({ length: Math.min(slices, current + 1) }, (_, age) => current - age);
    return held.map((slice) => ({
      endMs: this.#turn.endMs(slice),
      buckets: nativeColumns(windows.map((window) => window.sliceBuckets(slice) ?? empty)),
    }));
  }
}

/** A summary with labels. */
export class LabelledSummary extends LabelledObserver<SummaryChild> implements Summary<LabelSet> {
  readonly #windows: WindowRows;
  readonly #valueChunks: readonly Float64Array[];

  constructor(resolved: ResolvedDefinition, context: MetricContext, windows: WindowRows) {
    super(resolved, context, windows.tableShape);
    this.#windows = windows;
    this.#valueChunks = this.table.rows.valueChunks;
  }

  override get type(): MetricType.SUMMARY {
    return 'summary';
  }

  observe(labels: LabelSet, value: number): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    const row = this.table.find(labels);
    if (row < 0) return;
    // A row that was found has its chunk.
    record(this.#valueChunks[row >>> CHUNK_BITS] as Float64Array, (row & CHUNK_MASK) * STORED_WIDTH, value, weight);
    this.#windows.of(row).add(value, weight);
  }

  protected override extraBytes(): number {
    return this.#windows.byteLength;
  }

  override dispose(): void {
    this.#windows.stop();
  }

  protected override createChild(row: number): SummaryChild {
    return new SummaryChild(this.childContext(row), row < 0 ? this.#windows.detached() : this.#windows.of(row));
  }

  protected override numberOf(row: number): number {
    return this.table.rows.values(row)[this.table.rows.offset(row) + 1] ?? NaN;
  }

  protected override get readWidth(): number {
    return this.#windows.readWidth;
  }

  protected override readValues(firstRow: number, _rowCount: number, stored: Float64Array): Float64Array {
    return this.#windows.read(firstRow, stored, this.table.rows);
  }
}

/** A summary without labels. */
export class UnlabelledSummary extends UnlabelledObserver implements Summary {
  readonly #windows: WindowRows;
  readonly #window: SummaryWindow;

  constructor(resolved: ResolvedDefinition, context: MetricContext, windows: WindowRows) {
    super(resolved, context, windows.tableShape);
    this.#windows = windows;
    this.#window = windows.of(0);
  }

  override get type(): MetricType.SUMMARY {
    return 'summary';
  }

  observe(value: number): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    record(this.currentValues, this.currentOffset, value, weight);
    this.#window.add(value, weight);
  }

  protected override extraBytes(): number {
    return this.#windows.byteLength;
  }

  override dispose(): void {
    this.#windows.stop();
  }

  protected override numberOf(): number {
    return this.currentValues[this.currentOffset + 1] ?? NaN;
  }

  protected override get readWidth(): number {
    return this.#windows.readWidth;
  }

  protected override readValues(firstRow: number, _rowCount: number, stored: Float64Array): Float64Array {
    return this.#windows.read(firstRow, stored, this.table.rows);
  }
}

class SummaryChild extends ObserverChild {
  readonly #window: SummaryWindow;

  constructor(child: ObserverChildContext, window: SummaryWindow) {
    super(child);
    this.#window = window;
  }

  observe(value: number): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    record(this.values, this.offset, value, weight);
    this.#window.add(value, weight);
  }
}

function record(values: Float64Array, offset: number, value: number, weight: number): void {
  values[offset] = (values[offset] ?? 0) + value * weight;
  values[offset + 1] = (values[offset + 1] ?? 0) + weight;
}
