import {
  AggregateOperator,
  HistogramFunction,
  type HistoryQuery,
  type LabelMatcher,
  MetricsError,
  MetricsErrorCode,
  type QueryExpression,
  type SeriesSelector,
  WindowFunction,
} from '@bduf/metrics-core/interfaces';
import { compileMatchers } from '@bduf/metrics-core/primitives';
import type { LabelRedactor } from './label-redactor.ts';

/** Questions in one request at most. */
const MAX_QUERIES = 40;
const MAX_POINTS = 2000;
const MAX_DEPTH = 16;
const MAX_SPAN_MS = 32 * 24 * 3_600_000;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads questions out of JSON that anybody may have written. Nothing that was not checked is passed on.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` that names the place and the value that is wrong.
 */
export function parseQueries(body: unknown, redactor: LabelRedactor): HistoryQuery[] {
  const queries = isObject(body) ? body['queries'] : undefined;
  if (!Array.isArray(queries) || queries.length === 0 || queries.length > MAX_QUERIES) {
    throw invalid('queries', `must be a list of 1 to ${MAX_QUERIES} questions`, undefined);
  }
  return queries.map((query: unknown, index) => parseQuery(query, `queries[${index}]`, redactor));
}

function parseQuery(query: unknown, at: string, redactor: LabelRedactor): HistoryQuery {
  const json = objectAt(query, at);
  const startMs = numberAt(json['startMs'], `${at}.startMs`, 0, Number.MAX_SAFE_INTEGER);
  const endMs = numberAt(json['endMs'], `${at}.endMs`, startMs, startMs + MAX_SPAN_MS);
  const stepMs = numberAt(json['stepMs'], `${at}.stepMs`, endMs === startMs ? 0 : 1, MAX_SPAN_MS);
  if (stepMs > 0 && (endMs - startMs) / stepMs > MAX_POINTS) {
    throw invalid(`${at}.stepMs`, `must give at most ${MAX_POINTS} points`, stepMs);
  }
  const semantics =
    json['semantics'] === undefined
      ? 'exact'
      : oneOf(json['semantics'], ['exact', 'prometheus'] as const, `${at}.semantics`);
  return {
    expression: parseExpression(json['expression'], `${at}.expression`, redactor, 0),
    startMs,
    endMs,
    stepMs,
    semantics,
  };
}

function parseExpression(value: unknown, at: string, redactor: LabelRedactor, depth: number): QueryExpression {
  if (depth > MAX_DEPTH) throw invalid(at, `must not be nested deeper than ${MAX_DEPTH} levels`, undefined);
  const json = objectAt(value, at);
  const inner = (key: string) => parseExpression(json[key], `${at}.${key}`, redactor, depth + 1);
  const parameter = optional('parameter', json['parameter'], (given) =>
    numberAt(given, `${at}.parameter`, -1e15, 1e15),
  );
  const offsetMs = optional('offsetMs', json['offsetMs'], (given) => numberAt(given, `${at}.offsetMs`, 0, MAX_SPAN_MS));
  switch (json['kind']) {
    case 'number':
      return { kind: 'number', value: numberAt(json['value'], `${at}.value`, -Infinity, Infinity) };
    case 'select':
      return { kind: 'select', selector: parseSelector(json['selector'], `${at}.selector`, redactor), ...offsetMs };
    case 'window':
      return {
        kind: 'window',
        fn: oneOf(json['fn'], Object.values(WindowFunction), `${at}.fn`),
        selector: parseSelector(json['selector'], `${at}.selector`, redactor),
        windowMs: numberAt(json['windowMs'], `${at}.windowMs`, 1, MAX_SPAN_MS),
        ...offsetMs,
        ...parameter,
      };
    case 'histogram':
      return {
        kind: 'histogram',
        fn: oneOf(json['fn'], Object.values(HistogramFunction), `${at}.fn`),
        of: inner('of'),
        ...parameter,
      };
    case 'aggregate':
      return {
        kind: 'aggregate',
        op: oneOf(json['op'], Object.values(AggregateOperator), `${at}.op`),
        of: inner('of'),
        ...optional('by', json['by'], (given) => namesAt(given, `${at}.by`)),
        ...optional('without', json['without'], (given) => namesAt(given, `${at}.without`)),
        ...parameter,
      };
    case 'binary':
      return {
        kind: 'binary',
        op: oneOf(json['op'], ['+', '-', '*', '/'] as const, `${at}.op`),
        left: inner('left'),
        right: inner('right'),
        ...optional('missingLeft', json['missingLeft'], (given) => numberAt(given, `${at}.missingLeft`, -1e15, 1e15)),
      };
    default:
      throw invalid(`${at}.kind`, 'must be number, select, window, histogram, aggregate or binary', json['kind']);
  }
}

function parseSelector(value: unknown, at: string, redactor: LabelRedactor): SeriesSelector {
  const json = objectAt(value, at);
  const metric = stringAt(json['metric'], `${at}.metric`);
  if (json['matchers'] === undefined) return { metric };
  return { metric, matchers: parseMatchers(json['matchers'], `${at}.matchers`, redactor) };
}

/**
 * Reads label matchers; those of hidden labels are refused, since asking again and again would tell the value.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`.
 */
export function parseMatchers(value: unknown, at: string, redactor: LabelRedactor): LabelMatcher[] {
  if (!Array.isArray(value) || value.length > 50) throw invalid(at, 'must be a list of at most 50 matchers', undefined);
  const matchers = value.map((entry: unknown, index): LabelMatcher => {
    const json = objectAt(entry, `${at}[${index}]`);
    const name = stringAt(json['name'], `${at}[${index}].name`);
    if (redactor.hides(name)) throw invalid(`${at}[${index}].name`, 'is a label that is not shown here', name);
    const op = oneOf(json['op'], ['=', '!=', '=~', '!~'] as const, `${at}[${index}].op`);
    const text = typeof json['value'] === 'string' && json['value'].length <= 1000 ? json['value'] : undefined;
    if (text === undefined)
      throw invalid(`${at}[${index}].value`, 'must be a string of at most 1000 characters', undefined);
    return { name, op, value: text };
  });
  // A pattern that nobody can use is refused before it is asked or kept.
  compileMatchers(matchers);
  return matchers;
}

function optional<Key extends string, Value>(
  key: Key,
  given: unknown,
  parse: (given: unknown) => Value,
): { [K in Key]?: Value } {
  // A computed key of a generic name is typed as an index signature; the shape is that of the return type.
  return (given === undefined || given === null ? {} : { [key]: parse(given) }) as { [K in Key]?: Value };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or an error that names the place. */
export function objectAt(value: unknown, at: string): Json {
  if (!isObject(value)) throw invalid(at, 'must be an object', value);
  return value;
}

/** The value as a string that is not empty, or an error that names the place. */
export function stringAt(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 2000) {
    throw invalid(at, 'must be a string of 1 to 2000 characters', value);
  }
  return value;
}

/** The value as a number within limits, or an error that names the place. */
export function numberAt(value: unknown, at: string, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw invalid(at, `must be a number from ${min} to ${max}`, value);
  }
  return value;
}

function namesAt(value: unknown, at: string): string[] {
  if (!Array.isArray(value) || value.length > 20)
    throw invalid(at, 'must be a list of at most 20 label names', undefined);
  return value.map((name: unknown, index) => stringAt(name, `${at}[${index}]`));
}

function oneOf<Value extends string>(value: unknown, allowed: readonly Value[], at: string): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw invalid(at, `must be one of ${allowed.join(', ')}`, value);
  return found;
}

function invalid(at: string, remedy: string, value: unknown): MetricsError {
  const shown = value === undefined ? '' : `; it is ${JSON.stringify(value).slice(0, 80)}`;
  return new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `${at} ${remedy}${shown}.`);
}
