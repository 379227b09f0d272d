import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketQuantile } from '@bduf/metrics-core/primitives';

describe('quantile of buckets', () => {
  it.each([
    ['half way through a bucket', [1, 2, 4], [0, 10, 0, 0], 0.5, 1.5],
    ['from zero in the first bucket', [1, 2, 4], [10, 0, 0, 0], 0.5, 0.5],
    ['the bound of a first bucket that is not positive', [-1, 2], [10, 0, 0], 0.5, -1],
    ['the highest bound for what lies beyond', [1, 2, 4], [0, 0, 0, 10], 0.5, 4],
    ['across empty buckets', [1, 2, 4, 8], [5, 0, 0, 5, 0], 0.9, 7.2],
    ['the bound at which a bucket ends', [1, 2, 4], [5, 5, 0, 0], 0.5, 1],
  ])('is %s', (_title, bounds, counts, quantile, expected) => {
    expect(bucketQuantile(bounds, counts, quantile)).toBeCloseTo(expected, 12);
  });

  it('is NaN without observations or bounds', () => {
    expect(bucketQuantile([1, 2], [0, 0, 0], 0.5)).toBeNaN();
    expect(bucketQuantile([], [3], 0.5)).toBeNaN();
  });

  it('lies in the bucket of the exact quantile', () => {
    const bounds = [0.5, 1, 2, 5, 10];
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 9.9, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, quantile) => {
          const counts = [...bounds, Infinity].map(
            (upper, at) => values.filter((value) => value <= upper && value > (bounds[at - 1] ?? -Infinity)).length,
          );
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(quantile * values.length) - 1] ?? NaN;
          const bucket = bounds.findIndex((upper) => exact <= upper);
          const estimate = bucketQuantile(bounds, counts, quantile);
          expect(estimate).toBeLessThanOrEqual(bounds[bucket] ?? NaN);
          expect(estimate).toBeGreaterThanOrEqual(bounds[bucket - 1] ?? 0);
        },
      ),
    );
  });
});
