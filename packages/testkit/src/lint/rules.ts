import type { LabelSchema, LabelSpec, MetricDefinition } from '@bduf/metrics-core/interfaces';

/** One rule: what is wrong with a definition, or `undefined`. */
export interface LintRule {
  readonly name: string;
  readonly check: (definition: MetricDefinition, maxSeries: number) => string | undefined;
}

/** Units and the base unit to use instead. */
const BASE_UNITS: Readonly<Record<string, string>> = {
  nanoseconds: 'seconds',
  microseconds: 'seconds',
  milliseconds: 'seconds',
  minutes: 'seconds',
  hours: 'seconds',
  days: 'seconds',
  weeks: 'seconds',
  kilobytes: 'bytes',
  megabytes: 'bytes',
  gigabytes: 'bytes',
  bits: 'bytes',
  percent: 'ratio',
  fahrenheit: 'celsius',
  kelvin: 'celsius',
  grams: 'kilograms',
  kilometers: 'meters',
  millimeters: 'meters',
  millivolts: 'volts',
  calories: 'joules',
};

const TYPE_WORDS = /_(?:counter|gauge|histogram|summary)(?:_|$)/;

/** All rules; each says one thing. */
export const RULES: readonly LintRule[] = [
  {
    name: 'snake-case',
    check: ({ name }) =>
      /^[a-z][a-z0-9_]*$/.test(name) && !name.includes('__') ? undefined : 'write the name in snake_case',
  },
  {
    name: 'counter-total',
    check: ({ name, type }) =>
      type === 'counter' && !name.endsWith('_total') ? 'end the name of a counter in _total' : undefined,
  },
  {
    name: 'total-counter',
    check: ({ name, type }) =>
      type !== 'counter' && name.endsWith('_total') ? `only counters end in _total; this is a ${type}` : undefined,
  },
  {
    name: 'reserved-suffix',
    check: ({ name, type }) =>
      /_(?:bucket|sum|count|created)$/.test(name) || (type !== 'info' && name.endsWith('_info'))
        ? 'formats append this suffix themselves; choose another name'
        : undefined,
  },
  {
    name: 'base-unit',
    check: ({ name, unit }) => {
      const found = Object.keys(BASE_UNITS).find((each) => unit === each || name.split('_').includes(each));
      return found === undefined ? undefined : `measure in ${BASE_UNITS[found] ?? ''} instead of ${found}`;
    },
  },
  {
    name: 'unit-suffix',
    check: ({ name, unit }) => {
      if (unit === undefined || unit === '' || name.replace(/_total$/, '').endsWith(`_${unit}`)) return undefined;
      return `end the name in its unit, _${unit}`;
    },
  },
  {
    name: 'type-in-name',
    check: ({ name }) => (TYPE_WORDS.test(name) ? 'leave the type out of the name' : undefined),
  },
  {
    name: 'description',
    check: ({ description, name }) =>
      description.trim().toLowerCase() === name.replaceAll('_', ' ')
        ? 'say in the description what the name does not'
        : undefined,
  },
  {
    name: 'label-snake-case',
    check: ({ labels }) => {
      const odd = labelEntries(labels).find(([label]) => !/^[a-z][a-z0-9_]*$/.test(label));
      return odd === undefined ? undefined : `write the label ${odd[0]} in snake_case`;
    },
  },
  {
    name: 'label-in-name',
    check: ({ name, labels }) => {
      const repeated = labelEntries(labels).find(([label]) => name.split('_by_').slice(1).includes(label));
      return repeated === undefined ? undefined : `the label ${repeated[0]} is part of the name; leave it out there`;
    },
  },
  {
    name: 'series-bound',
    check: ({ labels, maxSeries: own }, maxSeries) => {
      const bound = Math.min(own ?? Infinity, seriesOfClosedLabels(labels));
      return Number.isFinite(bound) && bound > maxSeries
        ? `it may have ${bound} series, more than ${maxSeries}`
        : undefined;
    },
  },
];

function labelEntries(labels: LabelSchema | undefined): readonly (readonly [string, LabelSpec])[] {
  // `isArray` does not narrow a readonly array; the schema is either the list or the record.
  if (Array.isArray(labels)) return (labels as readonly string[]).map((name) => [name, 'string']);
  return Object.entries((labels ?? {}) as Readonly<Record<string, LabelSpec>>);
}

function seriesOfClosedLabels(labels: LabelSchema | undefined): number {
  return labelEntries(labels).reduce(
    (product, [, spec]) => product * (Array.isArray(spec) ? spec.length : Infinity),
    1,
  );
}
