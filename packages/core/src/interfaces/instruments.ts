import type { ExemplarLabels, LabelSet, NoLabels } from './label-set.ts';
import type { MetricDefinition } from './metric-definition.ts';
import type { MetricFamily } from './metric-family.ts';
import type { MetricType } from './metric-type.ts';
import type { AmountArgs, SeriesArgs, TrackArgs, ValueArgs } from './record-args.ts';
import type { Timer } from './timer.ts';

/** One current value, in the form people read. */
export interface MetricValue {
  /** Value of a counter, gauge, info or state; number of observations of a histogram or summary. */
  readonly value: number;
  /** Labels of the series; absent when the metric has none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** When it was read. */
  readonly timestamp?: Date;
}

/** What every metric offers to code that does not know its type. */
export interface Metric {
  /** Name as exposed. */
  readonly name: string;
  /** Kind of metric. */
  readonly type: MetricType;
  /** The validated definition, with defaults filled in. Frozen. */
  readonly definition: MetricDefinition;
  /** Columnar copy of the current state. O(series). */
  read(): MetricFamily;
  /** Current values as objects, newest state, in creation order. O(series); for people and tests, not for export. */
  values(): readonly MetricValue[];
  /**
   * Removes all series whose labels match the given ones. A later record starts the series anew from zero; a
   * bound child stays usable.
   *
   * @param labels - Some or all labels; `{}` removes every series.
   * @returns How many series were removed.
   */
  remove(labels: Partial<LabelSet>): number;
}

/** A child of a counter, bound to one series: the fastest way to record. */
export interface BoundCounter {
  /** Adds an amount, by default 1. Negative, NaN or infinite amounts are dropped and counted. */
  inc(amount?: number, exemplar?: ExemplarLabels): void;
}

/** A sum that only grows. Recording never throws (unless the collector is strict). */
export interface Counter<L = NoLabels> extends Metric {
  /** Adds an amount, by default 1. Negative, NaN or infinite amounts are dropped and counted. */
  inc(...args: [...AmountArgs<L>, exemplar?: ExemplarLabels]): void;
  /** The child of one series. Values are copied; the child stays valid as long as the metric. */
  labels(labels: L): BoundCounter;
}

/** A child of a gauge, bound to one series. */
export interface BoundGauge {
  /** Adds an amount, by default 1. */
  inc(amount?: number): void;
  /** Subtracts an amount, by default 1. */
  dec(amount?: number): void;
  /** Sets the value. NaN and infinities are legal values of a gauge. */
  set(value: number): void;
}

/** A value that goes up and down. Recording never throws (unless the collector is strict). */
export interface Gauge<L = NoLabels> extends Metric {
  /** Adds an amount, by default 1. */
  inc(...args: AmountArgs<L>): void;
  /** Subtracts an amount, by default 1. */
  dec(...args: AmountArgs<L>): void;
  /** Sets the value. NaN and infinities are legal values of a gauge. */
  set(...args: ValueArgs<L>): void;
  /** The child of one series. Values are copied; the child stays valid as long as the metric. */
  labels(labels: L): BoundGauge;
}

/** A child of a histogram or summary, bound to one series. */
export interface BoundObserver {
  /** Records one observation. NaN and infinite values are dropped and counted. */
  observe(value: number, exemplar?: ExemplarLabels): void;
  /** Starts a timer that observes the elapsed time. */
  startTimer(): Timer;
}

/** What histograms and summaries share. Recording never throws (unless the collector is strict). */
export interface Observer<L = NoLabels> extends Metric {
  /** Records one observation. NaN and infinite values are dropped and counted. A summary keeps no exemplars. */
  observe(...args: [...ValueArgs<L>, exemplar?: ExemplarLabels]): void;
  /** The child of one series. Values are copied; the child stays valid as long as the metric. */
  labels(labels: L): BoundObserver;
  /**
   * Starts a timer that observes the elapsed time in the metric's unit.
   *
   * @param labels - Labels known at the start; the rest is given to `stop`.
   */
  startTimer(labels?: Partial<L>): Timer;
  /**
   * Runs a function and observes how long it took: until it returns or throws, or until its promise settles. If the metric has
   * a label `outcome`, it is `ok` or `error`. What the function returns or throws is passed on.
   */
  track<T>(...args: TrackArgs<L, T>): T;
}

/** A distribution counted in buckets. */
export interface Histogram<L = NoLabels> extends Observer<L> {
  /** Always `histogram`. */
  readonly type: MetricType.HISTOGRAM;
}

/** A distribution over a sliding window, read as quantiles with a guaranteed relative error. */
export interface Summary<L = NoLabels> extends Observer<L> {
  /** Always `summary`. */
  readonly type: MetricType.SUMMARY;
}

/** Facts carried by labels, such as a version. */
export interface Info<L = NoLabels> extends Metric {
  /** Publishes a fact; the same labels again change nothing. Use `remove` to withdraw one. */
  set(...args: SeriesArgs<L>): void;
}

/** A set of named states, each on or off. */
export interface StateSet<State extends string = string, L = NoLabels> extends Metric {
  /** Turns one state on and all others of the series off. */
  set(...args: [keyof L] extends [never] ? [state: State] : [labels: L, state: State]): void;
  /** Turns one state on or off and leaves the others alone. */
  toggle(
    ...args: [keyof L] extends [never] ? [state: State, on: boolean] : [labels: L, state: State, on: boolean]
  ): void;
}
