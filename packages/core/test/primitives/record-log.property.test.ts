import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRecordLog, recordLogLine } from '@bduf/metrics-core/primitives';

const records = fc.array(fc.jsonValue(), { maxLength: 12 });

function bytesOf(values: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(values.map(recordLogLine).join(''));
}

/** What JSON makes of a value: no negative zero. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('record log', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(records, (values) => {
        const bytes = bytesOf(values);
        expect(readRecordLog(bytes)).toEqual({
          records: values.map(plain),
          validLength: bytes.length,
          damagedLines: 0,
          isTorn: false,
        });
      }),
    );
  });

  it('cut off at any byte, gives back the records before it', () => {
    fc.assert(
      fc.property(records, fc.nat(), (values, at) => {
        const bytes = bytesOf(values);
        const cut = at % (bytes.length + 1);
        const content = readRecordLog(bytes.subarray(0, cut));
        expect(content.records).toEqual(values.slice(0, content.records.length).map(plain));
        expect(content.validLength).toBe(bytesOf(values.slice(0, content.records.length)).length);
        expect(
          bytesOf(values.slice(0, content.records.length + 1)).length > cut || content.records.length === values.length,
        ).toBe(true);
        expect(content.isTorn).toBe(content.validLength < cut);
        expect(content.damagedLines).toBe(0);
      }),
    );
  });

  it('leaves out a damaged line, and only that one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 2, maxLength: 8 }),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        (values, at, flip) => {
          const bytes = bytesOf(values);
          const place = at % bytes.length;
          const wrong = (bytes[place] ?? 0) ^ flip;
          fc.pre(wrong !== 10 && bytes[place] !== 10);
          bytes[place] = wrong;
          const hit = values.findIndex((_, index) => bytesOf(values.slice(0, index + 1)).length > place);
          const content = readRecordLog(bytes);
          expect(content.records).toEqual(values.filter((_, index) => index !== hit).map(plain));
          expect(content.damagedLines + Number(content.isTorn)).toBe(1);
        },
      ),
    );
  });

  it('takes zeros at the end, as some file systems leave after a power cut, for a torn line', () => {
    const whole = bytesOf(['a']);
    const bytes = new Uint8Array(whole.length + 512);
    bytes.set(whole);
    expect(readRecordLog(bytes)).toEqual({ records: ['a'], validLength: whole.length, damagedLines: 0, isTorn: true });
  });

  it('has CRC-32 of the UTF-8 text as checksum', () => {
    // The check value of the catalogue of CRC algorithms is that of 123456789.
    expect(recordLogLine(123_456_789)).toBe('cbf43926 123456789\n');
  });
});
