import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import { type MetricDefinition, MetricsError, type MetricFamily } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';

/** Names that collide with what formats derive from each other. */
const CLASHING_NAMES = [
  'a',
  'a_total',
  'a_created',
  'a_info',
  'a_count',
  'a_sum',
  'a_bucket',
  'a_count_total',
  'a_total_total',
  '_total',
  ':',
  'A:b',
];
const LABEL_NAMES = ['le', 'quantile', 'a', 'A', '_x', 'b9', 'time', 'value', 'instance_', 'a_total'];
const TEXTS = [
  '',
  ' ',
  '"',
  '\\',
  'ends in \\',
  '\\n',
  '\n',
  '\r',
  '\0',
  '{}',
  ',',
  '=',
  '# EOF\n',
  'x"} 1\nevil{a="',
  '😀',
  '\u2028',
  '\uFEFF',
];

const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 8 }),
);
const name = fc.oneof(fc.constantFrom(...CLASHING_NAMES), fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/));
const labelName = fc.oneof(fc.constantFrom(...LABEL_NAMES), fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,5}$/));
const number = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.1, 1e-7, 1e21, 2 ** 53, Number.MAX_VALUE, 5e-324, -1.5),
);
const anyNumber = fc.oneof(number, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));

/** One metric, and what is recorded on it. */
interface RandomMetric {
  readonly type: MetricDefinition['type'];
  readonly name: string;
  readonly description: string;
  readonly unit: string | undefined;
  readonly labels: readonly string[];
  readonly buckets: readonly number[];
  readonly states: readonly string[];
  readonly records: readonly { readonly values: readonly string[]; readonly number: number }[];
}

const metric: fc.Arbitrary<RandomMetric> = fc.record({
  type: fc.constantFrom('counter', 'gauge', 'histogram', 'summary', 'info', 'stateset'),
  name,
  description: text,
  unit: fc.constantFrom(undefined, 'seconds', 'total', 'b'),
  labels: fc.uniqueArray(labelName, { maxLength: 3 }),
  buckets: fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { maxLength: 4 }),
  states: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
  records: fc.array(fc.record({ values: fc.array(text, { minLength: 3, maxLength: 3 }), number: anyNumber }), {
    maxLength: 6,
  }),
});

/** Metrics with hostile names, labels and values, as a collector accepts them. */
export const registry: fc.Arbitrary<readonly RandomMetric[]> = fc.array(metric, { minLength: 1, maxLength: 5 });

/** Defines and records everything, except what the collector refuses to define, and reads it. */
export function readRegistry(metrics: readonly RandomMetric[]): readonly MetricFamily[] {
  const collector = new MetricsCollector({ clock: new ManualClock(), onError: () => undefined });
  for (const one of metrics) {
    try {
      collector.registerMetric(definitionOf(one));
    } catch (error) {
      if (MetricsError.isInstance(error)) continue;
      throw error;
    }
    for (const { values, number: value } of one.records) record(collector, one, values, value);
  }
  return collector.gatherSync().filter((family) => !family.name.startsWith('metrics_'));
}

function definitionOf({
  type,
  name: metricName,
  description,
  labels,
  unit,
  buckets,
  states,
}: RandomMetric): MetricDefinition {
  return {
    type,
    name: nameOf(type, metricName),
    description: description || 'x',
    labels: labelsOf(type, metricName, labels),
    ...(unit === undefined || type === 'info' || type === 'stateset' ? {} : { unit }),
    ...(type === 'histogram' ? { buckets: buckets.map((bound) => bound + 0).toSorted((a, b) => a - b) } : {}),
    ...(type === 'stateset' ? { states } : {}),
  };
}

/** The name of an info metric ends in `_info`; that of a state set is a label, too, which has no colon. */
function nameOf(type: MetricDefinition['type'], given: string): string {
  if (type === 'stateset') return given.replaceAll(':', '_');
  return type === 'info' && !given.endsWith('_info') ? `${given}_info` : given;
}

/** A state set uses its name as a label. */
function labelsOf(type: MetricDefinition['type'], given: string, labels: readonly string[]): readonly string[] {
  return type === 'stateset' ? labels.filter((label) => label !== nameOf(type, given)) : labels;
}

function record(collector: MetricsCollector, one: RandomMetric, values: readonly string[], value: number): void {
  const labels = Object.fromEntries(
    labelsOf(one.type, one.name, one.labels).map((label, at) => [label, values[at] ?? '']),
  );
  const metricOf = collector.getMetric(definitionOf(one).name);
  if (one.type === 'counter') collector.increment(one.name, labels, value);
  else if (one.type === 'gauge') collector.set(one.name, value, labels);
  else if (one.type === 'histogram' || one.type === 'summary') collector.observe(one.name, value, labels);
  // Facts and states have no operation by name.
  else if (one.type === 'info') (metricOf as unknown as { set: (labels: object) => void }).set(labels);
  else
    (metricOf as unknown as { set: (...args: unknown[]) => void }).set(
      ...(Object.keys(labels).length > 0 ? [labels] : []),
      one.states[0],
    );
}

/** A sample that a format should show. */
export interface ExpectedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples of the Prometheus text formats, made from the columns by the words of their documentation. */
export function expectedSamples(
  families: readonly MetricFamily[],
  bound: (value: number) => string,
): readonly ExpectedSample[] {
  return families.flatMap((family) =>
    family.blocks.flatMap((block) =>
      Array.from({ length: block.rowCount }, (_, row) => row)
        .filter((row) => block.hidden?.[row] !== 1)
        .flatMap((row) => {
          const labels = Object.fromEntries(
            family.labelNames.map((label, k) => {
              const id = block.labelIds[row * family.labelNames.length + k] ?? 0;
              return [label, family.labelValues[k]?.[id] ?? ''];
            }),
          );
          const numbers = [...block.values.subarray(row * family.width, (row + 1) * family.width)];
          return samplesOfSeries(family, labels, numbers, bound);
        }),
    ),
  );
}

function samplesOfSeries(
  { name: metricName, type, upperBounds, quantiles }: MetricFamily,
  labels: Readonly<Record<string, string>>,
  numbers: readonly number[],
  bound: (value: number) => string,
): readonly ExpectedSample[] {
  const sample = (suffix: string, value: number, extra = {}) => ({
    name: metricName + suffix,
    labels: { ...labels, ...extra },
    value: value + 0,
  });
  if (type === 'histogram') {
    const counts = numbers.slice(0, -1);
    const cumulative = counts.map((_, at) => counts.slice(0, at + 1).reduce((sum, count) => sum + count, 0));
    return [
      ...cumulative.map((count, at) =>
        sample('_bucket', count, { le: bound(upperBounds[at] ?? Number.POSITIVE_INFINITY) }),
      ),
      sample('_sum', numbers.at(-1) ?? 0),
      sample('_count', cumulative.at(-1) ?? 0),
    ];
  }
  if (type === 'summary') {
    return [
      ...quantiles.map((quantile, at) => sample('', numbers[at] ?? 0, { quantile: bound(quantile) })),
      sample('_sum', numbers.at(-2) ?? 0),
      sample('_count', numbers.at(-1) ?? 0),
    ];
  }
  return [sample('', numbers[0] ?? 0)];
}
