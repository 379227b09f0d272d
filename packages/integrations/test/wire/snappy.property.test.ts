import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uncompress } from 'snappyjs';
import { compressSnappy } from '../../src/wire/snappy.ts';

const roundTrip = (data: Uint8Array): string => Buffer.from(uncompress(compressSnappy(data))).toString('base64');
const same = (data: Uint8Array): string => Buffer.from(data).toString('base64');

/** Data in which pieces come back, near and far. */
const repetitive = fc
  .tuple(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 }), fc.array(fc.nat(4)))
  .map(([pieces, order]) => Buffer.concat(order.map((at) => pieces[at % pieces.length] ?? new Uint8Array())));

describe('compressSnappy, read by another implementation', () => {
  it('gives back any data', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (data) => expect(roundTrip(data)).toBe(same(data))));
    fc.assert(
      fc.property(repetitive, (data) => expect(roundTrip(data)).toBe(same(data))),
      { numRuns: 300 },
    );
  });

  it.each([0, 1, 3, 4, 59, 60, 61, 64, 65, 67, 68, 255, 256, 257, 65_535, 65_536, 65_537, 200_000])(
    'gives back %d bytes, random, equal, and of a period beyond the table',
    (length) => {
      for (const data of [randomBytes(length), Buffer.alloc(length, 'a'), Buffer.alloc(length, randomBytes(2100))]) {
        expect(roundTrip(data)).toBe(same(data));
      }
    },
  );

  it('compresses what repeats, and lets nothing grow by more than a sixth', () => {
    const lines = Buffer.from(
      Array.from({ length: 5000 }, (_, n) => `http_requests_total{path="/a/${n}"} ${n}`).join('\n'),
    );
    expect(compressSnappy(lines).length).toBeLessThan(lines.length / 3);
    expect(compressSnappy(randomBytes(100_000)).length).toBeLessThan(100_000 * (7 / 6));
  });

  it('takes a view into larger memory', () => {
    const memory = Buffer.from('xxxabcabcabcabcabcyyy');
    expect(roundTrip(memory.subarray(3, 18))).toBe(same(Buffer.from('abcabcabcabcabc')));
  });
});
