import type { MetricFamily } from '../../interfaces/metric-family.ts';
import { MetricType } from '../../interfaces/metric-type.ts';
import type { SourceFamily } from '../../metrics/source-family.ts';
import { type ContributedRow, type Contribution, forEachShown } from './contribution.ts';
import { type FamilyLayout, fittingLayout, layoutOf } from './family-layout.ts';
import { foldFamily } from './fold-family.ts';
import { KeptSeries } from './kept-series.ts';
import { MergedRows } from './merged-rows.ts';
import { numberFolding, type NumberFolding } from './number-folding.ts';
import { hasSameLives, markShown } from './shown-rows.ts';
import { isShown, SourceRows } from './source-rows.ts';

/** Hidden rows that are kept before the family is laid out anew, as share of all rows. */
const HIDDEN_SHARE = 0.25;
const HIDDEN_LEAST = 16;

/**
 * One family made of those of several workers.
 *
 * A row of it is visible as long as a living worker shows the series, or a worker that had it exited. What a worker
 * counted stays when the worker is gone, and also when it drops the series (idle, removed) while another one shows it: a
 * sum over workers never falls for such reasons, which monitoring systems would take for a restart. When the last living
 * worker drops a series, the series ends.
 */
export class MergedFamily {
  /** What the families of all workers have in common. */
  readonly shape: string;
  /** Description and rules of the family, without blocks. */
  readonly head: SourceFamily;
  readonly #folding: NumberFolding;
  readonly #now: () => number;
  readonly #sources = new Map<string, Contribution>();
  /** Rows that a living worker dropped since the last read-out. */
  readonly #dropped = new Set<number>();
  #layout: FamilyLayout;
  #rows: MergedRows;
  #kept: KeptSeries;
  #identity: object = {};
  #epoch = 0;

  /**
   * @param first - The family whose description and rules count.
   * @param shape - Its shape, which those of all workers must have.
   * @param now - Wall clock, in milliseconds since the epoch.
   */
  constructor(first: SourceFamily, shape: string, now: () => number) {
    const { family, rules } = first;
    this.head = { family: { ...family, blocks: [], labelValues: [] }, rules, details: [] };
    this.#now = now;
    this.shape = shape;
    this.#folding = numberFolding(family.type, rules.aggregation, family.quantiles.length);
    this.#layout = layoutOf(family);
    this.#rows = new MergedRows(this.#layout.labelNames.length, family.width);
    this.#kept = new KeptSeries(first, this.#rows, this.#folding);
  }

  /** Whether neither a living worker nor one that exited has anything in it. */
  get isEmpty(): boolean {
    return this.#sources.size === 0 && this.#kept.sinceMs.size === 0;
  }

  /** Living workers that have the family. */
  get sources(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** Takes over the latest read-out of a worker. */
  update(source: string, input: SourceFamily): void {
    this.#fit(input.family);
    const before = this.#sources.get(source);
    const isContinued = before !== undefined && hasSameRows(before.input.family, input.family);
    const rows = isContinued ? before.rows : new SourceRows(this.#rows, this.#layout, input.family);
    rows.extend(input.family);
    const current = { input, rows };
    this.#sources.set(source, current);
    if (isContinued) this.#noteChanged(before, current);
    else if (before !== undefined) this.#noteReplaced(before, current);
  }

  /** A living worker has the family no longer. */
  drop(source: string): void {
    const contribution = this.#sources.get(source);
    if (contribution === undefined) return;
    this.#sources.delete(source);
    forEachShown(contribution, (row, from) => this.#drop(row, from));
  }

  /** A worker exited: keeps what it counted. */
  keep(source: string): void {
    const contribution = this.#sources.get(source);
    if (contribution === undefined) return;
    this.#sources.delete(source);
    if (!this.#folding.keepsExited) return;
    const nowMs = this.#now();
    forEachShown(contribution, (row, from) => this.#kept.keep(row, from, nowMs));
    this.#kept.bound(this.head.rules.maxSeries, nowMs);
  }

  /**
   * Ends kept series. One that a living worker shows begins at what that worker has.
   *
   * @param labels - Some or all labels that they have.
   * @returns How many.
   */
  forget(labels: Readonly<Record<string, string>>): number {
    const { labelNames } = this.#layout;
    const rows = [...this.#kept.sinceMs.keys()].filter((row) => {
      const texts = this.#rows.textsOf(row);
      return Object.entries(labels).every(([name, value]) => texts[labelNames.indexOf(name)] === value);
    });
    for (const row of rows) this.#kept.end(row);
    return rows.length;
  }

  /**
   * The merged family, with what is needed to merge it with others.
   *
   * @param withWindows - Whether the slices of a summary's window are wanted, and not only its quantiles.
   */
  read(withWindows: boolean): SourceFamily {
    this.#settle();
    const { blocks, details } = foldFamily(
      {
        head: this.head,
        folding: this.#folding,
        rows: this.#rows,
        kept: this.#kept,
        contributions: [...this.#sources.values()],
        nowMs: this.#now(),
      },
      withWindows,
    );
    const { labelNames, constantLabels } = this.#layout;
    const { labelValues } = this.#rows;
    const family = { ...this.head.family, labelNames, constantLabels, labelValues, blocks };
    return { family: { ...family, identity: this.#identity, epoch: this.#epoch }, rules: this.head.rules, details };
  }

  /** Notes which rows of a worker, numbered as before, are gone or began anew. */
  #noteChanged(before: Contribution, { input }: Contribution): void {
    if (before.input.family.blocks.every((block, at) => hasSameLives(block, input.family.blocks[at]))) return;
    forEachShown(before, (row, from) => {
      const block = input.family.blocks[from.blockAt];
      const createdMs = block !== undefined && isShown(block, from.row) ? block.createdMs[from.row] : undefined;
      if (createdMs !== from.block.createdMs[from.row]) this.#drop(row, from);
    });
  }

  /** Notes which rows of a worker that numbered its rows anew are gone or began anew. */
  #noteReplaced(before: Contribution, current: Contribution): void {
    const createdMs = new Map<number, number>();
    forEachShown(current, (row, { block, row: from }) => createdMs.set(row, block.createdMs[from] ?? 0));
    forEachShown(before, (row, from) => {
      if (createdMs.get(row) !== from.block.createdMs[from.row]) this.#drop(row, from);
    });
  }

  /** A living worker dropped a series, or began it anew. */
  #drop(row: number, from: ContributedRow): void {
    this.#dropped.add(row);
    const isTotal = this.#folding.keepsExited && this.head.family.type !== MetricType.GAUGE;
    // Totals that a callback states do not begin at zero: adding the old ones would count them twice.
    if (isTotal && !from.input.rules.isCollected) this.#kept.add(row, from);
  }

  /** Shows the rows that somebody has and ends all others. */
  #settle(): void {
    const { store } = this.#rows;
    const shown = new Uint8Array(store.rowCount);
    for (const { input, rows } of this.#sources.values()) {
      input.family.blocks.forEach((block, at) => markShown(block, rows.blocks[at], store, shown));
    }
    let hiddenRows = 0;
    for (let row = 0; row < store.rowCount; row++) {
      if (shown[row] === 0 && !this.#isKept(row) && !store.isHidden(row)) this.#kept.end(row);
      if (store.isHidden(row)) hiddenRows++;
    }
    this.#dropped.clear();
    if (hiddenRows > Math.max(HIDDEN_LEAST, store.rowCount * HIDDEN_SHARE)) this.#layOut(this.#layout);
  }

  #isKept(row: number): boolean {
    const sinceMs = this.#kept.sinceMs.get(row);
    if (sinceMs === undefined || this.#dropped.has(row)) return false;
    return this.#now() - sinceMs < this.head.rules.ttlMs;
  }

  #fit(family: MetricFamily): void {
    const layout = fittingLayout(this.#layout, family);
    if (layout === this.#layout) return;
    this.#layOut(layout);
    // Other label names: to readers it is another family.
    this.#identity = {};
  }

  /** Numbers the visible rows anew, under a layout that fits them. */
  #layOut(layout: FamilyLayout): void {
    const before = { rows: this.#rows, kept: this.#kept, layout: this.#layout };
    this.#layout = layout;
    this.#rows = new MergedRows(layout.labelNames.length, before.rows.store.width);
    this.#kept = new KeptSeries(this.head, this.#rows, this.#folding);
    this.#epoch++;
    const dropped = new Set(this.#dropped);
    this.#dropped.clear();
    for (let row = 0; row < before.rows.store.rowCount; row++) {
      if (before.rows.store.isHidden(row)) continue;
      const texts = new Map([
        ...before.layout.constantLabels,
        ...before.rows.textsOf(row).map((text, label) => [before.layout.labelNames[label] ?? '', text] as const),
      ]);
      const tuple = Int32Array.from(layout.labelNames, (name, at) => this.#rows.idOf(at, texts.get(name) ?? ''));
      const newRow = this.#rows.rowOf(tuple, before.rows.store.createdMs(row));
      this.#kept.take(newRow, before.kept, row);
      if (dropped.has(row)) this.#dropped.add(newRow);
    }
    for (const [source, { input }] of this.#sources) {
      const rows = new SourceRows(this.#rows, layout, input.family);
      rows.extend(input.family);
      this.#sources.set(source, { input, rows });
    }
  }
}

/** Whether the rows of two read-outs are numbered alike. */
function hasSameRows(before: MetricFamily, current: MetricFamily): boolean {
  return before.identity === current.identity && before.epoch === current.epoch;
}
