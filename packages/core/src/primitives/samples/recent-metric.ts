import type { FamilyBlock, MetricFamily } from '../../interfaces/metric-family.ts';
import { labelKey } from '../evaluation/label-key.ts';
import type { Labels } from '../evaluation/number-table.ts';
import { FamilySeries } from '../family-series.ts';
import { RecentSeries } from './recent-series.ts';
import type { SampleBudget } from './sample-budget.ts';

/** What an append did beside appending. */
export interface AppendLosses {
  /** Samples that had to go before their time. */
  evictedSamples: number;
  /** Series for which there was no room. */
  refusedSeries: number;
}

/** When a metric is appended, and what it may keep. */
export interface AppendMoment {
  /** The time of the samples. */
  readonly atMs: number;
  /** Samples before that may go. */
  readonly keepFromMs: number;
  /** A distance of samples from which on a value does not hold between them. */
  readonly interruptedAfterMs: number;
}

/** The recent samples of one metric. */
export class RecentMetric {
  /** Since when it is observed, whether it had series then or not. */
  readonly observedSinceMs: number;
  /** Grows whenever a series comes or goes. */
  version = 0;
  readonly #budget: SampleBudget;
  readonly #series = new Map<string, RecentSeries>();
  #family: MetricFamily | undefined;
  /** Series by block and row, as long as rows keep their meaning. */
  #rows: (RecentSeries | undefined)[][] = [];
  #lastMs = NaN;

  constructor(observedSinceMs: number, budget: SampleBudget) {
    this.observedSinceMs = observedSinceMs;
    this.#budget = budget;
  }

  /** All series. */
  get series(): Iterable<RecentSeries> {
    return this.#series.values();
  }

  /** Number of series. */
  get seriesCount(): number {
    return this.#series.size;
  }

  /** Whether a family has the same columns as those before. */
  fits({ type, width, upperBounds }: MetricFamily): boolean {
    const known = this.#family;
    if (known === undefined) return true;
    if (known.type !== type || known.width !== width || known.upperBounds.length !== upperBounds.length) return false;
    return known.upperBounds.every((bound, at) => bound === upperBounds[at]);
  }

  /** Appends the visible rows of a family; series that are not among them end. */
  append(family: MetricFamily, moment: AppendMoment, losses: AppendLosses): void {
    if (family.identity !== this.#family?.identity || family.epoch !== this.#family.epoch) this.#rows = [];
    this.#family = family;
    if (moment.atMs - this.#lastMs >= moment.interruptedAfterMs) this.cutAll();
    this.#lastMs = moment.atMs;
    for (const [index, block] of family.blocks.entries()) {
      const rows = (this.#rows[index] ??= []);
      for (let row = 0; row < block.rowCount; row++) {
        if (block.hidden?.[row] === 1) continue;
        const series = (rows[row] ??= this.#seriesOf(family, block, row));
        if (series === undefined) losses.refusedSeries++;
        else losses.evictedSamples += series.push(block, row, moment);
      }
    }
    this.#sweep(moment);
  }

  /** Says that no value holds beyond the last sample. */
  cutAll(): void {
    for (const series of this.#series.values()) series.cut();
  }

  /** Gives all memory back. */
  release(): void {
    for (const series of this.#series.values()) series.release();
    this.#series.clear();
    this.#rows = [];
    this.version++;
  }

  #seriesOf(family: MetricFamily, block: FamilyBlock, row: number): RecentSeries | undefined {
    const labels: Labels = new FamilySeries(family, block, row).labels;
    const key = labelKey(labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const made = RecentSeries.create(family, labels, { observedSinceMs: this.observedSinceMs, budget: this.#budget });
    if (made === undefined) return undefined;
    this.#series.set(key, made);
    this.version++;
    return made;
  }

  /** Ends series that are gone, and forgets those whose last sample is too old. */
  #sweep({ atMs, keepFromMs }: AppendMoment): void {
    for (const [key, series] of this.#series) {
      if (series.lastMs === atMs) continue;
      series.cut();
      if (series.lastMs > keepFromMs) continue;
      series.release();
      this.#series.delete(key);
      this.#rows = this.#rows.map((rows) => rows.map((each) => (each === series ? undefined : each)));
      this.version++;
    }
  }
}
