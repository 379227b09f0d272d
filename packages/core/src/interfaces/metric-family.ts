import type { MetricType } from './metric-type.ts';

/** The type a family is exposed as: one of ours, or `unknown` for imported samples whose type nobody stated. */
export type FamilyType = MetricType | 'unknown';

/**
 * Read-out of one metric: a description and its series as columns, in blocks of consecutive rows.
 *
 * This is the only thing that encoders, integrations and history see of a metric. It is a copy: later records do not
 * change it. It is raw: names and values are unescaped, since escaping belongs to each format.
 *
 * **Columns.** Row `r` of a block has its label ids at `labelIds[r * labelNames.length + k]`, and its numbers at
 * `values[r * width + c]`. What the `width` numbers mean depends on the type:
 *
 * | type | numbers of a row | width |
 * |---|---|---|
 * | counter, gauge, info, stateset, unknown | value | 1 |
 * | histogram | count of each bucket, **not** cumulative, `+Inf` last; then sum | `upperBounds.length + 2` |
 * | summary | value at each quantile (NaN without observations in the window); then sum, then count | `quantiles.length + 2` |
 *
 * Example: a histogram with bounds 0.1, 1 that saw 0.05, 0.5, 0.5 and 3 has the row `[1, 2, 1, 4.05]`.
 *
 * A state set has its metric name as last label and one row for each state, 1 or 0.
 *
 * **Interned labels.** A label id indexes `labelValues[k]`, an array that only grows within an epoch, so encoders may
 * cache what they made of a value by its id.
 *
 * **Stable rows.** Row `r` of block `b` names the same series in every read-out with the same `identity` and `epoch`.
 * A removed series stays as a hidden row until the next epoch. Caches are keyed by (`identity`, block, row) and thrown
 * away when the epoch differs.
 */
export interface MetricFamily {
  /** Metric name, without any suffix a format adds. */
  readonly name: string;
  /** What the family is exposed as. */
  readonly type: FamilyType;
  /** One sentence for people; may hold any character. */
  readonly description: string;
  /** Unit, or the empty string. */
  readonly unit: string;
  /** Names of the labels that differ by series, in the order of the definition. */
  readonly labelNames: readonly string[];
  /** Labels that all series share (default labels), name and value; disjoint from `labelNames`. */
  readonly constantLabels: readonly (readonly [name: string, value: string])[];
  /** Interned values of each label. Arrays that only grow while `epoch` stays. */
  readonly labelValues: readonly (readonly string[])[];
  /** Finite upper bounds of a histogram, ascending; empty for other types. */
  readonly upperBounds: readonly number[];
  /** Quantiles of a summary, ascending; empty for other types. */
  readonly quantiles: readonly number[];
  /** Numbers in a row. */
  readonly width: number;
  /** The series, in creation order. */
  readonly blocks: readonly FamilyBlock[];
  /** Same object as long as the metric lives; meant as a key of a `WeakMap`. */
  readonly identity: object;
  /** Changes when rows or label ids were renumbered. */
  readonly epoch: number;
}

/** Consecutive rows of a {@link MetricFamily}. Never empty. */
export interface FamilyBlock {
  /** Number of rows, hidden ones included. */
  readonly rowCount: number;
  /** Interned label ids, row by row. Shared with the store and never written again for these rows. */
  readonly labelIds: Int32Array;
  /** Numbers, row by row. A copy that belongs to the family. */
  readonly values: Float64Array;
  /** When each series was created or last reset, in milliseconds since the epoch. A row that is still visible keeps it. */
  readonly createdMs: Float64Array;
  /** 1 for each row that must not be shown; `undefined` when all rows are visible. */
  readonly hidden: Uint8Array | undefined;
  /** Native buckets of a histogram that keeps them. */
  readonly native: NativeHistogramBlock | undefined;
  /** Exemplars, ordered by row and column; empty for most. */
  readonly exemplars: readonly Exemplar[];
}

/**
 * Native (base-2 exponential) buckets of the rows of a block, in compressed sparse row form: the positive buckets of
 * row `r` are entries `positiveStart[r] … positiveStart[r + 1] - 1`, ascending by index, empty buckets left out. Bucket
 * `i` at schema `s` holds values in `(2^((i-1)·2^-s), 2^(i·2^-s)]`.
 */
export interface NativeHistogramBlock {
  /** Resolution of each row, -4 … 8. */
  readonly schemas: Int8Array;
  /** Width of the zero bucket of each row. */
  readonly zeroThresholds: Float64Array;
  /** Observations in the zero bucket of each row. */
  readonly zeroCounts: Float64Array;
  /** Start of each row in the two columns below; one entry more than rows. */
  readonly positiveStart: Int32Array;
  /** Bucket indexes. */
  readonly positiveIndexes: Int32Array;
  /** Observations of each bucket, not cumulative. */
  readonly positiveCounts: Float64Array;
  /** As `positiveStart`, for negative values. */
  readonly negativeStart: Int32Array;
  /** As `positiveIndexes`, by absolute value. */
  readonly negativeIndexes: Int32Array;
  /** As `positiveCounts`. */
  readonly negativeCounts: Float64Array;
}

/** One example measurement behind a number, usually a link to a trace. */
export interface Exemplar {
  /** Row in the block. */
  readonly row: number;
  /** Column it belongs to: 0 of a counter, the bucket of a histogram. */
  readonly column: number;
  /** The measured value. */
  readonly value: number;
  /** When it was measured, in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** Such as `trace_id`; names and values together at most 128 code points. */
  readonly labels: Readonly<Record<string, string>>;
}
