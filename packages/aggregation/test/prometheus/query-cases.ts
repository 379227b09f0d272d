import fc from 'fast-check';
import type { MetricQuery, Query, SeriesQuery } from '@bduf/metrics-core/primitives';
import type { NativeSample, Recording, Sample } from './recording.ts';

/** A question that the builder made, the moment that it is about, and what it is asked of. */
export interface QueryCase {
  readonly recording: Omit<Recording, 'metric'>;
  /** Applied to the metric of the recording. */
  readonly ask: (metric: MetricQuery) => Query;
  readonly atMs: number;
  readonly histograms: 'classic' | 'native';
  /** Relative difference that is allowed. */
  readonly tolerance: number;
}

/** Arithmetic has no tolerance. */
const EXACT = 0;
/** Sums over series depend on their order, which Prometheus does not promise. */
const ORDER = 1e-12;
/** No two libraries round logarithms and powers the same way. */
const TRANSCENDENTAL = 1e-9;

const windows = fc.constantFrom(1000, 2000, 5000, 10_000, 37_500, 60_000, 90_001, 300_000);
const offsets = fc.option(
  fc.integer({ min: 1, max: 20 }).map((half) => half * 500),
  { freq: 5, nil: 0 },
);
/** Whole seconds, where window ends meet samples, and moments between. */
const moments = (maxSeconds: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: 0, max: maxSeconds }).map((second) => second * 1000),
    fc.nat(maxSeconds * 1000),
  );

/**
 * Moments of ticks. A history knows that a series has ended, not when exactly, so that it has no value after its last sample, while that
 * is valid in Prometheus up to the tick that misses it.
 */
const tickMoments = (maxSeconds: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: maxSeconds }).map((second) => second * 1000);
const wholeOffsets = fc.constantFrom(0, 0, 1000, 7000);

/** The last moment up to another one at which somebody looked. */
function lastTick({ ticks }: Omit<Recording, 'metric'>, atMs: number): number {
  const second = Math.floor(atMs / 1000);
  return ticks[second] === null ? ticks.slice(0, second).findLastIndex((tick) => tick !== null) * 1000 : atMs;
}

/** For each tick whether anybody looked, and for each series whether it was there. */
const presences = (series: number, maxTicks: number): fc.Arbitrary<readonly (readonly boolean[] | null)[]> =>
  fc
    .record({ density: fc.constantFrom(1, 0.9, 0.5, 0.15), stay: fc.constantFrom(1, 0.97, 0.8) })
    .chain(({ density, stay }) =>
      fc.array(
        fc
          .tuple(chance(density), fc.array(chance(stay), { minLength: series, maxLength: series }))
          .map(([isSeen, present]) => (isSeen ? present : null)),
        { minLength: 1, maxLength: maxTicks },
      ),
    );

const chance = (probability: number): fc.Arbitrary<boolean> =>
  fc.nat(999).map((throwOf) => throwOf < probability * 1000);

/** Endless values of one series; `next` of what came before. */
type Course<T> = (before: T | undefined) => fc.Arbitrary<T>;

const courses: Readonly<Record<string, Course<number>>> = {
  counter: (before = 3) =>
    fc
      .tuple(chance(0.07), fc.constantFrom(0, 1, 2, 17, 0.125), fc.nat(3))
      .map(([isReset, step, fresh]) => (isReset ? fresh : before + step)),
  gauge: () => fc.integer({ min: -40, max: 40 }).map((value) => value * 0.125),
  rough: () => fc.constantFrom(1, 0.1, 3.7, 1e16, -1e16, 1e-3, 7e15, 0, -0),
  odd: () => fc.constantFrom(NaN, Infinity, -Infinity, 0, 1, -1, 1e308, -1e308, 5, 1e-300),
  constant: (before) => (before === undefined ? fc.constantFrom(0, 7, -0.5, NaN, Infinity) : fc.constant(before)),
};

/** As many values of a course as there are ticks. Made from a seed, since each depends on the one before. */
function follow<T>(course: Course<T>, count: number, seed: number): readonly T[] {
  const values: T[] = [];
  for (let at = 0; at < count; at++) {
    const [value] = fc.sample(course(values.at(-1)), { seed: seed + at, numRuns: 1 });
    if (value !== undefined) values.push(value);
  }
  return values;
}

interface Shape<T> {
  readonly series: number;
  readonly ticks: number;
  readonly course: fc.Arbitrary<Course<T>>;
  readonly sample: (value: T) => Sample;
}

/** A recording of so many series. */
function recordings<T>(
  { series, ticks, course, sample }: Shape<T>,
  rest: Pick<Recording, 'type' | 'upperBounds'>,
): fc.Arbitrary<Omit<Recording, 'metric'>> {
  return fc
    .record({
      presence: presences(series, ticks),
      course,
      seed: fc.nat(),
      labels: fc.array(fc.record({ a: fc.constantFrom('x', 'y'), b: fc.constantFrom('', 'z.z', 'zz') }), {
        minLength: series,
        maxLength: series,
      }),
      createdMs: fc.constantFrom(NaN, 0),
    })
    .map(({ presence, course: chosen, seed, labels, createdMs }) => {
      const values = labels.map((_, at) => follow(chosen, presence.length, seed + 1000 * at));
      return {
        ...rest,
        createdMs,
        series: labels.map((own, at) => ({ ...own, id: String(at) })),
        ticks: presence.map(
          (present, tick) =>
            present?.map((isThere, at) => {
              const value = values[at]?.[tick];
              return isThere && value !== undefined ? sample(value) : null;
            }) ?? null,
        ),
      };
    });
}

const numbers = (series: number, ticks: number, ...names: readonly string[]): fc.Arbitrary<Omit<Recording, 'metric'>> =>
  recordings(
    {
      series,
      ticks,
      course: fc.constantFrom(...names).map((name) => courses[name] ?? (() => fc.constant(0))),
      sample: (value): Sample => ({ kind: 'number', value }),
    },
    { type: names[0] === 'counter' ? 'counter' : 'gauge', upperBounds: [] },
  );

/** Every function of a window. */
const windowQuestions: readonly ((metric: MetricQuery, windowMs: number, parameter: number) => SeriesQuery)[] = [
  (metric, windowMs) => metric.rate(windowMs),
  (metric, windowMs) => metric.increase(windowMs),
  (metric, windowMs) => metric.irate(windowMs),
  (metric, windowMs) => metric.delta(windowMs),
  (metric, windowMs) => metric.idelta(windowMs),
  (metric, windowMs) => metric.deriv(windowMs),
  (metric, windowMs, parameter) => metric.predictLinear(windowMs, parameter * 100),
  (metric, windowMs) => metric.avgOverTime(windowMs),
  (metric, windowMs) => metric.minOverTime(windowMs),
  (metric, windowMs) => metric.maxOverTime(windowMs),
  (metric, windowMs) => metric.sumOverTime(windowMs),
  (metric, windowMs) => metric.countOverTime(windowMs),
  (metric, windowMs) => metric.lastOverTime(windowMs),
  (metric, windowMs) => metric.presentOverTime(windowMs),
  (metric, windowMs) => metric.stddevOverTime(windowMs),
  (metric, windowMs) => metric.stdvarOverTime(windowMs),
  (metric, windowMs, parameter) => metric.quantileOverTime(windowMs, parameter),
  (metric, windowMs) => metric.changes(windowMs),
  (metric, windowMs) => metric.resets(windowMs),
];
const parameters = fc.constantFrom(0, 0.25, 0.5, 0.9, 1);

const windowCases: fc.Arbitrary<QueryCase> = fc
  .record({
    recording: numbers(1, 130, 'counter', 'gauge', 'rough', 'odd', 'constant'),
    question: fc.constantFrom(...windowQuestions),
    windowMs: windows,
    offsetMs: offsets,
    parameter: parameters,
    atMs: moments(150),
  })
  .map(({ recording, question, windowMs, offsetMs, parameter, atMs }) => ({
    recording,
    ask: (metric) => question(metric, windowMs, parameter).offset(offsetMs),
    atMs,
    histograms: 'classic',
    tolerance: EXACT,
  }));

/** Extrapolation depends on how far first and last sample are from the ends of the window, in mean distances. */
const edgeCases: fc.Arbitrary<QueryCase> = fc
  .record({
    distance: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 2, max: 8 }),
    start: fc.nat(30),
    seed: fc.nat(),
    gaps: fc.tuple(...[0, 1].map(() => fc.constantFrom(0, 500, 999, 1000, 1001, 1099, 1100, 1101, 1150, 1190, 2500))),
    question: fc.constantFrom(...windowQuestions.slice(0, 4)),
  })
  .map(({ distance, count, start, seed, gaps, question }) => {
    const values = follow(courses['counter'] ?? (() => fc.constant(0)), count, seed);
    const ticks = Array.from({ length: start + (count - 1) * distance + 1 }, (_, second): Sample[] | null => {
      const value = values[(second - start) / distance];
      return second < start || value === undefined ? null : [{ kind: 'number', value }];
    });
    const [before = 0, after = 0] = gaps.map((gap) => Math.round(distance * gap));
    const atMs = (ticks.length - 1) * 1000 + after;
    const windowMs = Math.max(1, atMs - start * 1000 + before);
    return {
      recording: { type: 'counter', upperBounds: [], series: [{ a: 'x' }], createdMs: NaN, ticks },
      ask: (metric) => question(metric, windowMs, 0),
      atMs,
      histograms: 'classic',
      tolerance: EXACT,
    };
  });

/** How long a value is valid: until a tick without the series, else for five minutes. */
const stalenessCases: fc.Arbitrary<QueryCase> = fc
  .record({
    recording: numbers(1, 40, 'gauge'),
    isEdge: fc.boolean(),
    edge: fc.constantFrom(-1000, -1, 0, 1, 1000),
    atMs: tickMoments(60),
    later: fc.option(fc.constantFrom(200, 299, 300, 301, 400), { nil: undefined }),
    offsetMs: wholeOffsets,
  })
  .map(({ recording, isEdge, edge, atMs, later, offsetMs }) => {
    const lastMs = recording.ticks.findLastIndex((tick) => tick?.[0] !== null && tick !== null) * 1000;
    // A sample long after all others, which the ones before must not know of.
    const more =
      later === undefined ? [] : Array.from({ length: later }, (_, at) => (at === later - 1 ? [SEVEN] : null));
    return {
      recording: { ...recording, ticks: [...recording.ticks, ...more] },
      ask: (metric) => metric.offset(offsetMs),
      atMs: Math.max(0, isEdge ? lastMs + 300_000 + edge + offsetMs : lastTick(recording, atMs) + offsetMs),
      histograms: 'classic',
      tolerance: EXACT,
    };
  });
const SEVEN: Sample = { kind: 'number', value: 7 };

const groupings = fc.constantFrom<Parameters<Query['aggregate']>[1]>(
  {},
  { by: ['a'] },
  { by: ['b', 'none'] },
  { without: ['id'] },
  { without: ['a', 'b'] },
);
const matchers = fc.constantFrom<Parameters<MetricQuery['where']>[0]>(
  {},
  { a: 'x' },
  { a: { not: 'x' } },
  { b: '' },
  { b: { not: '' } },
  { b: ['z.z', ''] },
  { b: { matches: 'z.z' } },
  { b: { matches: 'z?' } },
  { b: { matchesNot: 'z+|' } },
  { none: '' },
  { none: { matches: '.+' } },
  { a: { matches: '[w-y]' }, b: { not: ['zz'] } },
);

const aggregateCases: fc.Arbitrary<QueryCase> = fc
  .integer({ min: 1, max: 6 })
  .chain((series) =>
    fc.record({
      recording: numbers(series, 40, 'counter', 'gauge'),
      op: fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar', 'quantile'),
      grouping: groupings,
      conditions: matchers,
      inner: fc.option(fc.constantFrom(...windowQuestions.slice(8, 14)), { nil: undefined }),
      windowMs: windows,
      parameter: parameters,
      atMs: tickMoments(45),
    }),
  )
  .map(({ recording, op, grouping, conditions, inner, windowMs, parameter, atMs }) => ({
    recording,
    ask: (metric) => {
      const chosen = metric.where(conditions);
      const of = inner === undefined ? chosen : inner(chosen, windowMs, 0);
      return op === 'quantile' ? of.aggregate(op, grouping, parameter) : of.aggregate(op, grouping);
    },
    atMs: Math.max(0, lastTick(recording, atMs)),
    histograms: 'classic',
    tolerance: op === 'stddev' || op === 'stdvar' || op === 'avg' ? ORDER : EXACT,
  }));

const arithmeticCases: fc.Arbitrary<QueryCase> = fc
  .record({
    recording: numbers(3, 40, 'counter', 'gauge', 'odd'),
    op: fc.constantFrom('plus', 'minus', 'times', 'dividedBy'),
    right: fc.oneof(fc.constantFrom(0, 1, -2.5, Infinity), fc.constant('x' as const)),
    windowMs: windows,
    missing: fc.option(fc.constantFrom(0, 1.5), { nil: undefined }),
    atMs: moments(45),
  })
  .map(({ recording, op, right, windowMs, missing, atMs }) => ({
    recording,
    ask: (metric) => {
      const left = metric.where({ a: 'x' }).increase(windowMs);
      const other = right === 'x' ? metric.lastOverTime(windowMs) : right;
      return op === 'dividedBy' && missing !== undefined ? left.dividedBy(other, { missing }) : left[op](other);
    },
    atMs,
    histograms: 'classic',
    tolerance: EXACT,
  }));

/** Functions of a window that give histograms for histograms. */
const histogramWindows = windowQuestions.filter((_, at) => [0, 1, 2, 3, 4, 7, 10, 12].includes(at));
const histogramNumbers: readonly ((of: Query, parameter: number) => Query)[] = [
  (of, parameter) => of.quantile(parameter),
  (of, parameter) => of.quantile(Math.max(0.01, parameter - 0.01)),
  (of, parameter) => of.fractionAbove(4 * parameter - 1),
  (of) => of.average(),
  (of) => of.count(),
  (of) => of.total(),
];

function histogramCases(
  recording: fc.Arbitrary<Omit<Recording, 'metric'>>,
  histograms: 'classic' | 'native',
): fc.Arbitrary<QueryCase> {
  return fc
    .record({
      recording,
      window: fc.option(fc.constantFrom(...histogramWindows), { freq: 4, nil: undefined }),
      windowMs: windows,
      isSummed: fc.boolean(),
      op: fc.constantFrom('sum', 'avg'),
      grouping: fc.constantFrom({}, { by: ['a'] }, { without: ['id'] }),
      number: fc.constantFrom(...histogramNumbers),
      parameter: parameters,
      offsetMs: wholeOffsets,
      atMs: tickMoments(70),
    })
    .map(({ recording: given, window, windowMs, isSummed, op, grouping, number, parameter, offsetMs, atMs }) => ({
      recording: given,
      ask: (metric) => {
        const series = (window === undefined ? metric : window(metric, windowMs, parameter)).offset(offsetMs);
        return number(isSummed ? series.aggregate(op, grouping) : series, parameter);
      },
      atMs: Math.max(0, lastTick(given, atMs)) + offsetMs,
      histograms,
      tolerance: histograms === 'native' ? TRANSCENDENTAL : EXACT,
    }));
}

const layouts = fc.constantFrom([0.1, 0.5, 1, 5], [-1, 0, 2], [0, 1, 3], [10], [0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8]);

interface ClassicState {
  readonly counts: readonly number[];
  readonly sum: number;
}

const classicRecordings = layouts.chain((upperBounds) =>
  recordings<ClassicState>(
    {
      series: 2,
      ticks: 60,
      course: fc.constant((before) =>
        fc
          .tuple(
            chance(0.05),
            fc.array(fc.oneof(fc.constant(0), fc.nat(5)), {
              minLength: upperBounds.length + 1,
              maxLength: upperBounds.length + 1,
            }),
            fc.nat(8),
          )
          .map(([isReset, steps, sum]) => ({
            counts: steps.map((step, at) => step + (isReset ? 0 : (before?.counts[at] ?? 0))),
            sum: sum / 4 + (isReset ? 0 : (before?.sum ?? 0)),
          })),
      ),
      sample: ({ counts, sum }): Sample => ({ kind: 'classic', counts, sum }),
    },
    { type: 'histogram', upperBounds },
  ),
);

/**
 * Native histograms that change either resolution or zero bucket, never both: there Prometheus 3.5 counts buckets twice that it has put
 * into the zero bucket of a coarser histogram.
 */
const nativeRecordings = fc
  .record({
    schemas: fc.constantFrom<readonly number[]>([0], [3], [-1], [5], [0, 1, 2, 3, -1]),
    thresholds: fc.constantFrom<readonly number[]>([0.001], [0.25], [1]),
    signs: fc.constantFrom(1, 2, 3),
  })
  .chain(({ schemas, thresholds, signs }) =>
    recordings<NativeSample>(
      {
        series: 2,
        ticks: 50,
        course: fc.constant((before) => {
          const fresh = freshNative(schemas, thresholds, signs);
          if (before === undefined) return fresh;
          return fc
            .tuple(chance(0.08), fresh, fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }))
            .map(([isNew, other, steps]) => (isNew ? other : grownNative(before, steps)));
        }),
        sample: (histogram): Sample => ({ kind: 'native', histogram }),
      },
      { type: 'histogram', upperBounds: [] },
    ),
  );

function freshNative(
  schemas: readonly number[],
  thresholds: readonly number[],
  signs: number,
): fc.Arbitrary<NativeSample> {
  const counts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
  return fc
    .record({
      schema: fc.constantFrom(...schemas),
      zeroThreshold: fc.constantFrom(...thresholds),
      zeroCount: fc.constantFrom(0, 0, 2, 5),
      sum: fc.nat(20),
      above: counts,
      below: counts,
      shift: fc.nat(5),
    })
    .map(({ schema, zeroThreshold, zeroCount, sum, above, below, shift }) => {
      // Buckets do not reach into the zero bucket.
      const first = Math.ceil(Math.log2(zeroThreshold) * 2 ** schema) + 1 + shift;
      const buckets = (all: readonly number[]) => all.map((count, at) => [first + at, count] as const);
      return {
        schema,
        zeroThreshold,
        zeroCount,
        sum,
        positive: signs === 2 ? [] : buckets(above),
        negative: signs === 1 ? [] : buckets(below),
      };
    });
}

function grownNative(before: NativeSample, steps: readonly number[]): NativeSample {
  const grow = (buckets: NativeSample['positive'], from: number) =>
    buckets.map(([index, count], at) => [index, count + (steps[from + at] ?? 0)] as const);
  const last = before.positive.at(-1)?.[0];
  const more = last !== undefined && steps[11] === 3 && before.positive.length < 6 ? [[last + 2, 1] as const] : [];
  return {
    ...before,
    sum: before.sum + (steps[0] ?? 0),
    zeroCount: before.zeroCount + (steps[10] === 3 ? 1 : 0),
    positive: [...grow(before.positive, 0), ...more],
    negative: grow(before.negative, 5),
  };
}

/** Cases of all kinds, most of those that have most edges. */
export const queryCases: fc.Arbitrary<QueryCase> = fc.oneof(
  { weight: 5, arbitrary: windowCases },
  { weight: 2, arbitrary: edgeCases },
  { weight: 2, arbitrary: stalenessCases },
  { weight: 3, arbitrary: aggregateCases },
  { weight: 2, arbitrary: arithmeticCases },
  { weight: 3, arbitrary: histogramCases(classicRecordings, 'classic') },
  { weight: 3, arbitrary: histogramCases(nativeRecordings, 'native') },
);
