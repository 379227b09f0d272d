import { MetricType } from '../interfaces/metric-type.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Label names that a type of metric uses for itself. */
const RESERVED_LABELS: Readonly<Partial<Record<MetricType, string>>> = { histogram: 'le', summary: 'quantile' };

/**
 * Suffixes that formats append to the name of a type (without its own suffix), so that no other metric may have the
 * result as its name. The empty suffix stands for the family name of OpenMetrics.
 */
const DERIVED_SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['', '_total', '_created'],
  gauge: [''],
  histogram: ['', '_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['', '_info'],
  stateset: [''],
};

/** Suffix that the name of a type may have of its own. */
const OWN_SUFFIX: Readonly<Partial<Record<MetricType, string>>> = { counter: '_total', info: '_info' };

/** Throws unless the name can be exposed as it is. */
export function checkMetricName(name: unknown): asserts name is string {
  if (typeof name === 'string' && METRIC_NAME.test(name)) return;
  throw new MetricsError(
    MetricsErrorCode.DEFINITION_INVALID,
    `Metric name ${quote(name)} is not valid: use letters, digits, "_" and ":", and do not begin with a digit.`,
  );
}

/** Throws unless a metric of that type can have the label. */
export function checkLabelName(metric: string, type: MetricType | undefined, label: unknown): asserts label is string {
  const fault = labelNameFault(type, label);
  if (fault === undefined) return;
  throw new MetricsError(
    MetricsErrorCode.DEFINITION_INVALID,
    `Label name ${quote(label)} of ${metric} is not valid: ${fault}.`,
  );
}

/** Throws unless a state set can have a label of its own name, by which the formats tell its states apart. */
export function checkStateLabel(name: string, labelNames: readonly string[]): void {
  const isTaken = labelNames.includes(name);
  const fault = isTaken ? 'it has another label of that name' : labelNameFault(MetricType.STATE_SET, name);
  if (fault === undefined) return;
  throw new MetricsError(
    MetricsErrorCode.DEFINITION_INVALID,
    `State set ${name} needs a label of its own name for its states, and cannot have it: ${fault}.`,
  );
}

/** All names under which a metric or its samples appear in some format. */
export function sampleNames(name: string, type: MetricType): readonly string[] {
  const own = OWN_SUFFIX[type];
  const base = own !== undefined && name.endsWith(own) ? name.slice(0, -own.length) : name;
  return DERIVED_SUFFIXES[type].map((suffix) => base + suffix);
}

/** A value as it is shown in an error message. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
}

function labelNameFault(type: MetricType | undefined, label: unknown): string | undefined {
  if (typeof label !== 'string' || !LABEL_NAME.test(label)) {
    return 'use letters, digits and "_", and do not begin with a digit';
  }
  if (label.startsWith('__')) return 'names that begin with "__" are reserved for monitoring systems';
  if (type !== undefined && RESERVED_LABELS[type] === label) return `a ${type} uses this name for itself`;
  return undefined;
}
