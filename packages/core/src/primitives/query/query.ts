import {
  AggregateOperator,
  type BinaryExpression,
  HistogramFunction,
  type QueryExpression,
  type SelectExpression,
  WindowFunction,
  type WindowExpression,
} from '../../interfaces/query-expression.ts';
import { checkExpression } from './check-expression.ts';
import { type Duration, durationMs } from './duration.ts';
import { toPromQl } from './to-prom-ql.ts';
import { type LabelConditions, whereMatchers } from './where-matchers.ts';

/** How series are grouped: the labels to keep, or those to drop. Without either, all become one. */
export interface Grouping {
  /** Labels to keep. */
  readonly by?: readonly string[];
  /** Labels to drop. */
  readonly without?: readonly string[];
}

/**
 * A question about metrics, put together step by step. Immutable: each step gives a new one.
 *
 * Every method throws `MetricsError` `METRICS_ERR_ARGUMENT_INVALID` for a duration, pattern or parameter that makes no sense.
 */
export class Query<Expression extends QueryExpression = QueryExpression> {
  /** The question as a tree, for a `HistorySource`. */
  readonly expression: Expression;

  constructor(expression: Expression) {
    checkExpression(expression);
    this.expression = expression;
  }

  /** The question in PromQL, histograms as classic ones. `toPromQl` has the other form. */
  toString(): string {
    return toPromQl(this.expression);
  }

  /**
   * The value below which a share of the observations of a histogram lies, such as 0.95.
   *
   * @param quantile - From 0 to 1.
   */
  quantile(quantile: number): Query {
    return this.#histogram(HistogramFunction.QUANTILE, quantile);
  }

  /** Share of the observations of a histogram that lie above a value: 0 … 1. */
  fractionAbove(value: number): Query {
    return this.#histogram(HistogramFunction.FRACTION_ABOVE, value);
  }

  /** Mean of the observations of a histogram. For the mean over series see {@link Query.avgBy}. */
  average(): Query {
    return this.#histogram(HistogramFunction.AVG);
  }

  /** Number of observations of a histogram. For the number of series see {@link Query.countBy}. */
  count(): Query {
    return this.#histogram(HistogramFunction.COUNT);
  }

  /** Sum of the observations of a histogram. For the sum over series see {@link Query.sum}. */
  total(): Query {
    return this.#histogram(HistogramFunction.SUM);
  }

  /** Cumulative count of each bucket of a histogram, one series for each upper bound with the label `le`. */
  buckets(): Query {
    return this.#histogram(HistogramFunction.BUCKETS);
  }

  /** All series added up. */
  sum(): Query {
    return this.sumBy();
  }

  /** Series that agree in these labels added up. */
  sumBy(...labels: readonly string[]): Query {
    return this.aggregate(AggregateOperator.SUM, { by: labels });
  }

  /** Mean over the series that agree in these labels. */
  avgBy(...labels: readonly string[]): Query {
    return this.aggregate(AggregateOperator.AVG, { by: labels });
  }

  /** Least of the series that agree in these labels. */
  minBy(...labels: readonly string[]): Query {
    return this.aggregate(AggregateOperator.MIN, { by: labels });
  }

  /** Greatest of the series that agree in these labels. */
  maxBy(...labels: readonly string[]): Query {
    return this.aggregate(AggregateOperator.MAX, { by: labels });
  }

  /** Number of series that agree in these labels. */
  countBy(...labels: readonly string[]): Query {
    return this.aggregate(AggregateOperator.COUNT, { by: labels });
  }

  /** The `k` series with the greatest values, at each moment anew; of each group when labels are given. */
  topK(k: number, ...by: readonly string[]): Query {
    return this.aggregate(AggregateOperator.TOPK, { by }, k);
  }

  /** The `k` series with the least values, at each moment anew; of each group when labels are given. */
  bottomK(k: number, ...by: readonly string[]): Query {
    return this.aggregate(AggregateOperator.BOTTOMK, { by }, k);
  }

  /**
   * Any aggregation over series.
   *
   * @param parameter - Of `quantile`, `topk` and `bottomk`.
   */
  aggregate(op: AggregateOperator, grouping: Grouping = {}, parameter?: number): Query {
    const { by, without } = grouping;
    return new Query({
      kind: 'aggregate',
      op,
      of: this.expression,
      ...(by !== undefined && by.length > 0 && { by: [...by] }),
      ...(without !== undefined && { without: [...without] }),
      ...(parameter !== undefined && { parameter }),
    });
  }

  /** Sum with a series that has the same labels, or with a constant. */
  plus(other: Query | number): Query {
    return this.#binary('+', other);
  }

  /** Difference to a series that has the same labels, or to a constant. */
  minus(other: Query | number): Query {
    return this.#binary('-', other);
  }

  /** Product with a series that has the same labels, or with a constant. */
  times(other: Query | number): Query {
    return this.#binary('*', other);
  }

  /**
   * Quotient by a series that has the same labels, or by a constant.
   *
   * @param options - `missing`: the dividend where only the divisor exists. With 0, the share of errors is 0 as long as no
   *   error happened, instead of unknown.
   */
  dividedBy(other: Query | number, options: { readonly missing?: number } = {}): Query {
    return this.#binary('/', other, options.missing);
  }

  #histogram(fn: HistogramFunction, parameter?: number): Query {
    return new Query({ kind: 'histogram', fn, of: this.expression, ...(parameter !== undefined && { parameter }) });
  }

  #binary(op: BinaryExpression['op'], other: Query | number, missingLeft?: number): Query {
    const right: QueryExpression = typeof other === 'number' ? { kind: 'number', value: other } : other.expression;
    return new Query({
      kind: 'binary',
      op,
      left: this.expression,
      right,
      ...(missingLeft !== undefined && { missingLeft }),
    });
  }
}

/** A question that can still be moved into the past. */
export class SeriesQuery<
  Expression extends SelectExpression | WindowExpression = SelectExpression | WindowExpression,
> extends Query<Expression> {
  /** The same, asked that long ago. */
  offset(duration: Duration): SeriesQuery {
    return new SeriesQuery({ ...this.expression, offsetMs: durationMs(duration) });
  }
}

/** The series of a metric: what questions begin with. As it stands, it asks for their last values. */
export class MetricQuery extends SeriesQuery<SelectExpression> {
  /** Only the series whose labels meet these conditions, beside those that were given before. */
  where(conditions: LabelConditions): MetricQuery {
    const { selector, ...rest } = this.expression;
    const matchers = [...(selector.matchers ?? []), ...whereMatchers(conditions)];
    return new MetricQuery({ ...rest, selector: { ...selector, matchers } });
  }

  /** The same, asked that long ago. */
  override offset(duration: Duration): MetricQuery {
    return new MetricQuery({ ...this.expression, offsetMs: durationMs(duration) });
  }

  /** Last value of each series, unless it is older than 5 minutes. */
  last(): SeriesQuery {
    return new SeriesQuery(this.expression);
  }

  /** Increase of a counter per second, resets taken into account. */
  rate(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.RATE, window);
  }

  /** Increase of a counter, resets taken into account. */
  increase(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.INCREASE, window);
  }

  /** Increase of a counter per second between its last two samples. */
  irate(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.IRATE, window);
  }

  /** Change of a gauge. */
  delta(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.DELTA, window);
  }

  /** Change of a gauge between its last two samples. */
  idelta(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.IDELTA, window);
  }

  /** Slope of the straight line that fits a gauge best, per second. */
  deriv(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.DERIV, window);
  }

  /** Value of the straight line that fits a gauge best, some seconds ahead. */
  predictLinear(window: Duration, secondsAhead: number): SeriesQuery {
    return this.#window(WindowFunction.PREDICT_LINEAR, window, secondsAhead);
  }

  /** Mean of the samples. */
  avgOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.AVG, window);
  }

  /** Least sample. */
  minOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.MIN, window);
  }

  /** Greatest sample. */
  maxOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.MAX, window);
  }

  /** Sum of the samples. */
  sumOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.SUM, window);
  }

  /** Number of samples. */
  countOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.COUNT, window);
  }

  /** Last sample. */
  lastOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.LAST, window);
  }

  /** 1 where there is a sample. */
  presentOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.PRESENT, window);
  }

  /** Standard deviation of the samples (of the population). */
  stddevOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.STDDEV, window);
  }

  /** Variance of the samples (of the population). */
  stdvarOverTime(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.STDVAR, window);
  }

  /**
   * The value below which a share of the samples lies.
   *
   * @param quantile - From 0 to 1.
   */
  quantileOverTime(window: Duration, quantile: number): SeriesQuery {
    return this.#window(WindowFunction.QUANTILE, window, quantile);
  }

  /** How often the value changed. */
  changes(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.CHANGES, window);
  }

  /** How often a counter was reset. */
  resets(window: Duration): SeriesQuery {
    return this.#window(WindowFunction.RESETS, window);
  }

  #window(fn: WindowFunction, window: Duration, parameter?: number): SeriesQuery {
    const { selector, offsetMs } = this.expression;
    return new SeriesQuery({
      kind: 'window',
      fn,
      selector,
      windowMs: durationMs(window),
      ...(offsetMs !== undefined && { offsetMs }),
      ...(parameter !== undefined && { parameter }),
    });
  }
}

/**
 * Begins a question about a metric.
 *
 * @param metric - Its name, without a suffix such as `_bucket` or `_count`.
 */
export function query(metric: string): MetricQuery {
  return new MetricQuery({ kind: 'select', selector: { metric } });
}
