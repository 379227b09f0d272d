import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setup } from './aggregator-setup.ts';

/** Values of several shapes: log-normal, two humps, a long tail, negative ones among them, few different ones. */
const observations = fc.oneof(
  fc.array(
    fc.double({ min: -8, max: 8, noNaN: true }).map((x) => Math.exp(x)),
    { minLength: 1, maxLength: 300 },
  ),
  fc.array(fc.oneof(fc.double({ min: 0.9, max: 1.1, noNaN: true }), fc.double({ min: 90, max: 110, noNaN: true })), {
    minLength: 1,
    maxLength: 300,
  }),
  fc.array(
    fc.double({ min: 0, max: 0.999, noNaN: true }).map((x) => (1 - x) ** -3),
    { minLength: 1, maxLength: 300 },
  ),
  fc.array(
    fc.double({ min: -50, max: 50, noNaN: true }).filter((x) => Math.abs(x) > 1e-6),
    {
      minLength: 1,
      maxLength: 100,
    },
  ),
  fc.array(fc.constantFrom(0.25, 1, 2, 1024), { minLength: 1, maxLength: 50 }),
);
const quantiles = fc.array(fc.constantFrom(0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1), {
  minLength: 1,
  maxLength: 5,
});

/** The least value that at least such a share of all is not above. */
function nearestRank(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  // Shares such as 0.1 of 30 are not exact in binary.
  return sorted[Math.max(0, Math.ceil(quantile * values.length - 1e-9) - 1)] ?? NaN;
}

/** Linear between the values next to rank `q · (n - 1)`. */
function linearQuantile(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = quantile * (values.length - 1);
  const below = Math.floor(rank);
  return (
    (sorted[below] ?? NaN) * (1 - (rank - below)) +
    (sorted[Math.min(below + 1, values.length - 1)] ?? NaN) * (rank - below)
  );
}

function offBy(value: number | null | undefined, truth: number): number {
  return Math.abs(Number(value) - truth) / Math.abs(truth);
}

describe('percentiles of a histogram', () => {
  it('from native buckets are within 1.09 % of the true ones, all series together', () => {
    fc.assert(
      fc.property(observations, quantiles, (values, asked) => {
        const { metrics, aggregator } = setup();
        const seconds = metrics.histogram({
          name: 'seconds',
          description: 'D.',
          labels: ['route'],
          native: { maxBuckets: 2000 },
          buckets: [1],
        });
        for (const [at, value] of values.entries()) seconds.observe({ route: `/${at % 3}` }, value);
        const found = aggregator.calculatePercentilesDetailed('seconds', asked);
        for (const quantile of asked) {
          expect(found[quantile]).toMatchObject({ method: 'sketch', coverage: 1 });
          expect(found[quantile]?.relativeError).toBeCloseTo(0.010_889, 6);
          const off = offBy(found[quantile]?.value, nearestRank(values, quantile));
          expect(off).toBeLessThanOrEqual(Number(found[quantile]?.relativeError) + 1e-9);
        }
      }),
    );
  });

  it('from explicit buckets are within the bound that they state', () => {
    const bounds = fc
      .uniqueArray(fc.integer({ min: -20, max: 200 }), { minLength: 1, maxLength: 12 })
      .map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(observations, bounds, quantiles, (values, buckets, asked) => {
        const { metrics, aggregator } = setup();
        const seconds = metrics.histogram({ name: 'seconds', description: 'D.', buckets });
        for (const value of values) seconds.observe(value);
        const found = aggregator.calculatePercentilesDetailed('seconds', asked);
        for (const quantile of asked) {
          const truth = nearestRank(values, quantile);
          const bound = found[quantile]?.relativeError ?? Infinity;
          expect(found[quantile]?.method).toBe('buckets');
          expect(offBy(found[quantile]?.value, truth)).toBeLessThanOrEqual(bound + 1e-9);
          // No bound without need: the true value lies between two finite bounds of the same sign.
          const upper = buckets.findIndex((each) => each >= truth);
          const isBounded = upper > 0 && Math.sign(buckets[upper - 1] ?? 0) * Math.sign(buckets[upper] ?? 0) > 0;
          expect(Number.isFinite(bound)).toBe(isBounded);
        }
      }),
    );
  });

  it('are those of a window on demand', async () => {
    const { metrics, aggregator, ticks } = setup();
    const seconds = metrics.histogram({ name: 'seconds', description: 'D.', native: true, buckets: [] });
    const classic = metrics.histogram({ name: 'classic_seconds', description: 'D.', buckets: [1, 2, 4] });
    await ticks(24, (tick) => {
      seconds.observe(tick < 12 ? 1 : 100);
      classic.observe(tick < 12 ? 0.5 : 3);
    });
    expect(aggregator.calculatePercentiles('seconds', [50], { window: '1m' })[50]).toBeCloseTo(100, -1);
    // So far apart are the values that 160 buckets have to be wider.
    const least = aggregator.calculatePercentilesDetailed('seconds', [0.25])[0.25];
    expect(least?.relativeError).toBeCloseTo(2 ** (1 / 32) - 1, 12);
    expect(offBy(least?.value, 1)).toBeLessThan(2 ** (1 / 32) - 1);
    expect(aggregator.calculatePercentilesDetailed('classic_seconds', [0.5], { window: '1m' })).toEqual({
      0.5: { value: 3, method: 'buckets', relativeError: 0.5, coverage: 1 },
    });
    const early = aggregator.calculatePercentilesDetailed('classic_seconds', [0.5], { window: '8m' })[0.5];
    expect(early).toMatchObject({ coverage: 0.5, reason: 'observation_began' });
  });
});

describe('percentiles of a gauge', () => {
  it('are those of all its samples', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 3 }), {
          minLength: 1,
          maxLength: 50,
        }),
        quantiles,
        async (script, asked) => {
          const { metrics, aggregator, ticks, clock } = setup({ retentionMs: 3_600_000 });
          const depth = metrics.gauge({ name: 'depth', description: 'Depth.', labels: ['queue'] });
          const held = new Map<number, number>();
          const all: number[] = [];
          await ticks(script.length, (tick) => {
            for (const [series, value] of (script[tick] ?? []).entries()) {
              depth.set({ queue: `q${series}` }, value);
              held.set(series, value);
            }
            all.push(...held.values());
          });
          // The present is a sample, too.
          all.push(...held.values());
          const found = aggregator.calculatePercentilesDetailed('depth', asked, {
            window: clock.now() - Date.UTC(2026, 0, 1) + 1,
          });
          for (const quantile of asked) {
            expect(found[quantile]?.value).toBeCloseTo(linearQuantile(all, quantile), 9);
            expect(found[quantile]).toMatchObject({ method: 'samples', relativeError: 0 });
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('have no bound when samples have become cells', async () => {
    const { metrics, aggregator, ticks } = setup();
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    await ticks(360, (tick) => depth.set(tick));
    const found = aggregator.calculatePercentilesDetailed('depth', [0.5], { window: '55m' })[0.5];
    expect(found?.relativeError).toBeNull();
    expect(offBy(found?.value, 195)).toBeLessThan(0.03);
  });
});

describe('percentiles', () => {
  it('of a counter are those of its rate', async () => {
    const { metrics, aggregator, ticks } = setup();
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] });
    jobs.inc({ queue: 'a' }, 0);
    await ticks(41, (tick) => {
      jobs.inc({ queue: 'a' }, tick % 2 === 0 ? 10 : 0);
      jobs.inc({ queue: 'b' }, 5);
    });
    const found = aggregator.calculatePercentilesDetailed('jobs_total', [0, 100], { window: '6m' });
    expect(found[0]?.value).toBeCloseTo(0.5, 9);
    expect(found[100]?.value).toBeCloseTo(1.5, 9);
    expect(found[0]).toMatchObject({ method: 'samples', relativeError: 0, coverage: 1 });
  });

  it('of a summary are those that it keeps', () => {
    const { metrics, aggregator } = setup();
    const size = metrics.summary({ name: 'size', description: 'S.', labels: ['kind'], quantiles: [0.5, 0.9] });
    for (let value = 1; value <= 100; value++) size.observe({ kind: 'a' }, value);
    const found = aggregator.calculatePercentilesDetailed('size', [50, 90, 99]);
    expect(offBy(found[50]?.value, 50)).toBeLessThanOrEqual(Number(found[50]?.relativeError));
    expect(offBy(found[90]?.value, 90)).toBeLessThanOrEqual(Number(found[90]?.relativeError));
    expect(found[99]).toEqual({ value: null, method: 'sketch', relativeError: null, coverage: 0 });
    size.observe({ kind: 'b' }, 1);
    expect(aggregator.calculatePercentiles('size', [0.5])).toEqual({ 0.5: NaN });
    const matchers = [{ name: 'kind', op: '=', value: 'b' }] as const;
    expect(offBy(aggregator.calculatePercentiles('size', [0.5], { matchers })[0.5], 1)).toBeLessThan(0.0109);
  });

  it('are unknown without observations, never 0', () => {
    const { metrics, aggregator } = setup();
    metrics.histogram({ name: 'seconds', description: 'D.', buckets: [1] });
    metrics.gauge({ name: 'depth', description: 'Depth.', labels: ['queue'] });
    for (const metric of ['seconds', 'depth', 'nothing']) {
      expect(aggregator.calculatePercentiles(metric, [0.5, 0.9])).toEqual({ 0.5: NaN, 0.9: NaN });
    }
    const nothing = { value: null, relativeError: null };
    expect(aggregator.calculatePercentilesDetailed('seconds', [0.5])[0.5]).toMatchObject({ ...nothing, coverage: 1 });
    expect(aggregator.calculatePercentilesDetailed('depth', [0.5])[0.5]).toMatchObject({
      ...nothing,
      coverage: 0,
      reason: 'not_tracked',
    });
  });

  it('are percents when any is above 1, and refused outside', () => {
    const { metrics, aggregator } = setup();
    const seconds = metrics.histogram({ name: 'seconds', description: 'D.', native: { maxBuckets: 400 }, buckets: [] });
    for (let value = 1; value <= 1000; value++) seconds.observe(value);
    const found = aggregator.calculatePercentiles('seconds', [1, 50]);
    expect(offBy(found[1], 10)).toBeLessThan(0.0109);
    expect(offBy(aggregator.calculatePercentiles('seconds', [1])[1], 1000)).toBeLessThan(0.0109);
    for (const wrong of [-0.1, 101, NaN]) {
      expect(() => aggregator.calculatePercentiles('seconds', [wrong])).toThrow(
        expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID' }),
      );
    }
  });
});
