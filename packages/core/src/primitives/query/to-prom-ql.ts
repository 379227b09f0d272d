import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import {
  type AggregateExpression,
  type BinaryExpression,
  HistogramFunction,
  type HistogramExpression,
  type QueryExpression,
  type SelectExpression,
  WindowFunction,
  type WindowExpression,
} from '../../interfaces/query-expression.ts';
import { checkExpression, keepsHistograms } from './check-expression.ts';
import { durationText } from './duration.ts';
import { labelsText, numberText, offsetText, selectorText } from './prom-ql-text.ts';

/** Options of {@link toPromQl}. */
export interface PromQlOptions {
  /**
   * How the histograms are stored in Prometheus: as `classic` series with the suffixes `_bucket`, `_sum` and `_count`, or as
   * `native` ones. Default: `classic`.
   */
  readonly histograms?: 'classic' | 'native';
  /**
   * Names of histograms. Below a histogram function every metric is known to be one; this is for those that are asked for as
   * numbers, which means their number of observations. Default: none.
   */
  readonly histogramMetrics?: Iterable<string>;
}

/**
 * Prints a question in PromQL, as Prometheus 3 understands it. What Prometheus answers is what `evaluateQueries` answers with
 * `semantics: 'prometheus'` from the same samples.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an expression without meaning, and for the few that native histograms
 *   cannot say: their buckets, and extremes of their count over time.
 */
export function toPromQl(expression: QueryExpression, options: PromQlOptions = {}): string {
  checkExpression(expression);
  return new PromQlPrinter(options).number(expression);
}

/** Series of a classic histogram. */
type ClassicPart = '_bucket' | '_sum' | '_count';

class PromQlPrinter {
  readonly #isNative: boolean;
  readonly #histograms: ReadonlySet<string>;

  constructor({ histograms = 'classic', histogramMetrics = [] }: PromQlOptions) {
    this.#isNative = histograms === 'native';
    this.#histograms = new Set(histogramMetrics);
  }

  /** An expression whose values are numbers. */
  number(expression: QueryExpression): string {
    switch (expression.kind) {
      case 'number':
        return numberText(expression.value);
      case 'select':
      case 'window':
        return this.#numberOfSeries(expression);
      case 'histogram':
        return this.#isNative ? this.#ofNative(expression) : this.#ofClassic(expression);
      case 'aggregate':
        return aggregate(expression, this.#vector(expression.of));
      case 'binary':
      default:
        return this.#binary(expression);
    }
  }

  #numberOfSeries(expression: SelectExpression | WindowExpression): string {
    if (!this.#histograms.has(expression.selector.metric)) return series(expression);
    if (!this.#isNative) return series(expression, '_count');
    if (expression.kind === 'select' || keepsHistograms(expression.fn)) return `histogram_count(${series(expression)})`;
    if (COUNTING.has(expression.fn)) return series(expression);
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `PromQL has no ${expression.fn} of the count of the native histogram "${expression.selector.metric}". Ask for classic histograms, or for its rate.`,
    );
  }

  #ofNative({ fn, of, parameter = NaN }: HistogramExpression): string {
    const histogram = this.#histogram(of, undefined);
    switch (fn) {
      case HistogramFunction.QUANTILE:
        return `histogram_quantile(${numberText(parameter)}, ${histogram})`;
      case HistogramFunction.FRACTION_ABOVE:
        return `histogram_fraction(${numberText(parameter)}, +Inf, ${histogram})`;
      case HistogramFunction.COUNT:
        return `histogram_count(${histogram})`;
      case HistogramFunction.SUM:
        return `histogram_sum(${histogram})`;
      case HistogramFunction.AVG:
        return `histogram_avg(${histogram})`;
      case HistogramFunction.BUCKETS:
      default:
        throw new MetricsError(
          MetricsErrorCode.ARGUMENT_INVALID,
          `PromQL cannot show the buckets of a native histogram (${histogram}). Ask for classic histograms.`,
        );
    }
  }

  #ofClassic({ fn, of, parameter = NaN }: HistogramExpression): string {
    switch (fn) {
      case HistogramFunction.QUANTILE:
        return `histogram_quantile(${numberText(parameter)}, ${this.#histogram(of, '_bucket')})`;
      case HistogramFunction.FRACTION_ABOVE:
        return `histogram_fraction(${numberText(parameter)}, +Inf, ${this.#histogram(of, '_bucket')})`;
      case HistogramFunction.COUNT:
        return this.#histogram(of, '_count');
      case HistogramFunction.SUM:
        return this.#histogram(of, '_sum');
      case HistogramFunction.AVG:
        return `${this.#histogram(of, '_sum')} / ${this.#histogram(of, '_count')}`;
      case HistogramFunction.BUCKETS:
      default:
        return this.#histogram(of, '_bucket');
    }
  }

  /** An expression below a histogram function: native histograms, or one part of classic ones. */
  #histogram(expression: QueryExpression, part: ClassicPart | undefined): string {
    if (expression.kind === 'select' || expression.kind === 'window') return series(expression, part);
    if (expression.kind !== 'aggregate') return this.number(expression);
    return aggregate(expression, this.#histogram(expression.of, part), part === '_bucket' ? ['le'] : []);
  }

  #binary({ op, left, right, missingLeft }: BinaryExpression): string {
    const [first, second] = [this.#operand(left), this.#operand(right)];
    if (missingLeft === undefined || isScalar(left) || isScalar(right)) return `${first} ${op} ${second}`;
    // `group` gives 1 for each series that the right side has, whatever its value.
    return `(${first} or group without () (${second}) * ${numberText(missingLeft)}) ${op} ${second}`;
  }

  /** In parentheses when it is an operation itself. */
  #operand(expression: QueryExpression): string {
    const text = this.number(expression);
    const isQuotient = expression.kind === 'histogram' && expression.fn === HistogramFunction.AVG && !this.#isNative;
    return expression.kind === 'binary' || isQuotient ? `(${text})` : text;
  }

  /** An expression where PromQL insists on series. */
  #vector(expression: QueryExpression): string {
    const text = this.number(expression);
    return isScalar(expression) ? `vector(${text})` : text;
  }
}

/** Window functions that PromQL applies to native histograms and that give numbers. */
const COUNTING: ReadonlySet<WindowFunction> = new Set([
  WindowFunction.COUNT,
  WindowFunction.PRESENT,
  WindowFunction.CHANGES,
  WindowFunction.RESETS,
]);

function series(expression: SelectExpression | WindowExpression, suffix = ''): string {
  const selected = selectorText(`${expression.selector.metric}${suffix}`, expression.selector.matchers);
  const offset = offsetText(expression.offsetMs);
  if (expression.kind === 'select') return `${selected}${offset}`;
  const { fn, windowMs, parameter = NaN } = expression;
  const range = `${selected}[${durationText(windowMs)}]${offset}`;
  if (fn === WindowFunction.QUANTILE) return `${fn}(${numberText(parameter)}, ${range})`;
  if (fn === WindowFunction.PREDICT_LINEAR) return `${fn}(${range}, ${numberText(parameter)})`;
  return `${fn}(${range})`;
}

function aggregate(
  { op, by, without, parameter }: AggregateExpression,
  of: string,
  alsoBy: readonly string[] = [],
): string {
  const kept = [...(by ?? []), ...alsoBy];
  const grouping =
    without !== undefined ? ` without ${labelsText(without)} ` : kept.length > 0 ? ` by ${labelsText(kept)} ` : '';
  const given = parameter === undefined ? '' : `${numberText(parameter)}, `;
  return `${op}${grouping}(${given}${of})`;
}

/** Whether an expression is a plain number in PromQL. */
function isScalar(expression: QueryExpression): boolean {
  return (
    expression.kind === 'number' ||
    (expression.kind === 'binary' && isScalar(expression.left) && isScalar(expression.right))
  );
}
