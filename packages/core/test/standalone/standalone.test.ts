import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CustomHistogram, MetricsError, RollingCounter } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';

describe('a rolling counter', () => {
  it.each([
    [0, 1],
    [1.5, 1],
    [1, 0],
    [1, Number.NaN],
  ])('of %d slots of %d ms is refused', (count, size) => {
    expect(() => new RollingCounter(count, size)).toThrow(MetricsError);
  });

  it.each([[-1], [Number.NaN], [Infinity]])('throws for an increment of %d and keeps its sum', (value) => {
    const counter = new RollingCounter(2, 10, { clock: new ManualClock() });
    counter.increment(3);
    expect(() => counter.increment(value)).toThrow(MetricsError);
    expect(counter.getRollingSum()).toBe(3);
  });

  it('divides by the age while it is young, and by its window later', () => {
    const clock = new ManualClock();
    const counter = new RollingCounter(10, 1000, { clock });
    counter.increment(6);
    expect(counter.getRate()).toBe(6);
    clock.advance(2000);
    expect(counter.getRate()).toBe(3);
    clock.advance(7500);
    counter.increment(4);
    expect([counter.getRollingSum(), counter.getRate()]).toEqual([10, 10 / 9.5]);
    clock.advance(600);
    expect([counter.getRollingSum(), counter.getRate()]).toEqual([4, 0.4]);
  });

  it('does not care about the wall clock, nor about a monotonic clock that goes back', () => {
    const clock = new ManualClock();
    let offset = 0;
    const counter = new RollingCounter(3, 100, {
      clock: {
        now: () => clock.now(),
        monotonicMs: () => clock.monotonicMs() + offset,
        setTimer: () => ({ cancel: () => undefined }),
      },
    });
    clock.advance(250);
    counter.increment(2);
    clock.jumpTo(0);
    expect(counter.getRollingSum()).toBe(2);
    offset = -200;
    counter.increment(1);
    expect(counter.getRollingSum()).toBe(3);
    offset = 10_000;
    expect(counter.getRollingSum()).toBe(0);
  });

  it('holds what a list of all events says', () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 700 }), value: fc.integer({ min: 0, max: 5 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, slots) => {
        const clock = new ManualClock();
        const counter = new RollingCounter(slots, 100, { clock });
        const events: { slot: number; value: number }[] = [];
        for (const { waitMs, value } of steps) {
          clock.advance(waitMs);
          counter.increment(value);
          events.push({ slot: Math.floor(clock.monotonicMs() / 100), value });
          const newest = Math.floor(clock.monotonicMs() / 100);
          const expected = events
            .filter(({ slot }) => slot > newest - slots)
            .reduce((sum, event) => sum + event.value, 0);
          expect(counter.getRollingSum()).toBe(expected);
        }
      }),
    );
  });
});

describe('a custom histogram', () => {
  it.each([[[]], [[2, 1]], [[1, 1]], [[Number.NaN]], [[1, Infinity]]])('with buckets %p is refused', (buckets) => {
    expect(() => new CustomHistogram(buckets)).toThrow(MetricsError);
  });

  it('refuses values and percentiles that make no sense', () => {
    const histogram = new CustomHistogram([1]);
    expect(() => histogram.observe(Number.NaN)).toThrow(MetricsError);
    expect(() => histogram.getPercentile(101)).toThrow(MetricsError);
    expect(() => histogram.getPercentile(-1)).toThrow(MetricsError);
    expect(histogram.getPercentile(50)).toBeNaN();
    expect(histogram.export()).toEqual({
      buckets: [
        { upperBound: 1, count: 0 },
        { upperBound: Infinity, count: 0 },
      ],
      sum: 0,
      count: 0,
      min: null,
      max: null,
    });
  });

  it('takes quantiles and percentages', () => {
    const histogram = new CustomHistogram([10, 20, 30]);
    for (let value = 1; value <= 30; value++) histogram.observe(value);
    expect(histogram.getPercentile(0.5)).toBe(histogram.getPercentile(50));
    expect(histogram.getPercentile(50)).toBeCloseTo(15, 0);
    expect(histogram.getPercentile(1)).toBe(30);
    expect(histogram.getPercentile(0)).toBe(1);
  });

  it('answers within the bucket of the exact percentile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -50, max: 150, noNaN: true }), { minLength: 1, maxLength: 80 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const bounds = [-10, 0, 1, 5, 20, 100];
          const histogram = new CustomHistogram(bounds);
          for (const value of values) histogram.observe(value);
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(q * values.length) - 1)] ?? NaN;
          const upper = bounds.find((bound) => bound >= exact) ?? Infinity;
          const lower = bounds.findLast((bound) => bound < exact) ?? -Infinity;
          const answer = histogram.getPercentile(q);
          expect(answer).toBeLessThanOrEqual(Math.min(upper, sorted.at(-1) ?? NaN));
          expect(answer).toBeGreaterThanOrEqual(Math.max(lower, sorted[0] ?? NaN));
        },
      ),
      { examples: [[[-5, -5e-324], 1]] },
    );
  });
});
