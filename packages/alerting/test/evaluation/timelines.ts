import type { FamilyType, SampleReader, SampledSeries, SeriesSelector } from '@bduf/metrics-core/interfaces';
import type { AlertRule, AlertSignal } from '@bduf/metrics-alerting';
import { compileMatchers } from '@bduf/metrics-core/primitives';
import fc from 'fast-check';

/** Distance of samples and evaluations. Prometheus takes a value for valid for five times as long. */
export const STEP_MS = 60_000;
/** Samples of a series, and evaluations. */
export const STEPS = 30;

/** A value at a step: none, that the series ends, or a number. */
type Sample = number | '_' | 'stale';

/** A series as promtool writes it down. */
export interface TimelineSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** A rule, and what it sees. */
export interface Timeline {
  readonly rule: AlertRule;
  readonly type: FamilyType;
  readonly series: readonly TimelineSeries[];
}

const GAUGE_VALUES = [-Infinity, -3, 0, 5, 8, 9, 10, 11, 12, 20, 21, 100, Infinity];

/** Values that stay, flap, rise, vanish and come back. */
function gaugeSamples(values: readonly number[]): fc.Arbitrary<readonly Sample[]> {
  const value = fc.constantFrom(...values);
  const piece = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(value, fc.integer({ min: 1, max: 9 }))
        .map(([each, length]) => Array<Sample>(length).fill(each)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(value, value, fc.integer({ min: 1, max: 5 }))
        .map(([a, b, times]) => Array.from({ length: times }, () => [a, b]).flat()),
    },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 8 }).map((length) => Array<Sample>(length).fill('_')) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 0, max: 8 })
        .map((length): Sample[] => ['stale', ...Array<Sample>(length).fill('_')]),
    },
    { weight: 1, arbitrary: fc.constant<Sample[]>([0, 4, 8, 12, 16, 20]) },
  );
  return fc.array(piece, { minLength: 2, maxLength: 10 }).map((pieces) => cut(pieces.flat()));
}

/** Totals that grow, stand still, begin anew and vanish. */
const counterSamples: fc.Arbitrary<readonly Sample[]> = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(0, 0, 1, 3, 7, 20) },
      { weight: 1, arbitrary: fc.constant('reset' as const) },
      { weight: 1, arbitrary: fc.constant('_' as const) },
      { weight: 1, arbitrary: fc.constant('stale' as const) },
    ),
    { minLength: STEPS, maxLength: STEPS },
  )
  .map((steps) => {
    let total = 0;
    return steps.map((step): Sample => {
      if (typeof step === 'number') total += step;
      if (step === 'reset') total = 1;
      return step === '_' || step === 'stale' ? step : total;
    });
  });

function cut(samples: readonly Sample[]): readonly Sample[] {
  return Array.from({ length: STEPS }, (_, at) => samples[at] ?? '_');
}

const seconds = fc.constantFrom(0, 60, 61, 120, 150, 300, 600);
const life = fc.record({
  duration: seconds,
  keepFiringFor: seconds,
  labels: fc.constantFrom<Record<string, string>>({}, { team: 'x' }, { host: 'all' }, { host: '' }),
});

type Change = Partial<AlertRule>;

/** Thresholds on a gauge. */
const levels: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    condition: fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq', 'ne'),
    threshold: fc.constantFrom(9, 10, 20),
  }),
  fc.record({
    condition: fc.constantFrom('gt', 'gte'),
    threshold: fc.constant(10),
    recoveryThreshold: fc.constantFrom(5, 8, 10),
  }),
  fc.record({
    condition: fc.constantFrom('lt', 'lte'),
    threshold: fc.constant(8),
    recoveryThreshold: fc.constantFrom(8, 10, 20),
  }),
  fc.record({
    condition: fc.constantFrom('inside', 'outside'),
    threshold: fc.constant(8),
    upperThreshold: fc.constant(20),
  }),
  fc.record({
    condition: fc.constant('gt'),
    threshold: fc.constant(19.9),
    groupBy: fc.constant([]),
    groupWith: fc.constantFrom('sum', 'max', 'min', 'avg'),
  }),
  fc.record({ condition: fc.constant('absent'), matchers: fc.constant([{ name: 'host', op: '=', value: 'h0' }]) }),
);

/** Functions over windows of a gauge; thresholds that no value is equal to but for rounding. */
const windows: fc.Arbitrary<Change> = fc.record({
  condition: fc.constantFrom('gt', 'lt'),
  threshold: fc.constantFrom(0.0371, 10.37, 3.37),
  window: fc.constantFrom(120, 300, 600),
  signal: fc.constantFrom<AlertSignal>('avg', 'max', 'min', 'sum', 'changes', 'deriv', 'delta', {
    kind: 'quantile',
    q: 0.5,
  }),
});

/** Functions of a counter. */
const counts: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    condition: fc.constantFrom('gt', 'lt'),
    threshold: fc.constantFrom(3.37, 10.37, 20.37),
    window: fc.constantFrom(120, 300, 600),
    groupBy: fc.constantFrom([], ['host']),
  }),
  fc.record({
    condition: fc.constant('gt'),
    threshold: fc.constantFrom(0.0337, 0.1037),
    window: fc.constantFrom(120, 300),
    signal: fc.constant('rate'),
  }),
  fc.record({
    condition: fc.constantFrom('rate_increase', 'rate_decrease'),
    threshold: fc.constantFrom(33.7, 110.37),
    window: fc.constantFrom(120, 300),
    groupBy: fc.constant([]),
    requireFullWindow: fc.constant(false),
    minEvents: fc.constant(0),
  }),
);

function seriesOf(samples: fc.Arbitrary<readonly Sample[]>): fc.Arbitrary<readonly TimelineSeries[]> {
  return fc
    .array(samples, { minLength: 1, maxLength: 3 })
    .map((all) => all.map((each, index) => ({ labels: { host: `h${index}` }, samples: each })));
}

const cases = fc.oneof(
  // What is not a number differs from everything in PromQL, and is no data here.
  fc.record({ change: levels, type: fc.constant('gauge' as const) }).chain(({ change, type }) =>
    fc.record({
      change: fc.constant(change),
      type: fc.constant(type),
      series: seriesOf(gaugeSamples(change.condition === 'ne' ? GAUGE_VALUES : [...GAUGE_VALUES, NaN])),
    }),
  ),
  // Sums of infinities are not what is compared here.
  fc.record({
    change: windows,
    type: fc.constant('gauge' as const),
    series: seriesOf(gaugeSamples([-3, 0, 5, 9, 12, 21])),
  }),
  fc.record({ change: counts, type: fc.constant('counter' as const), series: seriesOf(counterSamples) }),
);

/** That many rules with what they see, as Prometheus sees it; the same for the same seed. */
export function timelines(count: number, seed: number): readonly Timeline[] {
  const sampled = fc.sample(fc.tuple(cases, life), { numRuns: count, seed });
  return sampled.map(([{ change, type, series }, lifeOf], index) => ({
    type,
    series,
    rule: {
      name: `c${index}`,
      description: '',
      metric: `m${index}`,
      condition: 'gt',
      threshold: 10,
      severity: 'warning',
      notifications: [],
      semantics: 'prometheus',
      noData: 'resolve',
      ...lifeOf,
      // Series that differ only in a label that the rule takes away are an error in Prometheus.
      ...(series.length > 1 && change.groupBy?.length !== 0 && 'host' in lifeOf.labels && { labels: {} }),
      ...change,
    },
  }));
}

/** The samples of timelines, as Prometheus would have stored them up to now. */
export class TimelineReader implements SampleReader {
  readonly #timelines: ReadonlyMap<string, Timeline>;
  readonly #stepMs: number;
  /** Steps that have taken place. */
  steps = 0;

  constructor(all: readonly Timeline[], stepMs: number = STEP_MS) {
    this.#stepMs = stepMs;
    this.#timelines = new Map(all.map((timeline) => [timeline.rule.metric, timeline]));
  }

  select({ metric, matchers = [] }: SeriesSelector): Iterable<SampledSeries> {
    const timeline = this.#timelines.get(metric);
    if (timeline === undefined) return [];
    const isMeant = compileMatchers(matchers);
    return timeline.series
      .filter(({ labels }) => isMeant(labels))
      .map((series) => this.#sampled(series, timeline.type))
      .filter(({ timestampsMs }) => timestampsMs.length > 0);
  }

  #sampled({ labels, samples }: TimelineSeries, type: FamilyType): SampledSeries {
    const times: number[] = [];
    const values: number[] = [];
    const gaps = new Set<number>();
    for (const [step, sample] of samples.slice(0, this.steps).entries()) {
      if (sample === 'stale') gaps.add(values.length);
      if (typeof sample !== 'number') continue;
      times.push(step * this.#stepMs);
      values.push(sample);
    }
    return {
      labels,
      type,
      createdMs: NaN,
      observedSinceMs: 0,
      timestampsMs: Float64Array.from(times),
      values: Float64Array.from(values),
      width: 1,
      upperBounds: [],
      gaps: Int32Array.from(gaps),
    };
  }
}

/** The series of a timeline in promtool's notation. */
export function promtoolSeries({
  rule,
  series,
}: Timeline): readonly { readonly series: string; readonly values: string }[] {
  return series.map(({ labels, samples }) => ({
    series: `${rule.metric}${labelText(labels)}`,
    values: samples.map((sample) => String(sample).replace('Infinity', 'Inf')).join(' '),
  }));
}

/** Labels as PromQL writes them. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
