import { describe, expect, it } from '@jest/globals';
import type { HistoryQuery, QueryExpression, SampledSeries } from '@bduf/metrics-core/interfaces';
import { QuerySemantics, WindowFunction } from '@bduf/metrics-core/interfaces';
import { evaluateQueries, query } from '@bduf/metrics-core/primitives';
import { type CountingProcess, countingProcess } from './counting-process.ts';
import { randomCase } from './query-cases.ts';
import { Random } from './random.ts';
import { readerOf, sampledReader } from './recorded-series.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
const PROCESSES = 400;

function answer(series: SampledSeries, expression: QueryExpression, atMs: number) {
  const question = { expression, startMs: atMs, endMs: atMs, stepMs: 0 };
  const [found] = evaluateQueries([question], sampledReader([{ metric: 'm', series }]));
  return { value: found?.series[0]?.values[0], coverage: found?.series[0]?.coverage };
}

/** What was incremented in a window, told without any sample. */
function counted({ increments }: CountingProcess, fromMs: number, toMs: number): number {
  return increments.filter(({ atMs }) => atMs > fromMs && atMs <= toMs).reduce((sum, { by }) => sum + by, 0);
}

/** The same as far as anybody can know it; `undefined` when the window ends before anything is known. */
function countedInWindow(process: CountingProcess, fromMs: number, toMs: number): number | undefined {
  const { createdMs, observedSinceMs } = process;
  // A counter that was there before the window and before anybody looked: its first value says nothing.
  const isBornUnseen = createdMs < Math.min(fromMs, observedSinceMs);
  const since = isBornUnseen ? Math.max(fromMs, observedSinceMs) : fromMs;
  return since >= toMs ? undefined : counted(process, since, toMs);
}

/** Time in a window before anybody looked, after the counter was born. */
function unobservedMs({ createdMs, observedSinceMs }: CountingProcess, fromMs: number, toMs: number): number {
  const isBornInside = createdMs >= fromMs && createdMs < observedSinceMs;
  return Math.max(0, Math.min(observedSinceMs, toMs) - (isBornInside ? createdMs : fromMs));
}

/** A moment at which the counter is there, and a window that may reach back before its observation. */
function randomWindow(random: Random, { series, lastMs }: CountingProcess) {
  const first = series.timestampsMs[0] ?? 0;
  const toMs = random.chance(0.5)
    ? (series.timestampsMs[random.integer(0, series.timestampsMs.length - 1)] ?? first)
    : random.integer(first, lastMs);
  return { toMs, windowMs: random.pick([1000, 5000, 30_000, 100_000]) };
}

/** Whether a moment lies between removal and return, where the counter does not exist. */
function isAway({ series: { gaps, timestampsMs } }: CountingProcess, atMs: number): boolean {
  return [...gaps].some((gap) => atMs > (timestampsMs[gap - 1] ?? 0) && atMs < (timestampsMs[gap] ?? Infinity));
}

describe(`exact semantics, seed ${SEED} (FC_SEED repeats it)`, () => {
  it('count exactly what happened in a window', () => {
    const random = new Random(SEED);
    const wrong: unknown[] = [];
    let compared = 0;
    for (let run = 0; run < PROCESSES * 10; run++) {
      const process = countingProcess(random);
      const { toMs, windowMs } = randomWindow(random, process);
      if (isAway(process, toMs)) continue;
      const { value } = answer(process.series, query('m').increase(windowMs).expression, toMs);
      const expected = countedInWindow(process, toMs - windowMs, toMs);
      if (value !== expected) wrong.push({ toMs, windowMs, value, expected, process });
      compared++;
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(PROCESSES * 5);
  });

  it('say which share of a window was observed', () => {
    const random = new Random(SEED + 6);
    const wrong: unknown[] = [];
    for (let run = 0; run < PROCESSES; run++) {
      const process = countingProcess(random);
      const { toMs, windowMs } = randomWindow(random, process);
      const { coverage } = answer(process.series, query('m').increase(windowMs).expression, toMs);
      if (coverage === undefined || process.series.gaps.length > 0) continue;
      const expected = 1 - unobservedMs(process, toMs - windowMs, toMs) / windowMs;
      if (Math.abs(coverage - expected) > 1e-9) wrong.push({ toMs, windowMs, coverage, expected, process });
    }
    expect(wrong).toEqual([]);
  });

  it('add up: adjacent windows count what the whole counts', () => {
    const random = new Random(SEED + 1);
    for (let run = 0; run < PROCESSES; run++) {
      const process = countingProcess(random);
      const { timestampsMs } = process.series;
      const end = process.lastMs;
      const middle = timestampsMs[random.integer(0, timestampsMs.length - 1)] ?? end;
      const start = process.observedSinceMs - 120_000;
      if (middle === end || isAway(process, middle)) continue;
      const of = (fromMs: number, toMs: number): number =>
        answer(process.series, query('m').increase(toMs - fromMs).expression, toMs).value ?? 0;
      expect(of(start, middle) + of(middle, end)).toBe(of(start, end));
    }
  });

  it('have rates over what was observed', () => {
    const random = new Random(SEED + 2);
    for (let run = 0; run < PROCESSES; run++) {
      const process = countingProcess(random);
      const { toMs, windowMs } = randomWindow(random, process);
      const increase = answer(process.series, query('m').increase(windowMs).expression, toMs).value;
      const rate = answer(process.series, query('m').rate(windowMs).expression, toMs).value;
      if (increase === undefined || process.series.gaps.length > 0) continue;
      const { createdMs, observedSinceMs } = process;
      const fromMs = toMs - windowMs;
      const isKnownFromBirth = createdMs >= Math.min(fromMs, observedSinceMs);
      const since = Math.max(fromMs, isKnownFromBirth ? Math.min(observedSinceMs, createdMs) : observedSinceMs);
      // What a counter has at the moment of its birth was counted in no time, at no rate.
      const expected = since === toMs ? NaN : increase / ((toMs - since) / 1000);
      expect(rate ?? NaN).toBeCloseTo(expected, 9);
    }
  });
});

describe('a counter that is born at the moment of its first sample', () => {
  const series: SampledSeries = {
    labels: {},
    type: 'counter',
    createdMs: 5000,
    observedSinceMs: 5000,
    timestampsMs: Float64Array.of(5000, 8000),
    values: Float64Array.of(14, 20),
    width: 1,
    upperBounds: [],
    resets: new Int32Array(),
    gaps: new Int32Array(),
  };

  it('has counted from 0 at that moment, at no rate', () => {
    expect(answer(series, query('m').increase(5000).expression, 5000).value).toBe(14);
    expect(answer(series, query('m').rate(5000).expression, 5000).value).toBeUndefined();
  });

  it('is unknown at that moment when it was born before anybody looked', () => {
    const older = { ...series, createdMs: -60_000 };
    expect(answer(older, query('m').increase(5000).expression, 5000).value).toBeUndefined();
  });

  it('has a rate as soon as time passes', () => {
    expect(answer(series, query('m').rate(5000).expression, 8000).value).toBeCloseTo(20 / 3, 9);
  });
});

describe(`questions over a span, seed ${SEED}`, () => {
  it.each(Object.values(QuerySemantics))('are answered moment by moment, alone or in a batch (%s)', (semantics) => {
    const random = new Random(SEED + 3);
    for (let index = 0; index < 300; index++) {
      const { expression, recordings } = randomCase(random, index);
      const reader = readerOf(recordings);
      const range: HistoryQuery = { expression, startMs: 500, endMs: 61_000, stepMs: 3700, semantics };
      const moments = Array.from({ length: 17 }, (_, at): HistoryQuery => {
        const atMs = 500 + at * 3700;
        return { expression, startMs: atMs, endMs: atMs, stepMs: 0, semantics };
      });
      const [whole, ...singles] = evaluateQueries([range, ...moments], reader);
      const alone = evaluateQueries([range], reader);
      expect(alone).toEqual([whole]);
      const points = new Map<string, number>();
      for (const [at, single] of singles.entries()) {
        for (const { labels, values } of single.series)
          points.set(`${JSON.stringify(labels)} ${500 + at * 3700}`, values[0] ?? NaN);
      }
      const ofRange = (whole?.series ?? []).flatMap(({ labels, timestampsMs, values }) =>
        Array.from(values, (value, at) => [`${JSON.stringify(labels)} ${timestampsMs[at]}`, value] as const),
      );
      expect(ofRange.toSorted(byKey)).toEqual([...points].toSorted(byKey));
    }
  });
});

function byKey(a: readonly [string, number], b: readonly [string, number]): number {
  return a[0] < b[0] ? -1 : Number(a[0] > b[0]);
}

describe(`downsampled tiers, seed ${SEED}`, () => {
  const FNS = [
    WindowFunction.AVG,
    WindowFunction.MIN,
    WindowFunction.MAX,
    WindowFunction.SUM,
    WindowFunction.COUNT,
    WindowFunction.LAST,
    WindowFunction.STDDEV,
    WindowFunction.STDVAR,
    WindowFunction.INCREASE,
    WindowFunction.RATE,
    WindowFunction.RESETS,
  ];

  it.each(FNS)('%s of cells is that of the samples they stand for', (fn) => {
    const random = new Random(SEED + 4);
    for (let run = 0; run < 100; run++) {
      const raw = steadyCounter(random);
      const tier = downsampled(raw, 6);
      const windowMs = 60_000 * random.integer(1, 4);
      const atMs = tier.timestampsMs.at(-1) ?? 0;
      const expression: QueryExpression = { kind: 'window', fn, selector: { metric: 'm' }, windowMs };
      const [ofRaw, ofTier] = [answer(raw, expression, atMs), answer(tier, expression, atMs)];
      expect(ofTier.value).toBeCloseTo(ofRaw.value ?? NaN, 6);
      expect(ofTier.coverage).toBe(ofRaw.coverage);
    }
  });

  it('hold their value for as long as cells are apart', () => {
    const tier = downsampled(steadyCounter(new Random(SEED + 5)), 60);
    const last = tier.timestampsMs.at(-1) ?? 0;
    expect(answer(tier, query('m').expression, last + 900_000).value).toBe(tier.values.at(-1));
    expect(answer(tier, query('m').expression, last + 1_300_000).value).toBeUndefined();
  });
});

/** A counter with a sample every 10 s, reset now and then. */
function steadyCounter(random: Random): SampledSeries {
  const resets: number[] = [];
  let value = 0;
  const values = random.times(240, (index) => {
    if (index > 0 && random.chance(0.03)) {
      resets.push(index);
      value = 0;
    }
    value += random.integer(0, 9);
    return value;
  });
  return {
    labels: {},
    type: 'counter',
    createdMs: -1_000_000,
    observedSinceMs: 0,
    timestampsMs: Float64Array.from(values, (_, index) => (index + 1) * 10_000),
    values: Float64Array.from(values),
    width: 1,
    upperBounds: [],
    resets: Int32Array.from(resets),
    gaps: new Int32Array(),
  };
}

/** Cells of so many samples each. */
function downsampled(raw: SampledSeries, size: number): SampledSeries {
  const cells = Array.from({ length: Math.floor(raw.values.length / size) }, (_, cell) => {
    const from = cell * size;
    const values = raw.values.subarray(from, from + size);
    const inside = [...(raw.resets ?? [])].filter((reset) => reset >= from && reset < from + size);
    const before = raw.values[from - 1] ?? raw.values[0] ?? 0;
    const lost = inside.reduce((sum, reset) => sum + (raw.values[reset - 1] ?? 0), 0);
    const sum = values.reduce((a, b) => a + b, 0);
    return {
      last: values.at(-1) ?? NaN,
      atMs: raw.timestampsMs[from + size - 1] ?? NaN,
      sum,
      min: Math.min(...values),
      max: Math.max(...values),
      squares: values.reduce((total, value) => total + (value - sum / size) ** 2, 0),
      increase: (values.at(-1) ?? NaN) - before + lost,
      resets: inside.length,
    };
  });
  return {
    ...raw,
    resets: undefined,
    timestampsMs: Float64Array.from(cells, ({ atMs }) => atMs),
    values: Float64Array.from(cells, ({ last }) => last),
    cells: {
      counts: Float64Array.from(cells, () => size),
      sums: Float64Array.from(cells, ({ sum }) => sum),
      mins: Float64Array.from(cells, ({ min }) => min),
      maxs: Float64Array.from(cells, ({ max }) => max),
      squares: Float64Array.from(cells, ({ squares }) => squares),
      increases: Float64Array.from(cells, ({ increase }) => increase),
      resets: Float64Array.from(cells, ({ resets }) => resets),
    },
  };
}
