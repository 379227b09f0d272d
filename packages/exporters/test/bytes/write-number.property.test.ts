import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { complaint } from '../support.ts';
import { MAX_NUMBER_BYTES, writeNumber } from '../../src/bytes/write-number.ts';

function written(value: number): string {
  const target = Buffer.alloc(MAX_NUMBER_BYTES + 3, '!');
  const end = writeNumber(target, 3, value);
  return target.toString('latin1', 3, end);
}

describe('writeNumber', () => {
  it('writes any finite number as String does', () => {
    expect(
      complaint(
        fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => written(value) === String(value)),
        { numRuns: 20_000 },
      ),
    ).toBeUndefined();
  });

  it('writes any integer as String does', () => {
    expect(
      complaint(
        fc.property(fc.maxSafeInteger(), (value) => written(value) === String(value)),
        {
          numRuns: 20_000,
          examples: [[0], [-0], [2 ** 31], [2 ** 31 - 1], [-(2 ** 31)], [9e15 - 1], [8_999_999 * 1e9 - 1]],
        },
      ),
    ).toBeUndefined();
  });

  it('writes any decimal with up to twelve places as String does', () => {
    expect(
      complaint(
        fc.property(
          fc.maxSafeInteger(),
          fc.integer({ min: 0, max: 12 }),
          (digits, places) => written(digits / 10 ** places) === String(digits / 10 ** places),
        ),
        { numRuns: 20_000 },
      ),
    ).toBeUndefined();
  });

  it('writes doubles of every exponent, and their neighbours, as String does', () => {
    const neighbour = (value: number, step: number) => {
      const bits = new BigInt64Array(Float64Array.of(value).buffer);
      return Number.isFinite(value) ? (new Float64Array(bits.map((word) => word + BigInt(step)).buffer)[0] ?? 0) : 0;
    };
    for (let exponent = -30; exponent <= 60; exponent++) {
      for (const base of [2 ** exponent, 10 ** (exponent / 2), 1.1 * 2 ** exponent, 1e15 / 3 ** exponent]) {
        for (let step = -3; step <= 3; step++) {
          const value = neighbour(base, step);
          expect(written(value)).toBe(String(value));
        }
      }
    }
  });

  it('writes integers around every power of ten and each billion', () => {
    const values = Array.from({ length: 16 }, (_, power) => [10 ** power - 1, 10 ** power, 10 ** power + 1]).flat();
    const billions = Array.from({ length: 1000 }, (_, i) => 1e9 * (9_007_199 - i) - 1);
    for (const value of [...values, ...billions]) expect(written(value)).toBe(String(value));
  });
});
