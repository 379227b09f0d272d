import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExponentialBuckets, type ExponentialBucketsOptions } from '@bduf/metrics-core/primitives';

const options = (more: Partial<ExponentialBucketsOptions> = {}): ExponentialBucketsOptions => ({
  schema: 5,
  maxBuckets: 2048,
  overflow: 'collapse',
  zeroThreshold: 0,
  ...more,
});

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const positive = finite.map(Math.abs).filter((value) => value > 0);

function bucketsOf(sketch: ExponentialBuckets): [number, number][] {
  const buckets: [number, number][] = [];
  sketch.positive.forEach((index, count) => buckets.push([index, count]));
  return buckets;
}

/** Bound of a bucket, exact for whole octaves. */
const bound = (index: number, schema: number): number => 2 ** (index * 2 ** -schema);

describe('the bucket of a value', () => {
  it.each([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8])('has bounds around it at schema %d', (schema) => {
    fc.assert(
      fc.property(positive, (value) => {
        const sketch = new ExponentialBuckets(options({ schema }));
        sketch.add(value);
        const [[index]] = bucketsOf(sketch) as [[number, number]];
        // `2 ** x` is only good to some ulps, hence the slack; exactness at bounds is tested below.
        const slack = 1 + 1e-13;
        expect(value).toBeLessThanOrEqual(Math.max(bound(index, schema), Number.MIN_VALUE) * slack);
        expect(value * slack).toBeGreaterThanOrEqual(bound(index - 1, schema));
      }),
    );
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('ends at its upper bound, inclusive, at schema %d', (schema) => {
    for (let octave = -1000; octave <= 1000; octave += 125) {
      const sketch = new ExponentialBuckets(options({ schema }));
      const power = 2 ** octave;
      sketch.add(power);
      expect(bucketsOf(sketch)).toEqual([[octave * 2 ** schema, 1]]);
      sketch.add(power * (1 + Number.EPSILON));
      expect(bucketsOf(sketch)).toEqual([
        [octave * 2 ** schema, 1],
        [octave * 2 ** schema + 1, 1],
      ]);
    }
  });
});

describe('a quantile', () => {
  it('is within the relative error of the value with that rank', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
            fc.double({ min: -1e6, max: -1e-6, noNaN: true }),
            fc.constant(0),
          ),
          { minLength: 1, maxLength: 200 },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const sketch = new ExponentialBuckets(options());
          for (const value of values) sketch.add(value);
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.floor(q * (values.length - 1))] ?? NaN;
          expect(Math.abs(sketch.quantile(q) - exact)).toBeLessThanOrEqual(
            Math.abs(exact) * (sketch.relativeError + 1e-9),
          );
          expect(sketch.count).toBe(values.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is NaN without observations', () => {
    expect(new ExponentialBuckets(options()).quantile(0.5)).toBeNaN();
  });

  it('keeps its error for high values when the lowest buckets had to merge', () => {
    const sketch = new ExponentialBuckets(options({ maxBuckets: 64 }));
    for (let power = -40; power <= 40; power++) sketch.add(2 ** power);
    expect(sketch.count).toBe(81);
    expect(Math.abs(sketch.quantile(1) - 2 ** 40) / 2 ** 40).toBeLessThanOrEqual(sketch.relativeError + 1e-12);
    expect(sketch.quantile(0)).toBeGreaterThan(2 ** 37);
    expect(sketch.positive.end - sketch.positive.start).toBeLessThanOrEqual(64);
  });
});

describe('merging and fitting', () => {
  const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 100 });

  it.each(['collapse', 'downscale'] as const)('gives what counting all values at once gives (%s)', (overflow) => {
    fc.assert(
      fc.property(values, values, fc.constantFrom(8, 40, 2048), (a, b, maxBuckets) => {
        // Collapsing depends on the order of values, so it is only compared where everything fits.
        fc.pre(overflow === 'downscale' || maxBuckets === 2048);
        const make = (all: readonly number[]): ExponentialBuckets => {
          const sketch = new ExponentialBuckets(options({ overflow, maxBuckets, zeroThreshold: 2 ** -20 }));
          for (const value of all) sketch.add(value);
          return sketch;
        };
        const merged = make(a);
        merged.merge(make(b));
        const together = make([...a, ...b]);
        expect(merged.count).toBe(together.count);
        expect(merged.schema).toBe(together.schema);
        expect(bucketsOf(merged)).toEqual(bucketsOf(together));
        expect(merged.zeroCount).toBe(together.zeroCount);
      }),
      { numRuns: 300 },
    );
  });

  it('halves the resolution until the values fit', () => {
    const sketch = new ExponentialBuckets(options({ schema: 8, maxBuckets: 160, overflow: 'downscale' }));
    for (let power = -300; power <= 300; power++) sketch.add(10 ** power);
    expect(sketch.count).toBe(601);
    expect(sketch.positive.end - sketch.positive.start).toBeLessThanOrEqual(160);
    expect(sketch.schema).toBe(-4);
  });

  it('keeps the index of bucket 0 a positive zero', () => {
    const sketch = new ExponentialBuckets(options({ maxBuckets: 8, overflow: 'downscale' }));
    sketch.add(1);
    sketch.add(1e9);
    expect(bucketsOf(sketch)[0]).toEqual([0, 1]);
  });

  it('starts over at full resolution after clear', () => {
    const sketch = new ExponentialBuckets(options({ maxBuckets: 8, overflow: 'downscale' }));
    sketch.add(1);
    sketch.add(1e9);
    expect(sketch.schema).toBeLessThan(5);
    sketch.clear();
    expect([sketch.count, sketch.schema]).toEqual([0, 5]);
  });
});
