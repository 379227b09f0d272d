import {
  AggregateOperator,
  HistogramFunction,
  type QueryExpression,
  WindowFunction,
} from '@bduf/metrics-core/interfaces';
import type { Random } from './random.ts';
import type { NativeSample, RecordedSeries, Slot } from './recorded-series.ts';

/** A question, when it is asked, and the samples it is asked of. */
export interface QueryCase {
  readonly expression: QueryExpression;
  readonly atMs: number;
  readonly recordings: readonly RecordedSeries[];
  readonly histograms: 'classic' | 'native';
  readonly histogramMetrics: readonly string[];
  /** Relative difference that is allowed: 0 for arithmetic. */
  readonly tolerance: number;
}

const WINDOW_FUNCTIONS = Object.values(WindowFunction);
const KEEPS_HISTOGRAMS = [
  WindowFunction.RATE,
  WindowFunction.INCREASE,
  WindowFunction.IRATE,
  WindowFunction.DELTA,
  WindowFunction.IDELTA,
  WindowFunction.AVG,
  WindowFunction.SUM,
  WindowFunction.LAST,
];
/** No two libraries round logarithms and powers the same way. */
const TRANSCENDENTAL = 1e-9;
/** What depends on the order of series, which Prometheus does not promise. */
const ORDER = 1e-12;
const SCHEMAS = [0, 1, 2, 3, -1];
const ZERO_THRESHOLDS = [0, 0.001, 0.25, 0.3, 1, 3];
const NONE: Slot = { kind: 'none' };
const STALE: Slot = { kind: 'stale' };

/** A case of each kind in turn; case `index` uses metrics named after it. */
export function randomCase(random: Random, index: number): QueryCase {
  const makers = [
    windowCase,
    edgeCase,
    sumCase,
    quantileCase,
    lastCase,
    aggregateCase,
    binaryCase,
    classicCase,
    classicCase,
    nativeCase,
    nativeCase,
    nativeCountCase,
  ];
  const make = makers[index % makers.length] ?? windowCase;
  return make(random, `m${index}`);
}

function windowCase(random: Random, metric: string): QueryCase {
  const recordings = [{ metric, labels: { a: 'x' }, slots: numberSlots(random), upperBounds: [] }];
  return plain(randomWindow(random, metric, WINDOW_FUNCTIONS), randomTime(random, 120), recordings);
}

/** Extrapolation depends on how far the first and the last sample are from the ends of the window, in mean distances. */
function edgeCase(random: Random, metric: string): QueryCase {
  const distance = random.integer(1, 4);
  const count = random.integer(2, 8);
  const start = random.integer(0, 30);
  const next = counter(random);
  const slots: Slot[] = random.times(start, () => NONE);
  for (let sample = 0; sample < count; sample++) {
    slots.push({ kind: 'number', value: next() }, ...random.times(distance - 1, () => NONE));
  }
  const gap = (): number =>
    Math.round(distance * random.pick([0, 500, 999, 1000, 1001, 1099, 1100, 1101, 1150, 1190, 2500]));
  const fn = random.pick([WindowFunction.RATE, WindowFunction.INCREASE, WindowFunction.DELTA]);
  const lastMs = (start + (count - 1) * distance) * 1000;
  const atMs = lastMs + gap();
  const windowMs = Math.max(1, atMs - start * 1000 + gap());
  const expression: QueryExpression = { kind: 'window', fn, selector: { metric }, windowMs };
  return plain(expression, atMs, [{ metric, labels: { a: 'x' }, slots, upperBounds: [] }]);
}

/** Sums whose rounding errors matter. */
function sumCase(random: Random, metric: string): QueryCase {
  const value = (): number => random.pick([1, 0.1, 3.7, 1e16, -1e16, 1e-3, 7e15, 1e308, -1e308]);
  const slots = random.times(random.integer(2, 40), () => ({ kind: 'number', value: value() }) as const);
  const fns = [WindowFunction.SUM, WindowFunction.AVG, WindowFunction.STDVAR, WindowFunction.DERIV];
  const expression = randomWindow(random, metric, fns);
  return plain(expression, random.integer(1, 45) * 1000, [{ metric, labels: { a: 'x' }, slots, upperBounds: [] }]);
}

function quantileCase(random: Random, metric: string): QueryCase {
  const value = (): number => random.pick([NaN, Infinity, -Infinity, 0, -0.5, 1, 2.5, 3, 1e9]);
  const recordings = random.times(random.integer(1, 70), (at) => ({
    metric,
    labels: { id: String(at) },
    slots: random.times(at === 0 ? 80 : 1, () => ({ kind: 'number', value: value() }) as const),
    upperBounds: [],
  }));
  const parameter = random.pick([0, 0.05, 0.3, 0.5, 0.9, 1]);
  const expression: QueryExpression = random.chance(0.5)
    ? { kind: 'aggregate', op: AggregateOperator.QUANTILE, of: { kind: 'select', selector: { metric } }, parameter }
    : {
        kind: 'window',
        fn: WindowFunction.QUANTILE,
        selector: { metric, matchers: [{ name: 'id', op: '=', value: '0' }] },
        windowMs: random.pick([1, 3, 10, 63, 64, 65, 70]) * 1000,
        parameter,
      };
  return plain(expression, random.integer(0, 79) * 1000, recordings);
}

/** Staleness: a marker follows the last sample by a second, and questions are asked at whole seconds. */
function lastCase(random: Random, metric: string): QueryCase {
  const labels = { a: 'x' };
  const slots = numberSlots(random, { seconds: 40 }).concat(random.times(330, () => NONE));
  const offsetMs = random.chance(0.3) ? random.integer(0, 30) * 1000 : 0;
  const expression: QueryExpression = { kind: 'select', selector: { metric }, offsetMs };
  const last = slots.findLastIndex(({ kind }) => kind === 'number') + 300;
  const atMs = random.pick([random.integer(0, 60), last - 1, last, last + 1]) * 1000 + offsetMs;
  return plain(expression, atMs, [{ metric, labels, slots, upperBounds: [] }]);
}

function aggregateCase(random: Random, metric: string): QueryCase {
  const size = random.integer(1, 6);
  const recordings = random.times(size, (at) => ({
    metric,
    labels: { a: random.pick(['x', 'y']), b: random.pick(['', 'z']), id: String(at) },
    slots: numberSlots(random, { seconds: 60, isExact: size > 2 }),
    upperBounds: [],
  }));
  const op = random.pick(Object.values(AggregateOperator));
  const grouping = random.pick([
    {},
    { by: ['a'] },
    { by: ['b', 'none'] },
    { without: ['id'] },
    { without: ['a', 'b'] },
  ]);
  const isLimit = op === AggregateOperator.TOPK || op === AggregateOperator.BOTTOMK;
  const parameter = isLimit ? random.integer(1, 7) : random.pick([0, 0.25, 0.5, 0.95, 1]);
  const of: QueryExpression = random.chance(0.5)
    ? { kind: 'select', selector: { metric } }
    : randomWindow(random, metric, [
        WindowFunction.MAX,
        WindowFunction.LAST,
        WindowFunction.COUNT,
        WindowFunction.CHANGES,
      ]);
  const withParameter = isLimit || op === AggregateOperator.QUANTILE ? { parameter } : {};
  const expression: QueryExpression = { kind: 'aggregate', op, of, ...grouping, ...withParameter };
  const isDeviation = op === AggregateOperator.STDDEV || op === AggregateOperator.STDVAR;
  return { ...plain(expression, random.integer(5, 70) * 1000, recordings), tolerance: isDeviation ? ORDER : 0 };
}

function binaryCase(random: Random, metric: string): QueryCase {
  const side = (suffix: string): readonly RecordedSeries[] =>
    random.times(random.integer(0, 3), (at) => ({
      metric: `${metric}_${suffix}`,
      labels: { a: String(at) },
      slots: numberSlots(random, { seconds: 30 }),
      upperBounds: [],
    }));
  const operand = (suffix: string): QueryExpression =>
    random.chance(0.2)
      ? { kind: 'number', value: random.pick([0, 1, -2.5, 1e300, Infinity]) }
      : random.chance(0.5)
        ? { kind: 'select', selector: { metric: `${metric}_${suffix}` } }
        : randomWindow(random, `${metric}_${suffix}`, [WindowFunction.INCREASE, WindowFunction.AVG]);
  const missing = random.chance(0.4) ? { missingLeft: random.pick([0, 1.5]) } : {};
  const op = random.pick(['+', '-', '*', '/'] as const);
  const inner: QueryExpression = { kind: 'binary', op, left: operand('l'), right: operand('r'), ...missing };
  const expression: QueryExpression = random.chance(0.3)
    ? { kind: 'binary', op: random.pick(['-', '/'] as const), left: { kind: 'number', value: 100 }, right: inner }
    : inner;
  return plain(expression, random.integer(0, 40) * 1000, [...side('l'), ...side('r')]);
}

function classicCase(random: Random, metric: string): QueryCase {
  const upperBounds = random.pick([[0.1, 0.5, 1, 5], [-1, 0, 2], [0, 1, 3], [10], [0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8]]);
  // The sum of two does not depend on their order.
  const recordings = random.times(random.integer(1, 2), (at) => ({
    metric,
    labels: { a: random.pick(['x', 'y']), id: String(at) },
    slots: classicSlots(random, upperBounds.length + 1),
    upperBounds,
  }));
  const expression = histogramQuestion(random, metric, Object.values(HistogramFunction));
  return { ...plain(expression, random.integer(2, 70) * 1000, recordings), histogramMetrics: [metric] };
}

function nativeCase(random: Random, metric: string): QueryCase {
  const layouts = nativeLayouts(random);
  const recordings = random.times(random.integer(1, 2), (at) => ({
    metric,
    labels: { a: 'x', id: String(at) },
    slots: nativeSlots(random, layouts),
    upperBounds: [],
  }));
  const fns = Object.values(HistogramFunction).filter((fn) => fn !== HistogramFunction.BUCKETS);
  const expression = histogramQuestion(random, metric, fns);
  const atMs = random.integer(2, 70) * 1000;
  return {
    ...plain(expression, atMs, recordings),
    histograms: 'native',
    histogramMetrics: [metric],
    tolerance: TRANSCENDENTAL,
  };
}

function nativeCountCase(random: Random, metric: string): QueryCase {
  const recordings = [
    { metric, labels: { a: 'x' }, slots: nativeSlots(random, nativeLayouts(random)), upperBounds: [] },
  ];
  const expression = randomWindow(random, metric, [...KEEPS_HISTOGRAMS, WindowFunction.COUNT, WindowFunction.PRESENT]);
  const atMs = randomTime(random, 70);
  return {
    ...plain(expression, atMs, recordings),
    histograms: 'native',
    histogramMetrics: [metric],
    tolerance: TRANSCENDENTAL,
  };
}

function histogramQuestion(random: Random, metric: string, fns: readonly HistogramFunction[]): QueryExpression {
  const series: QueryExpression = random.chance(0.25)
    ? { kind: 'select', selector: { metric } }
    : randomWindow(random, metric, KEEPS_HISTOGRAMS);
  const grouping = random.pick([{}, { by: ['a'] }, { without: ['id'] }]);
  const of: QueryExpression = random.chance(0.5)
    ? series
    : { kind: 'aggregate', op: random.pick([AggregateOperator.SUM, AggregateOperator.AVG]), of: series, ...grouping };
  const fn = random.pick(fns);
  if (fn === HistogramFunction.QUANTILE)
    return { kind: 'histogram', fn, of, parameter: random.pick([0, 0.1, 0.5, 0.9, 0.99, 1]) };
  if (fn === HistogramFunction.FRACTION_ABOVE) {
    return { kind: 'histogram', fn, of, parameter: random.pick([-3.3, -1, -0.3, 0, 0.1, 0.3, 1, 4.5, 100]) };
  }
  return { kind: 'histogram', fn, of };
}

function randomWindow(random: Random, metric: string, fns: readonly WindowFunction[]): QueryExpression {
  const fn = random.pick(fns);
  const parameter =
    fn === WindowFunction.QUANTILE ? random.pick([0, 0.3, 0.5, 0.9, 1]) : random.pick([0, 30, -12.5, 3600]);
  const takesParameter = fn === WindowFunction.QUANTILE || fn === WindowFunction.PREDICT_LINEAR;
  return {
    kind: 'window',
    fn,
    selector: { metric },
    windowMs: random.pick([1000, 2000, 5000, 10_000, 37_500, 60_000, 90_001]),
    offsetMs: random.chance(0.2) ? random.integer(1, 20) * 500 : 0,
    ...(takesParameter && { parameter }),
  };
}

/** Whole seconds, where window ends meet samples, and moments between. */
function randomTime(random: Random, maxSeconds: number): number {
  return random.chance(0.5) ? random.integer(0, maxSeconds) * 1000 : random.integer(0, maxSeconds * 1000);
}

/** `isExact`: values whose sum does not depend on the order, which Prometheus does not promise. */
function numberSlots(
  random: Random,
  { seconds = 100, isExact = false }: { readonly seconds?: number; readonly isExact?: boolean } = {},
): readonly Slot[] {
  const density = random.pick([1, 0.9, 0.5, 0.2, 0.05]);
  const next = random.pick([counter, counter, gauge, constant, ...(isExact ? [] : [odd])])(random);
  return random
    .times(random.integer(1, seconds), () => {
      if (!random.chance(density)) return NONE;
      return { kind: 'number', value: next() } as const;
    })
    .flatMap((slot): Slot[] => (slot.kind === 'number' && random.chance(0.02) ? [slot, STALE] : [slot]));
}

function counter(random: Random): () => number {
  let value = random.pick([0, 3, 1e9, 0.25]);
  return () => {
    value = random.chance(0.07) ? random.integer(0, 3) : value + random.pick([0, 1, 2, 17, 0.125]);
    return value;
  };
}

function gauge(random: Random): () => number {
  const scale = random.pick([1, 0.125, 1024]);
  return () => random.integer(-40, 40) * scale;
}

function odd(random: Random): () => number {
  return () => random.pick([NaN, Infinity, -Infinity, 0, 1, -1, 1e308, -1e308, 5, 1e-300]);
}

function constant(random: Random): () => number {
  const value = random.pick([0, 7, -0.5, NaN, Infinity]);
  return () => value;
}

function classicSlots(random: Random, buckets: number): readonly Slot[] {
  const density = random.pick([1, 0.8, 0.4]);
  let counts = random.times(buckets, () => random.integer(0, 3));
  let sum = 0;
  return random.times(random.integer(2, 60), () => {
    if (!random.chance(density)) return NONE;
    if (random.chance(0.05)) [counts, sum] = [counts.map(() => 0), 0];
    counts = counts.map((count) => count + (random.chance(0.4) ? random.integer(0, 5) : 0));
    // A scrape may see buckets of different moments.
    const seen = random.chance(0.2) ? counts.map((count, at) => (at === 1 ? count - 4 : count)) : counts;
    sum += random.integer(0, 8) / 4;
    return { kind: 'classic', counts: seen, sum } as const;
  });
}

/** Which layouts the native histograms of a case have. */
interface NativeLayouts {
  /** Positive buckets, negative ones, or both. */
  readonly signs: number;
  readonly schemas: readonly number[];
  readonly zeroThresholds: readonly number[];
}

/**
 * Either the resolution differs or the width of the zero bucket: where both do, Prometheus 3.5 counts buckets twice that it has
 * put into the zero bucket of a coarser histogram, depending on the order of series.
 */
function nativeLayouts(random: Random): NativeLayouts {
  const signs = random.pick([1, 2, 3]);
  return random.chance(0.5)
    ? { signs, schemas: [random.pick(SCHEMAS)], zeroThresholds: ZERO_THRESHOLDS }
    : { signs, schemas: SCHEMAS, zeroThresholds: [random.pick(ZERO_THRESHOLDS)] };
}

function nativeSlots(random: Random, layouts: NativeLayouts): readonly Slot[] {
  const density = random.pick([1, 0.6]);
  let current = freshNative(random, layouts);
  return random.times(random.integer(2, 50), () => {
    if (!random.chance(density)) return NONE;
    current = random.chance(0.06) ? freshNative(random, layouts) : grownNative(random, current, layouts);
    return { kind: 'native', histogram: current } as const;
  });
}

function freshNative(random: Random, { signs, schemas, zeroThresholds }: NativeLayouts): NativeSample {
  const schema = random.pick(schemas);
  const zeroThreshold = random.pick(zeroThresholds);
  return {
    schema,
    zeroThreshold,
    zeroCount: random.pick([0, 0, 2, 5]),
    sum: random.integer(0, 20),
    offset: firstBucket(random, schema, zeroThreshold),
    positive: signs === 2 ? [] : random.times(random.integer(1, 5), () => random.integer(1, 4)),
    negativeOffset: firstBucket(random, schema, zeroThreshold),
    negative: signs === 1 ? [] : random.times(random.integer(1, 4), () => random.integer(1, 4)),
  };
}

/** Buckets do not reach into the zero bucket. */
function firstBucket(random: Random, schema: number, zeroThreshold: number): number {
  const least = zeroThreshold === 0 ? -6 : Math.ceil(Math.log2(zeroThreshold) * 2 ** schema) + 1;
  return Math.max(-6, least) + random.integer(0, 5);
}

function grownNative(random: Random, before: NativeSample, layouts: NativeLayouts): NativeSample {
  const { zeroCount, sum, positive, negative } = before;
  const grow = (counts: readonly number[]): number[] => counts.map((count) => count + random.integer(0, 3));
  const longer = positive.length > 0 && random.chance(0.2) ? [...positive, 0, 1] : positive;
  return {
    ...before,
    ...(random.chance(0.05) && relaidNative(random, layouts)),
    zeroCount: zeroCount + (random.chance(0.3) ? random.integer(0, 2) : 0),
    sum: sum + random.integer(0, 10),
    positive: grow(longer),
    negative: grow(negative),
  };
}

/** Another layout, although nothing says that it is another histogram. */
function relaidNative(random: Random, { schemas, zeroThresholds }: NativeLayouts): Partial<NativeSample> {
  const next = { schema: random.pick(schemas), zeroThreshold: random.pick(zeroThresholds) };
  return {
    ...next,
    offset: firstBucket(random, next.schema, next.zeroThreshold),
    negativeOffset: firstBucket(random, next.schema, next.zeroThreshold),
  };
}

function plain(expression: QueryExpression, atMs: number, recordings: readonly RecordedSeries[]): QueryCase {
  return { expression, atMs, recordings, histograms: 'classic', histogramMetrics: [], tolerance: 0 };
}
