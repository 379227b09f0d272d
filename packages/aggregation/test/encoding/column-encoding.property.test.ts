import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteReader } from '../../src/encoding/byte-reader.ts';
import { ByteWriter } from '../../src/encoding/byte-writer.ts';
import { readColumn, writeColumn } from '../../src/encoding/column-encoding.ts';

const special = fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 2 ** 50, -(2 ** 50), 2 ** 53, 5e-324, 1.7e308, 0.1);
const integer = fc.integer({ min: -1000, max: 1000 });
const large = fc.maxSafeInteger();
const decimal = fc.tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.nat(7)).map(([n, e]) => n / 10 ** e);
const running = (step: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(step, { minLength: 1, maxLength: 300 }).map((steps) => {
    let sum = 0;
    return steps.map((each) => (sum += each));
  });

const columns: Readonly<Record<string, fc.Arbitrary<number[]>>> = {
  'any doubles': fc.array(fc.double(), { maxLength: 300 }),
  integers: fc.array(integer, { maxLength: 300 }),
  'large integers': fc.array(large, { maxLength: 300 }),
  decimals: fc.array(decimal, { maxLength: 300 }),
  'counters of integers': running(fc.nat(100)),
  'counters with rare bursts': running(fc.oneof({ weight: 30, arbitrary: fc.nat(3) }, fc.nat(2 ** 40))),
  'counters that are reset': running(fc.nat(9)).map((values) => values.map((value) => value % 137)),
  'sums of seconds': running(fc.double({ min: 0, max: 10, noNaN: true })),
  'special values': fc.array(special, { maxLength: 60 }),
  'a mixture': fc.array(fc.oneof(special, integer, decimal, fc.double()), { maxLength: 100 }),
  constants: fc
    .tuple(fc.oneof(special, integer, fc.double()), fc.nat(300))
    .map(([value, count]) => Array.from({ length: count }, () => value)),
};

function written(values: readonly number[]): Uint8Array {
  const writer = new ByteWriter();
  writeColumn(writer, Float64Array.from(values), values.length);
  return writer.take();
}

function bitsOf(values: Float64Array): BigUint64Array {
  return new BigUint64Array(values.buffer, values.byteOffset, values.length);
}

describe('a column', () => {
  it.each(Object.entries(columns))('of %s comes back to the bit', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (values) => {
        const reader = new ByteReader(written(values));
        const read = new Float64Array(values.length + 1);
        readColumn(reader, read, values.length);
        expect(bitsOf(read.subarray(0, values.length))).toEqual(bitsOf(Float64Array.from(values)));
        expect(reader.at).toBe(reader.bytes.length);
        // Nothing beyond the column is touched.
        expect(read[values.length]).toBe(0);
      }),
    );
  });

  it.each(Object.entries(columns))('of %s is never larger than its doubles and a byte', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (values) => {
        expect(written(values).length).toBeLessThanOrEqual(8 * values.length + 1 + (areSafe(values) ? 8 : 0));
      }),
    );
  });

  it('follows another one in the same bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...Object.values(columns)), { maxLength: 5 }), (many) => {
        const writer = new ByteWriter();
        for (const values of many) writeColumn(writer, Float64Array.from(values), values.length);
        const reader = new ByteReader(writer.take());
        const read = many.map((values) => {
          const column = new Float64Array(values.length);
          readColumn(reader, column, values.length);
          return Array.from(column);
        });
        expect(read).toEqual(many);
      }),
    );
  });
});

/** Integers have a head of their own, which only pays with more than a few of them. */
function areSafe(values: readonly number[]): boolean {
  return values.every((value) => Math.abs(value) <= 2 ** 53);
}

describe('the size of 120 samples', () => {
  /** A small generator, so that the figures do not change. */
  const noise = (seed: number) => {
    let state = seed;
    return (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 32;
    };
  };
  const random = noise(7);
  const series = (next: (index: number) => number): number[] => Array.from({ length: 120 }, (_, index) => next(index));
  let sum = 0;
  const bytesPerSample: readonly (readonly [what: string, values: number[], most: number])[] = [
    ['a constant', series(() => 42), 0.1],
    ['a counter that grows by about 500', series(() => (sum += 478 + Math.floor(44 * random()))), 1.05],
    ['a counter that is idle most of the time', series(() => (sum += random() < 0.05 ? 3 : 0)), 0.4],
    ['bytes of a heap', series(() => 50_000_000 + Math.floor(1_000_000 * random())), 2.8],
    ['a queue of up to 20', series(() => Math.floor(21 * random())), 0.8],
    ['a percentage with two decimals', series(() => Math.round(10_000 * random()) / 100), 1.9],
    ['a sum of seconds', series(() => (sum += random())), 7.1],
    ['a gauge of full precision', series(() => 100 * random()), 7.1],
  ];

  it.each(bytesPerSample)('of %s', (_, values, most) => {
    expect(written(values).length / 120).toBeLessThanOrEqual(most);
  });
});
