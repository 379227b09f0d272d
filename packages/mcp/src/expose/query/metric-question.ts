import type { LabelFilter } from './series-groups.ts';

/** Functions that `query_metric` offers. */
export const QUERY_FUNCTIONS = [
  'latest',
  'sum',
  'rate',
  'increase',
  'avg',
  'max',
  'p50',
  'p90',
  'p95',
  'p99',
  'ratio',
] as const;
/** A function that `query_metric` offers. */
export type QueryFunction = (typeof QUERY_FUNCTIONS)[number];
/** A function of the past. */
export type PastFunction = Exclude<QueryFunction, 'latest' | 'sum'>;

/** Functions that are quantiles. */
export const QUANTILES: Readonly<Partial<Record<QueryFunction, number>>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
};

/** What `query_metric` is asked. */
export interface MetricQuestion {
  /** Metric by its exact name. */
  readonly metric: string;
  /** What to compute. */
  readonly fn: QueryFunction;
  /** Labels that series must have. */
  readonly filter: LabelFilter;
  /** Labels to group by; `[]` for one value; undefined for one a series. */
  readonly groupBy: readonly string[] | undefined;
  /** Window of functions of the past, in seconds. */
  readonly windowSeconds: number;
  /** Distance of points within the window, in seconds; undefined for none. */
  readonly stepSeconds: number | undefined;
  /** Most series to answer with. */
  readonly limit: number;
}

/** A series or group of series, and its value. */
export interface AnsweredGroup {
  /** Labels of the group. */
  readonly labels: Readonly<Record<string, string>>;
  /** The value; null where there is none, such as a mean of nothing. */
  readonly value: number | null;
  /** The same for each step of the window: milliseconds since the epoch, and value. */
  readonly points?: readonly (readonly [atMs: number, value: number | null])[];
}

/** What `query_metric` answers. */
export interface MetricAnswer {
  /** The values, largest first. */
  readonly series: readonly AnsweredGroup[];
  /** Whether there were more series than `limit`. */
  readonly truncated: boolean;
  /** Unit of the values, or empty. */
  readonly unit: string;
  /** What time the values are about: `now`, `since_start`, or the window. */
  readonly window: string;
  /** Share of the window that was observed, where it was not all of it: from 0 to below 1. */
  readonly coverage?: number;
  /** Why less than all of it. */
  readonly reason?: string;
}
