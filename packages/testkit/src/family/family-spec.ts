import type { Exemplar, FamilyType } from '@bduf/metrics-core/interfaces';

/** What {@link familyOf} builds a family from. */
export interface FamilySpec {
  /** Metric name. */
  readonly name: string;
  /** What the family is exposed as. */
  readonly type: FamilyType;
  /** Default: empty. */
  readonly description?: string;
  /** Default: none. */
  readonly unit?: string;
  /** Default: the label names of all series, in order of appearance. */
  readonly labelNames?: readonly string[];
  /** Labels that all series share. */
  readonly constantLabels?: Readonly<Record<string, string>>;
  /** Finite bounds of a histogram. */
  readonly upperBounds?: readonly number[];
  /** Quantiles of a summary. */
  readonly quantiles?: readonly number[];
  /** The series; default none. */
  readonly series?: readonly SeriesSpec[];
  /** Most rows of a block; default: all series in one block. */
  readonly rowsPerBlock?: number;
  /** Default: a new object. Give the same one to several families to make them read-outs of one metric. */
  readonly identity?: object;
  /** Default: 0. */
  readonly epoch?: number;
}

/** One series of a {@link FamilySpec}. Which numbers count depends on the family's type. */
export interface SeriesSpec {
  /** Label values; a label left out has the empty value. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Value of a counter, gauge, info, state or unknown; default 0. */
  readonly value?: number;
  /** Count of each bucket of a histogram, not cumulative, `+Inf` last; default zeros. */
  readonly buckets?: readonly number[];
  /** Value at each quantile of a summary; default NaN. */
  readonly quantiles?: readonly number[];
  /** Sum of a histogram or summary; default 0. */
  readonly sum?: number;
  /** Count of a summary; default 0. */
  readonly count?: number;
  /** Milliseconds since the epoch; default 0. */
  readonly createdMs?: number;
  /** Whether the row is hidden. */
  readonly hidden?: boolean;
  /** Native buckets of a histogram. Give them to all series or to none. */
  readonly native?: NativeSpec;
  /** Exemplars, ordered by column. */
  readonly exemplars?: readonly Omit<Exemplar, 'row'>[];
}

/** Native buckets of a series; pairs are index and count, ascending by index. */
export interface NativeSpec {
  /** Resolution; default 5. */
  readonly schema?: number;
  /** Default: 2^-128. */
  readonly zeroThreshold?: number;
  /** Default: 0. */
  readonly zeroCount?: number;
  /** Positive buckets; default none. */
  readonly positive?: readonly (readonly [index: number, count: number])[];
  /** Negative buckets, by absolute value; default none. */
  readonly negative?: readonly (readonly [index: number, count: number])[];
}
