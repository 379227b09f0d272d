import type { LabelMatcher, QueryExpression } from '@bduf/metrics-core/interfaces';

/**
 * Which function of a metric a rule compares with its threshold. Windows are those of the rule.
 *
 * Of gauges: `value` (the last one), `delta`, `deriv` (per second), `avg`, `min`, `max`, `sum` and `stddev` over the window,
 * `changes`. Of counters: `increase`, `rate` (per second), `resets`. Of histograms and summaries: `mean` of the observations;
 * `increase` and `rate` of their number. Of any: `absent`, 1 while no series matches, else 0.
 */
export type AlertSignalName =
  | 'value'
  | 'increase'
  | 'rate'
  | 'delta'
  | 'deriv'
  | 'avg'
  | 'min'
  | 'max'
  | 'sum'
  | 'stddev'
  | 'changes'
  | 'resets'
  | 'mean'
  | 'absent';

/** One side of a ratio or a difference. */
export interface SignalTerm {
  /** Default: the metric of the rule. */
  readonly metric?: string;
  /** Which of its series. Default: those of the rule. */
  readonly matchers?: readonly LabelMatcher[];
}

/** A value that a custom signal found. */
export interface CustomSignalValue {
  /** Labels that tell it from others; none by default. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The value; NaN means that there is no data. */
  readonly value: number;
}

/** A function of a metric, with what it needs. */
export type AlertSignal =
  | AlertSignalName
  /** Value below which a share `q` lies: of the observations of a histogram, of the samples of a gauge. */
  | { readonly kind: 'quantile'; readonly q: number }
  /** Share of the observations of a histogram above a value: 0 … 1. */
  | { readonly kind: 'fractionAbove'; readonly above: number }
  /** Value of the straight line that fits a gauge best, some seconds ahead. */
  | { readonly kind: 'predict'; readonly seconds: number }
  /**
   * Quotient of two sums by the labels of `groupBy`. Without value while the denominator is 0 or missing; 0 while only the
   * numerator is missing.
   *
   * `of`: what is divided; default `increase`.
   */
  | {
      readonly kind: 'ratio';
      readonly numerator: SignalTerm;
      readonly denominator: SignalTerm;
      readonly of?: 'value' | 'increase' | 'rate';
    }
  /** Difference of two sums by the labels of `groupBy`. `of`: what is subtracted; default `value`. */
  | {
      readonly kind: 'difference';
      readonly left: SignalTerm;
      readonly right: SignalTerm;
      readonly of?: 'value' | 'increase' | 'rate';
    }
  /** Any question, as `query()` of core/primitives builds it; `groupBy` and `matchers` of the rule do not apply. */
  | { readonly kind: 'query'; readonly expression: QueryExpression }
  /** A synchronous function of one's own. What takes longer than 50 ms counts as a failure of the rule. */
  | { readonly kind: 'custom'; readonly evaluate: (atMs: number) => number | readonly CustomSignalValue[] };
