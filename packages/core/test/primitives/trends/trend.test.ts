import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analyseTrend, breachTimeOfTrend, evaluateQueries, forecastTrend, query } from '@bduf/metrics-core/primitives';
import { sampledReader } from '../query/recorded-series.ts';

const START_MS = 1_700_000_000_000;

function everyMinute(values: readonly number[]) {
  return analyseTrend(times(values.length), Float64Array.from(values));
}

function times(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => START_MS + index * 60_000);
}

/** All pairs, one by one. */
function scoreOf(values: readonly number[]): number {
  return values.reduce(
    (sum, later, at) => sum + values.slice(0, at).reduce((inner, earlier) => inner + Math.sign(later - earlier), 0),
    0,
  );
}

describe('the trend of values', () => {
  it('is that of a straight line', () => {
    const trend = everyMinute(Array.from({ length: 20 }, (_, index) => 10 + 6 * index));
    expect(trend).toMatchObject({
      direction: 'increasing',
      sampleCount: 20,
      startValue: 10,
      endValue: 124,
      rSquared: 1,
    });
    expect(trend.slopePerSecond).toBeCloseTo(0.1, 12);
    expect(trend.robustSlopePerSecond).toBeCloseTo(0.1, 12);
    expect(trend.changePercent).toBeCloseTo(1140, 9);
    expect(trend.pValue).toBeLessThan(1e-8);
    expect(forecastTrend(trend, 600)).toBeCloseTo(184, 9);
    expect(breachTimeOfTrend(trend, 130)).toBeCloseTo((trend.endMs ?? 0) + 60_000, 3);
    expect(breachTimeOfTrend(trend, 100)).toBeNull();
  });

  it('hardly sees an outlier in the robust slope', () => {
    const values = Array.from({ length: 50 }, (_, index) => (index === 45 ? 1e6 : 100 - index));
    const trend = everyMinute(values);
    expect(trend.robustSlopePerSecond).toBeCloseTo(-1 / 60, 3);
    expect(trend.slopePerSecond).toBeGreaterThan(0);
    expect(trend.direction).toBe('decreasing');
  });

  it.each([
    ['fewer than 8 points', [1, 2, 3, 4, 5, 6, 7], 'insufficient_data'],
    ['no point', [], 'insufficient_data'],
    ['a constant', Array.from({ length: 30 }, () => 5), 'stable'],
    ['zeros', Array.from({ length: 30 }, () => 0), 'stable'],
    ['a change below one percent', Array.from({ length: 30 }, (_, index) => 1000 + index * 0.1), 'stable'],
    ['noise', [5, 1, 4, 2, 5, 1, 3, 2, 4, 1, 5, 2], 'stable'],
    ['a rise from 0', [0, 0, 0, 0, 0, 1, 2, 3, 4, 5], 'increasing'],
    ['missing values', [NaN, 1, 2, 3, NaN, 4, 5, 6, Infinity, 7, 8, 9], 'increasing'],
  ])('of %s', (_title, values, direction) => {
    expect(everyMinute(values).direction).toBe(direction);
  });

  it('has no share of variance to explain where there is none', () => {
    expect(everyMinute(Array.from({ length: 30 }, () => 5))).toMatchObject({
      slopePerSecond: 0,
      rSquared: null,
      pValue: 1,
      changePercent: 0,
      startValue: 5,
      endValue: 5,
    });
    expect(everyMinute([3])).toMatchObject({ slopePerSecond: null, sampleCount: 1, endMs: START_MS });
    expect(forecastTrend(everyMinute([3]), 60)).toBeNull();
    expect(breachTimeOfTrend(everyMinute([3, 3, 3]), 4)).toBeNull();
  });

  it('has the p-value of the normal approximation', () => {
    // Ten rising values: S = 45, variance 125, z = 44 / √125 = 3.9355.
    expect(everyMinute([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).pValue).toBeCloseTo(8.303e-5, 8);
    // Two pairs of ties, 3 and 2.
    expect(everyMinute([1, 3, 2, 2, 4, 3.5, 3, 5]).pValue).toBeCloseTo(
      tail(scoreOf([1, 3, 2, 2, 4, 3.5, 3, 5]), 2, 8),
      7,
    );
  });

  it('counts pairs as one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 8, maxLength: 60 }), (values) => {
        const score = scoreOf(values);
        const sizes = [...new Set(values)].map((each) => values.filter((value) => value === each).length);
        const n = values.length;
        const correction = sizes.reduce((sum, size) => sum + size * (size - 1) * (2 * size + 5), 0);
        const variance = (n * (n - 1) * (2 * n + 5) - correction) / 18;
        const expected =
          score === 0 || variance === 0 ? 1 : erfc((Math.abs(score) - 1) / Math.sqrt(variance) / Math.SQRT2);
        expect(everyMinute(values).pValue).toBeCloseTo(expected, 6);
      }),
    );
  });

  it('has the slope that deriv has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }),
        (list) => {
          const values = Float64Array.from(list);
          const timestampsMs = times(list.length);
          const series = {
            labels: {},
            type: 'gauge',
            createdMs: NaN,
            observedSinceMs: START_MS,
            timestampsMs,
            values,
            width: 1,
            upperBounds: [],
            gaps: new Int32Array(),
          } as const;
          const last = timestampsMs.at(-1) ?? 0;
          const { expression } = query('m').deriv('2h');
          const [answer] = evaluateQueries(
            [{ expression, startMs: last, endMs: last, stepMs: 0 }],
            sampledReader([{ metric: 'm', series }]),
          );
          expect(analyseTrend(timestampsMs, values).slopePerSecond).toBe(answer?.series[0]?.values[0]);
        },
      ),
    );
  });

  it('is worked out quickly for many points', () => {
    const values = Float64Array.from({ length: 100_000 }, (_, index) => index + ((index * 7919) % 1000));
    const trend = analyseTrend(times(values.length), values);
    expect(trend).toMatchObject({ direction: 'increasing', sampleCount: 100_000 });
    expect(trend.robustSlopePerSecond).toBeCloseTo(1 / 60, 4);
  });
});

/** Two-sided p-value of a score with two groups of ties of that size. */
function tail(score: number, tied: number, n: number): number {
  const variance = (n * (n - 1) * (2 * n + 5) - 2 * tied * (tied - 1) * (2 * tied + 5)) / 18;
  return erfc((Math.abs(score) - 1) / Math.sqrt(variance) / Math.SQRT2);
}

/** By adding up narrow trapezoids. */
function erfc(x: number): number {
  const steps = 20_000;
  const width = Math.max(0, 12 - x) / steps;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    sum += Math.exp(-((x + step * width) ** 2)) * (step === 0 || step === steps ? 0.5 : 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum * width;
}
