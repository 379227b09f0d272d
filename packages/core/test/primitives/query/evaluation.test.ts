import { describe, expect, it } from '@jest/globals';
import type { HistoryQuery, MetricObservation, QueryExpression, SampledSeries } from '@bduf/metrics-core/interfaces';
import { type Query, evaluateQueries, query } from '@bduf/metrics-core/primitives';
import { sampledReader } from './recorded-series.ts';

const NOT_TRACKED: MetricObservation = { sinceMs: 60_000, reason: 'not_tracked' };

/** A gauge that is read every 10 s from second 10 on. */
function gauge(values: readonly number[], more: Partial<SampledSeries> = {}): SampledSeries {
  return {
    labels: { a: 'x' },
    type: 'gauge',
    createdMs: 0,
    observedSinceMs: 0,
    timestampsMs: Float64Array.from(values, (_, index) => (index + 1) * 10_000),
    values: Float64Array.from(values),
    width: 1,
    upperBounds: [],
    resets: new Int32Array(),
    gaps: new Int32Array(),
    ...more,
  };
}

function at(seconds: number, { expression }: Query): HistoryQuery {
  return { expression, startMs: seconds * 1000, endMs: seconds * 1000, stepMs: 0 };
}

function valueOf(series: SampledSeries, seconds: number, asked: Query): number | undefined {
  const [answer] = evaluateQueries([at(seconds, asked)], sampledReader([{ metric: 'm', series }]));
  return answer?.series[0]?.values[0];
}

describe('a value holds until the next sample', () => {
  const m = query('m');
  const steady = gauge([4, 6, 2]);

  it.each<readonly [string, Query, number | undefined]>([
    ['last', m, 6],
    ['mean', m.avgOverTime('5s'), 6],
    ['least', m.minOverTime('5s'), 6],
    ['greatest', m.maxOverTime('5s'), 6],
    ['last of the window', m.lastOverTime('5s'), 6],
    ['quantile', m.quantileOverTime('5s', 0.5), 6],
    ['presence', m.presentOverTime('5s'), 1],
    ['change', m.delta('5s'), 0],
    ['increase', m.increase('5s'), 0],
    ['changes', m.changes('5s'), 0],
    ['number of samples, of which there are none', m.countOverTime('5s'), undefined],
    ['sum of samples', m.sumOverTime('5s'), undefined],
    ['change since a moment between samples', m.delta('13s'), 2],
    ['changes since a moment between samples', m.changes('9s'), 1],
    ['slope, which needs two samples', m.deriv('9s'), undefined],
  ])('%s', (_title, asked, expected) => {
    expect(valueOf(steady, 27, asked)).toBe(expected);
  });

  it('but not for ever', () => {
    expect(valueOf(steady, 329, m)).toBe(2);
    expect(valueOf(steady, 330, m)).toBeUndefined();
    expect(valueOf(steady, 330, m.avgOverTime('1m'))).toBeUndefined();
    expect(valueOf(steady, 330, m.increase('1m'))).toBeUndefined();
  });

  it('nor over a gap, nor beyond the end of the series', () => {
    const interrupted = gauge([4, 6, 2], { gaps: Int32Array.of(2) });
    expect([20, 25, 30].map((seconds) => valueOf(interrupted, seconds, m))).toEqual([6, undefined, 2]);
    expect(valueOf(interrupted, 25, m.avgOverTime('2s'))).toBeUndefined();
    // What is known at 30 s began at the sample after the gap.
    expect(valueOf(interrupted, 35, m.delta('10s'))).toBe(0);
    const removed = gauge([4, 6, 2], { gaps: Int32Array.of(3) });
    expect([30, 31].map((seconds) => valueOf(removed, seconds, m))).toEqual([2, undefined]);
    expect(valueOf(removed, 40, m.maxOverTime('15s'))).toBe(2);
  });
});

describe('an answer', () => {
  const m = query('m');

  it('leaves out what has no value, and tells 0/0 from nothing', () => {
    const series = gauge([0, 0, 5], { gaps: Int32Array.of(2) });
    const asked: HistoryQuery = { expression: m.dividedBy(m).expression, startMs: 0, endMs: 40_000, stepMs: 5000 };
    const [answer] = evaluateQueries([asked], sampledReader([{ metric: 'm', series }]));
    expect(answer?.series).toEqual([
      {
        labels: { a: 'x' },
        timestampsMs: Float64Array.of(10_000, 15_000, 20_000, 30_000, 35_000, 40_000),
        values: Float64Array.of(NaN, NaN, NaN, 1, 1, 1),
        coverage: 1,
      },
    ]);
  });

  it('orders series by labels', () => {
    const all = ['b', 'a', 'c'].map((name) => ({ metric: 'm', series: gauge([1], { labels: { name } }) }));
    const [answer] = evaluateQueries([at(10, m)], sampledReader(all));
    expect(answer?.series.map(({ labels }) => labels['name'])).toEqual(['a', 'b', 'c']);
  });

  it('counts a label without text as none', () => {
    const all = [{ b: '' }, {}].map((labels) => ({ metric: 'm', series: gauge([1], { labels }) }));
    const [answer] = evaluateQueries([at(10, m.sumBy('b'))], sampledReader(all));
    expect(answer?.series).toMatchObject([{ labels: {}, values: Float64Array.of(2) }]);
  });

  it('is a constant without series', () => {
    const expression: QueryExpression = {
      kind: 'binary',
      op: '*',
      left: { kind: 'number', value: 6 },
      right: { kind: 'number', value: 7 },
    };
    const [answer] = evaluateQueries([{ expression, startMs: 5, endMs: 5, stepMs: 0 }], sampledReader([]));
    expect(answer).toMatchObject({ coverage: 1, series: [{ labels: {}, values: Float64Array.of(42) }] });
  });

  it('takes a summary for its count, sum and mean', () => {
    const rows = [7, 9, 20, 4, 8, 10, 50, 8];
    const series = gauge([1, 2], { type: 'summary', values: Float64Array.from(rows), width: 4 });
    expect(valueOf(series, 20, m)).toBe(8);
    expect(valueOf(series, 20, m.count())).toBe(8);
    expect(valueOf(series, 20, m.total())).toBe(50);
    expect(valueOf(series, 20, m.increase('10s').average())).toBe(7.5);
  });

  it('takes increases of histograms from the cells of a downsampled tier', () => {
    // Rows are counts up to 1, up to 2, beyond, and the sum. The second cell holds a reset that its last row does not show.
    const column = (...numbers: number[]): Float64Array => Float64Array.from(numbers);
    const series = gauge([0, 0, 0], {
      type: 'histogram',
      values: column(5, 5, 0, 20, 6, 6, 1, 30, 7, 8, 1, 36),
      width: 4,
      upperBounds: [1, 2],
      cells: {
        counts: column(6, 6, 6),
        sums: column(30, 60, 90),
        mins: column(0, 0, 13),
        maxs: column(10, 13, 16),
        squares: column(1, 1, 1),
        increases: column(5, 5, 0, 20, 9, 8, 3, 44, 1, 2, 0, 6),
        resets: column(0, 1, 0),
      },
      resets: undefined,
    });
    expect(valueOf(series, 30, m.increase('20s').count())).toBe(23);
    expect(valueOf(series, 30, m.increase('20s'))).toBe(23);
    expect(valueOf(series, 30, m.increase('20s').total())).toBe(50);
    expect(valueOf(series, 30, m.increase('20s').quantile(0.5))).toBe(1.15);
    expect(valueOf(series, 30, m.rate('10s').count())).toBe(0.3);
    expect(valueOf(series, 30, m.maxOverTime('20s'))).toBe(16);
    expect(valueOf(series, 30, m.avgOverTime('20s'))).toBe(12.5);
    expect(valueOf(series, 30, m.resets('20s'))).toBe(1);
  });

  it('has no histogram of a gauge', () => {
    expect(valueOf(gauge([1, 2]), 20, m.quantile(0.5))).toBeUndefined();
  });

  it('knows less when observation began late or was interrupted, and says why', () => {
    const late = gauge([1, 2, 3], { createdMs: NaN, observedSinceMs: 10_000 });
    const [answer] = evaluateQueries([at(30, m.avgOverTime('40s'))], sampledReader([{ metric: 'm', series: late }]));
    expect(answer).toMatchObject({ coverage: 0.5, reason: 'observation_began', series: [{ coverage: 0.5 }] });
    const interrupted = gauge([1, 2, 3], { gaps: Int32Array.of(1) });
    const [other] = evaluateQueries(
      [at(30, m.avgOverTime('20s'))],
      sampledReader([{ metric: 'm', series: interrupted }]),
    );
    expect(other).toMatchObject({ coverage: 0.5, reason: 'interrupted', series: [{ coverage: 0.5 }] });
  });

  it('takes the reason of the reader for what it has not', () => {
    const reader = { ...sampledReader([]), observation: () => NOT_TRACKED };
    const [answer] = evaluateQueries([at(120, m.increase('2m'))], reader);
    expect(answer).toEqual({ series: [], coverage: 0.5, reason: 'not_tracked' });
    const [unknown] = evaluateQueries([at(120, m.increase('2m'))], sampledReader([]));
    expect(unknown).toEqual({ series: [], coverage: 0, reason: 'unknown_metric' });
  });

  it('of several metrics knows as much as of the least known one', () => {
    const known = gauge([1, 2, 3]);
    const late = gauge([1, 2, 3], { observedSinceMs: 10_000, createdMs: NaN });
    const reader = sampledReader([
      { metric: 'm', series: known },
      { metric: 'n', series: late },
    ]);
    const [answer] = evaluateQueries([at(30, m.avgOverTime('40s').plus(query('n').avgOverTime('40s')))], reader);
    expect(answer).toMatchObject({ coverage: 0.5, series: [{ coverage: 0.5, values: Float64Array.of(4) }] });
  });
});

describe('a batch', () => {
  it('reads the samples of a selector once where spans touch, and apart where they do not', () => {
    const reads: string[] = [];
    const reader = {
      select: (selector: { readonly metric: string }, fromMs: number, toMs: number) => {
        reads.push(`${selector.metric} ${fromMs} ${toMs}`);
        return [];
      },
    };
    const requests = query('m').where({ a: 'x' });
    const same = query('m').where({ a: 'x' });
    evaluateQueries(
      [
        at(1000, requests.increase('5m')),
        at(1000, same.rate('1m').dividedBy(same.increase('10m'))),
        at(1000, requests.offset('10m').increase('1m')),
        at(1000, query('m').increase('1m')),
      ],
      reader,
    );
    expect(reads).toEqual(['m 340000 1000000', 'm 940000 1000000']);
    reads.length = 0;
    evaluateQueries([at(90_000, requests.increase('5m')), at(90_000, requests.offset('1d').increase('5m'))], reader);
    expect(reads).toEqual(['m 3300000 3600000', 'm 89700000 90000000']);
  });

  it.each<readonly [string, Partial<HistoryQuery>, string]>([
    ['an end before the start', { startMs: 2, endMs: 1 }, 'from 2 to 1'],
    ['a span without step', { startMs: 1, endMs: 2, stepMs: 0 }, 'a step of 0 ms'],
    ['a time that is none', { startMs: NaN, endMs: NaN }, 'from NaN to NaN'],
    ['too many moments', { startMs: 0, endMs: 1e9, stepMs: 1 }, '1000000001 moments'],
    [
      'an expression without meaning',
      { expression: { kind: 'window', fn: 'rate', selector: { metric: 'm' }, windowMs: -5 } },
      '-5 ms',
    ],
  ])('refuses %s', (_title, wrong, message) => {
    const asked = { ...at(1, query('m')), ...wrong };
    expect(() => evaluateQueries([asked], sampledReader([]))).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('refuses arithmetic with series that cannot be told apart', () => {
    const all = ['x', 'y'].map((b) => ({ metric: 'm', series: gauge([1], { labels: { b } }) }));
    const twice = [...all, ...all];
    expect(() => evaluateQueries([at(10, query('m').plus(query('m')))], sampledReader(twice))).toThrow(
      'Aggregate them first',
    );
  });
});
