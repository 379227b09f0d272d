import { type Query, query } from '@bduf/metrics-core/primitives';
import type { Figure, PerformanceRow } from './dashboard-data.ts';
import type { QueryBatch } from './query-batch.ts';

const APDEX_SECONDS = 0.5;
const MAX_ROWS = 50;

/** Names of the metrics of one kind of work. */
export interface PerformanceMetrics {
  /** Counter of what was done. */
  readonly total: string;
  /** Label that names the row. */
  readonly label: string;
  /** What a failure looks like in the counter. */
  readonly failure: Readonly<Record<string, string | { readonly matches: string }>>;
  /** Histogram of durations in seconds. */
  readonly duration: string;
}

/** The questions of one kind of work, and the rows made of their answers. */
export class PerformanceQuestions {
  readonly #label: string;
  readonly #windowSeconds: number;
  readonly #batch: QueryBatch;
  readonly #rate: Query;
  readonly #errors: Query;
  readonly #quantiles: readonly Query[];
  readonly #tolerated: readonly Query[];

  constructor(batch: QueryBatch, { total, label, failure, duration }: PerformanceMetrics, windowSeconds: number) {
    const window = windowSeconds * 1000;
    const rate = query(total).rate(window).sumBy(label);
    const durations = query(duration).rate(window).sumBy(label);
    this.#label = label;
    this.#windowSeconds = windowSeconds;
    this.#batch = batch;
    this.#rate = batch.add(rate);
    this.#errors = batch.add(query(total).where(failure).rate(window).sumBy(label).dividedBy(rate, { missing: 0 }));
    this.#quantiles = [0.5, 0.95, 0.99].map((quantile) => batch.add(durations.quantile(quantile)));
    // Apdex: satisfied up to the target, tolerating up to four times the target counts half.
    this.#tolerated = [APDEX_SECONDS, APDEX_SECONDS * 4].map((bound) => batch.add(durations.fractionAbove(bound)));
  }

  /** The rows, slowest first. */
  rows(): PerformanceRow[] {
    const columns = [this.#rate, this.#errors, ...this.#quantiles, ...this.#tolerated].map((question) =>
      this.#batch.byLabel(question, this.#label),
    );
    const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
    const rows = names.map((name) =>
      this.#row(
        name,
        columns.map((column) => column.get(name) ?? null),
      ),
    );
    return rows.toSorted((a, b) => (b.p95.value ?? -1) - (a.p95.value ?? -1)).slice(0, MAX_ROWS);
  }

  #row(name: string, values: readonly (number | null)[]): PerformanceRow {
    const [rate = null, errors = null, p50 = null, p95 = null, p99 = null, above = null, farAbove = null] = values;
    const figure = (value: number | null, unit: Figure['unit']): Figure => ({
      value,
      unit,
      windowSeconds: this.#windowSeconds,
    });
    return {
      name,
      rate: figure(rate, 'per_second'),
      errorRatio: figure(errors, 'ratio'),
      p50: figure(p50, 'seconds'),
      p95: figure(p95, 'seconds'),
      p99: figure(p99, 'seconds'),
      apdex: figure(above === null || farAbove === null ? null : 1 - (above + farAbove) / 2, 'ratio'),
    };
  }
}
