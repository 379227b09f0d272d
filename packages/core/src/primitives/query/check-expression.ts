import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import {
  AggregateOperator,
  type AggregateExpression,
  HistogramFunction,
  type HistogramExpression,
  type QueryExpression,
  WindowFunction,
  type WindowExpression,
} from '../../interfaces/query-expression.ts';

/** Window functions that give histograms for histograms. The others see the number of observations. */
const HISTOGRAM_WINDOWS: ReadonlySet<WindowFunction> = new Set([
  WindowFunction.RATE,
  WindowFunction.INCREASE,
  WindowFunction.IRATE,
  WindowFunction.DELTA,
  WindowFunction.IDELTA,
  WindowFunction.AVG,
  WindowFunction.SUM,
  WindowFunction.LAST,
]);

/** Whether a window function gives histograms for histograms. */
export function keepsHistograms(fn: WindowFunction): boolean {
  return HISTOGRAM_WINDOWS.has(fn);
}

/**
 * Refuses an expression that has no meaning: a window without length, a parameter that is missing or out of range, both `by` and
 * `without`, a histogram function of what is no histogram.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` with the offending value and what to do.
 */
export function checkExpression(expression: QueryExpression): void {
  switch (expression.kind) {
    case 'number':
      break;
    case 'select':
      checkSelector(expression.selector.metric);
      checkOffset(expression.offsetMs);
      break;
    case 'window':
      checkWindow(expression);
      break;
    case 'histogram':
      checkHistogram(expression);
      break;
    case 'aggregate':
      checkAggregate(expression);
      checkExpression(expression.of);
      break;
    case 'binary':
      checkExpression(expression.left);
      checkExpression(expression.right);
      break;
  }
}

function checkWindow({ fn, selector, windowMs, offsetMs, parameter }: WindowExpression): void {
  checkSelector(selector.metric);
  checkOffset(offsetMs);
  if (!(Number.isSafeInteger(windowMs) && windowMs > 0)) {
    throw invalid(`The window of ${fn} is ${windowMs} ms long`, 'Use whole milliseconds above 0');
  }
  if (fn === WindowFunction.QUANTILE) checkQuantile(fn, parameter);
  if (fn === WindowFunction.PREDICT_LINEAR && !Number.isFinite(parameter)) {
    throw invalid(`The parameter of ${fn} is ${parameter}`, 'Give the seconds to look ahead');
  }
}

function checkHistogram({ fn, of, parameter }: HistogramExpression): void {
  checkExpression(of);
  checkIsHistogram(fn, of);
  if (fn === HistogramFunction.QUANTILE) checkQuantile(`histogram ${fn}`, parameter);
  if (fn === HistogramFunction.FRACTION_ABOVE && (parameter === undefined || Number.isNaN(parameter))) {
    throw invalid(
      `The parameter of histogram ${fn} is ${parameter}`,
      'Give the value that observations are compared with',
    );
  }
}

/** Only the series of a metric, their increases, and sums and means of these are histograms. */
function checkIsHistogram(fn: HistogramFunction, of: QueryExpression): void {
  if (of.kind === 'select') return;
  if (of.kind === 'window' && keepsHistograms(of.fn)) return;
  if (of.kind === 'aggregate' && (of.op === AggregateOperator.SUM || of.op === AggregateOperator.AVG)) {
    checkIsHistogram(fn, of.of);
    return;
  }
  const what = of.kind === 'window' ? of.fn : of.kind === 'aggregate' ? of.op : `a ${of.kind} expression`;
  throw invalid(
    `The histogram function "${fn}" is applied to ${what}, which gives numbers`,
    'Apply it to a metric, its rate or increase, or the sum of these, and do the rest with its result',
  );
}

function checkAggregate({ op, by, without, parameter }: AggregateExpression): void {
  if (by !== undefined && without !== undefined) {
    throw invalid(`${op} has both "by" (${by.join(', ')}) and "without" (${without.join(', ')})`, 'Keep one of them');
  }
  if (op === AggregateOperator.QUANTILE) checkQuantile(op, parameter);
  if (
    (op === AggregateOperator.TOPK || op === AggregateOperator.BOTTOMK) &&
    !(Number.isInteger(parameter) && Number(parameter) > 0)
  ) {
    throw invalid(`The parameter of ${op} is ${parameter}`, 'Give the number of series to keep, at least 1');
  }
}

function checkQuantile(what: string, parameter: number | undefined): void {
  if (parameter === undefined || !(parameter >= 0 && parameter <= 1)) {
    throw invalid(`The parameter of ${what} is ${parameter}`, 'Give a quantile from 0 to 1, such as 0.95');
  }
}

function checkSelector(metric: string): void {
  if (metric === '') throw invalid('A query has no metric name', 'Give one');
}

function checkOffset(offsetMs: number | undefined): void {
  if (offsetMs !== undefined && !Number.isSafeInteger(offsetMs)) {
    throw invalid(`An offset is ${offsetMs} ms`, 'Use whole milliseconds');
  }
}

function invalid(what: string, remedy: string): MetricsError {
  return new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `${what}. ${remedy}.`);
}
