import type { MetricFamily } from '../interfaces/metric-family.ts';
import type { MergeRules, SourceFamily } from '../metrics/source-family.ts';

/** What does not change about a metric, in a form that JSON carries. */
export interface MetricHead extends Pick<
  MetricFamily,
  'name' | 'type' | 'description' | 'unit' | 'labelNames' | 'constantLabels' | 'upperBounds' | 'quantiles' | 'width'
> {
  /** `ttlMs` is null where it is `Infinity`. */
  readonly rules: Omit<MergeRules, 'ttlMs'> & { readonly ttlMs: number | null };
}

/** The head of a family. */
export function headOf({ family, rules }: SourceFamily): MetricHead {
  const { name, type, description, unit, labelNames, constantLabels, upperBounds, quantiles, width } = family;
  const ttlMs = Number.isFinite(rules.ttlMs) ? rules.ttlMs : null;
  return {
    name,
    type,
    description,
    unit,
    labelNames,
    constantLabels,
    upperBounds,
    quantiles,
    width,
    rules: { ...rules, ttlMs },
  };
}

/** The family of a head, with what changes. */
export function familyOf(
  { name, type, description, unit, labelNames, constantLabels, upperBounds, quantiles, width }: MetricHead,
  state: Pick<MetricFamily, 'labelValues' | 'blocks' | 'identity' | 'epoch'>,
): MetricFamily {
  return {
    name,
    type,
    description,
    unit,
    labelNames,
    constantLabels,
    upperBounds,
    quantiles,
    width,
    ...state,
  };
}

/** The rules of a head. */
export function rulesOf({ rules }: MetricHead): MergeRules {
  return { ...rules, native: rules.native, ttlMs: rules.ttlMs ?? Infinity };
}
