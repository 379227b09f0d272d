import { GaugeAggregation } from '../interfaces/gauge-aggregation.ts';
import type { MetricDefinition, NativeHistogramOptions } from '../interfaces/metric-definition.ts';
import { MetricType } from '../interfaces/metric-type.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { labelPlan, type LabelPlan } from './label-plan.ts';
import { checkMetricName, checkStateLabel, quote } from './metric-names.ts';

/** A definition with every default filled in and every rule checked. */
export interface ResolvedDefinition {
  /** What the user wrote, copied and frozen, with `type` and the type's defaults filled in. */
  readonly definition: MetricDefinition;
  readonly name: string;
  readonly type: MetricType;
  readonly description: string;
  readonly unit: string;
  readonly labels: LabelPlan;
  readonly maxSeries: number;
  /** `Infinity` when series stay. */
  readonly ttlMs: number;
  readonly buckets: readonly number[];
  readonly native: Required<NativeHistogramOptions> | undefined;
  readonly quantiles: readonly number[];
  readonly maxAgeMs: number;
  readonly ageBuckets: number;
  readonly states: readonly string[];
  readonly aggregation: GaugeAggregation;
  readonly sampleEvery: number;
  readonly collectTimeoutMs: number;
}

/** Fields that only some types have. */
const FIELDS_OF_TYPE: Readonly<Record<string, readonly MetricType[]>> = {
  buckets: [MetricType.HISTOGRAM],
  native: [MetricType.HISTOGRAM],
  quantiles: [MetricType.SUMMARY],
  maxAgeMs: [MetricType.SUMMARY],
  ageBuckets: [MetricType.SUMMARY],
  states: [MetricType.STATE_SET],
  aggregation: [MetricType.GAUGE],
  collect: [MetricType.COUNTER, MetricType.GAUGE],
  collectTimeoutMs: [MetricType.COUNTER, MetricType.GAUGE],
  sampleEvery: [MetricType.COUNTER, MetricType.HISTOGRAM, MetricType.SUMMARY],
  exemplars: [MetricType.COUNTER, MetricType.HISTOGRAM],
};

const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const DEFAULT_QUANTILES = [0.5, 0.9, 0.95, 0.99];
const TYPES: readonly string[] = Object.values(MetricType);
const AGGREGATIONS: readonly string[] = Object.values(GaugeAggregation);

/**
 * Checks a definition and fills in its defaults.
 *
 * @param given - As the user wrote it.
 * @param seriesPerMetric - Default of `maxSeries`.
 * @throws MetricsError `METRICS_ERR_DEFINITION_INVALID`, naming the field, the value and the remedy.
 */
export function resolveDefinition(given: MetricDefinition, seriesPerMetric: number): ResolvedDefinition {
  checkMetricName(given.name);
  const check = new DefinitionCheck(given);
  check.type();
  check.fieldsFitType();
  check.positive('maxSeries', given.maxSeries, Number.isInteger);
  check.positive('ttlMs', given.ttlMs, Number.isFinite);
  check.positive('maxAgeMs', given.maxAgeMs, Number.isFinite);
  check.positive('ageBuckets', given.ageBuckets, Number.isInteger);
  check.positive('sampleEvery', given.sampleEvery, Number.isInteger);
  check.positive('collectTimeoutMs', given.collectTimeoutMs, Number.isFinite);
  const isHistogram = given.type === MetricType.HISTOGRAM;
  const isSummary = given.type === MetricType.SUMMARY;
  const buckets = isHistogram ? check.buckets(given.buckets ?? DEFAULT_BUCKETS) : [];
  const native = nativeOptions(given, check);
  const quantiles = isSummary ? check.quantiles(given.quantiles ?? DEFAULT_QUANTILES) : [];
  const states = given.type === MetricType.STATE_SET ? check.states(given.states ?? []) : [];
  const labels = labelPlan(given, given.type);
  if (given.type === MetricType.STATE_SET) checkStateLabel(given.name, labels.names);
  const definition: MetricDefinition = Object.freeze({
    ...given,
    ...(isHistogram && { buckets }),
    ...(isSummary && { quantiles }),
  });
  return {
    definition,
    name: given.name,
    type: given.type,
    description: check.description(),
    unit: check.unit(),
    labels,
    maxSeries: given.maxSeries ?? seriesPerMetric,
    ttlMs: given.ttlMs ?? Infinity,
    buckets,
    native,
    quantiles,
    maxAgeMs: given.maxAgeMs ?? 600_000,
    ageBuckets: given.ageBuckets ?? 5,
    states,
    aggregation: check.aggregation(given.aggregation ?? GaugeAggregation.LIVE_SUM),
    sampleEvery: given.sampleEvery ?? 1,
    collectTimeoutMs: given.collectTimeoutMs ?? 5000,
  };
}

/** Whether two definitions describe the same metric; limits and descriptions may differ. */
export function sameShape(a: ResolvedDefinition, b: ResolvedDefinition): boolean {
  return shapeOf(a) === shapeOf(b);
}

function shapeOf({ type, unit, labels, buckets, native, quantiles, states }: ResolvedDefinition): string {
  return JSON.stringify([type, unit, labels.names, buckets, native ?? null, quantiles, states]);
}

function nativeOptions(given: MetricDefinition, check: DefinitionCheck): Required<NativeHistogramOptions> | undefined {
  if (given.native === undefined || given.native === false) {
    if (given.buckets?.length === 0) check.fail('buckets', given.buckets, 'list at least one bound, or set `native`');
    return undefined;
  }
  const options = given.native === true ? {} : given.native;
  const native = { schema: 5, maxBuckets: 160, zeroThreshold: 2 ** -128, ...options };
  if (!Number.isInteger(native.schema) || native.schema < -4 || native.schema > 8) {
    check.fail('native.schema', native.schema, 'use an integer from -4 to 8');
  }
  if (!Number.isInteger(native.maxBuckets) || native.maxBuckets < 8) {
    check.fail('native.maxBuckets', native.maxBuckets, 'use an integer of at least 8');
  }
  if (!(native.zeroThreshold >= 0) || native.zeroThreshold === Infinity) {
    check.fail('native.zeroThreshold', native.zeroThreshold, 'use a finite number of at least 0');
  }
  return native;
}

/** The rules of single fields; each failure names field, value and remedy. */
class DefinitionCheck {
  readonly #given: MetricDefinition;

  constructor(given: MetricDefinition) {
    this.#given = given;
  }

  fail(field: string, value: unknown, remedy: string): never {
    const shown = Array.isArray(value) ? `[${value.map(String).join(', ')}]` : quote(value);
    throw new MetricsError(
      MetricsErrorCode.DEFINITION_INVALID,
      `Definition of ${this.#given.name}: ${field} is ${shown}; ${remedy}.`,
    );
  }

  type(): void {
    if (!TYPES.includes(this.#given.type)) this.fail('type', this.#given.type, `use one of ${TYPES.join(', ')}`);
  }

  aggregation(aggregation: GaugeAggregation): GaugeAggregation {
    if (!AGGREGATIONS.includes(aggregation)) {
      this.fail('aggregation', aggregation, `use one of ${AGGREGATIONS.join(', ')}`);
    }
    return aggregation;
  }

  fieldsFitType(): void {
    for (const [field, types] of Object.entries(FIELDS_OF_TYPE)) {
      const value: unknown = this.#given[field as keyof MetricDefinition];
      if (value !== undefined && !types.includes(this.#given.type)) {
        this.fail(field, value, `a ${this.#given.type} has no such field, leave it out`);
      }
    }
  }

  description(): string {
    const { description } = this.#given;
    if (typeof description !== 'string' || description.trim() === '') {
      this.fail('description', description, 'say in one sentence what the metric counts');
    }
    return description;
  }

  unit(): string {
    const { unit } = this.#given;
    if (unit === undefined) return '';
    if (!/^[a-zA-Z0-9_]*$/.test(unit)) this.fail('unit', unit, 'use letters, digits and "_", such as "seconds"');
    return unit;
  }

  positive(field: string, value: number | undefined, isValid: (value: number) => boolean): void {
    if (value === undefined || (isValid(value) && value > 0)) return;
    this.fail(field, value, isValid === Number.isInteger ? 'use an integer above 0' : 'use a finite number above 0');
  }

  buckets(bounds: readonly number[]): readonly number[] {
    const withoutInf = bounds.at(-1) === Infinity ? bounds.slice(0, -1) : bounds;
    const ascending = withoutInf.every(
      (bound, at) => Number.isFinite(bound) && (at === 0 || bound > (withoutInf[at - 1] ?? -Infinity)),
    );
    if (!ascending) this.fail('buckets', bounds, 'list finite upper bounds in strictly ascending order');
    return Object.freeze([...withoutInf]);
  }

  quantiles(quantiles: readonly number[]): readonly number[] {
    const valid = quantiles.every((q, at) => q >= 0 && q <= 1 && (at === 0 || q > (quantiles[at - 1] ?? -1)));
    if (!valid) this.fail('quantiles', quantiles, 'list numbers from 0 to 1 in strictly ascending order');
    return Object.freeze([...quantiles]);
  }

  states(states: readonly string[]): readonly string[] {
    const valid = states.length > 0 && new Set(states).size === states.length && !states.includes('');
    if (!valid) this.fail('states', states, 'list at least one state, each once, none empty');
    return Object.freeze([...states]);
  }
}
