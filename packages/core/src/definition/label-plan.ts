import type { LabelSchema, LabelSpec, LabelValue } from '../interfaces/label-set.ts';
import type { MetricDefinitionBase } from '../interfaces/metric-definition.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { checkLabelName, quote } from './metric-names.ts';

/** The labels of one metric, validated. */
export interface LabelPlan {
  /** Names in the order of the definition. */
  readonly names: readonly string[];
  /** For each label the texts of its closed list, or `undefined` when it is open. */
  readonly allowed: readonly (ReadonlySet<string> | undefined)[];
  /** For each label whether it may be left out. */
  readonly optional: readonly boolean[];
  /** For each label the most distinct values, `Infinity` when unbounded. */
  readonly maxValues: readonly number[];
}

/** Builds the plan of a definition. Throws `METRICS_ERR_DEFINITION_INVALID` with the label's name. */
export function labelPlan(definition: MetricDefinitionBase, type: MetricType): LabelPlan {
  const specs = labelSpecs(definition.labels ?? []);
  const names = specs.map(([name]) => name);
  for (const name of names) checkLabelName(definition.name, type, name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) invalid(definition.name, `label ${quote(repeated)} is listed twice; list it once`);
  return {
    names,
    allowed: specs.map(([name, spec]) => allowedTexts(definition.name, name, spec)),
    optional: specs.map(([, spec]) => spec === 'scope'),
    maxValues: names.map((name) => maxValuesOf(definition, name)),
  };
}

/** Number of series that a plan of closed lists can have, or `undefined` when a label is open. */
export function seriesUpperBound(plan: LabelPlan): number | undefined {
  let bound = 1;
  for (const allowed of plan.allowed) {
    if (allowed === undefined) return undefined;
    bound *= allowed.size;
  }
  return bound;
}

function labelSpecs(schema: LabelSchema): readonly (readonly [string, LabelSpec])[] {
  // `isArray` does not narrow a readonly array; the schema is either the list or the record.
  if (Array.isArray(schema)) return (schema as readonly string[]).map((name) => [name, 'string']);
  return Object.entries(schema as Readonly<Record<string, LabelSpec>>);
}

function allowedTexts(metric: string, label: string, spec: LabelSpec): ReadonlySet<string> | undefined {
  if (spec === 'boolean' || spec === Boolean) return new Set(['true', 'false']);
  if (!Array.isArray(spec)) return undefined;
  if (spec.length === 0) {
    invalid(metric, `label "${label}" has an empty list of values; list at least one, or use 'string'`);
  }
  return new Set((spec as readonly LabelValue[]).map(String));
}

function maxValuesOf(definition: MetricDefinitionBase, label: string): number {
  const limit = definition.maxLabelValues;
  const max = typeof limit === 'number' ? limit : limit?.[label];
  if (max === undefined) return Infinity;
  if (!Number.isInteger(max) || max < 1) {
    invalid(definition.name, `maxLabelValues of "${label}" is ${max}; use an integer of at least 1`);
  }
  return max;
}

function invalid(metric: string, what: string): never {
  throw new MetricsError(MetricsErrorCode.DEFINITION_INVALID, `Definition of ${metric}: ${what}.`);
}
