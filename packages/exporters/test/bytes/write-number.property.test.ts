import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_NUMBER_BYTES, writeNumber } from '../../src/bytes/write-number.ts';

function written(value: number): string {
  const target = Buffer.alloc(MAX_NUMBER_BYTES + 3, '!');
  const end = writeNumber(target, 3, value);
  return target.toString('latin1', 3, end);
}

describe('writeNumber', () => {
  it('writes any finite number as String does', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(written(value)).toBe(String(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it('writes any integer as String does', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(written(value)).toBe(String(value));
      }),
      {
        numRuns: 20_000,
        examples: [[0], [-0], [2 ** 31], [2 ** 31 - 1], [-(2 ** 31)], [9e15 - 1], [8_999_999 * 1e9 - 1]],
      },
    );
  });

  it('writes integers around every power of ten and each billion', () => {
    const values = Array.from({ length: 16 }, (_, power) => [10 ** power - 1, 10 ** power, 10 ** power + 1]).flat();
    const billions = Array.from({ length: 1000 }, (_, i) => 1e9 * (9_007_199 - i) - 1);
    for (const value of [...values, ...billions]) expect(written(value)).toBe(String(value));
  });
});
