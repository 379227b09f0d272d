import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pointedAt } from '../page/charts/crosshair.ts';
import { lastKnown, runsOf } from '../page/charts/known-values.ts';
import { type TickBase, timeTicks, valueTicks } from '../page/charts/ticks.ts';

const bases: readonly TickBase[] = ['decimal', 'binary', 'seconds'];
const magnitude = fc
  .integer({ min: -6, max: 12 })
  .chain((power) => fc.double({ min: 1, max: 10, noNaN: true }).map((digit) => digit * 10 ** power));
const values = fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 40 });

describe('marks of values', () => {
  it('are inside, in order, equally far apart, and not more than asked for', () => {
    fc.assert(
      fc.property(
        magnitude,
        fc.boolean(),
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom(...bases),
        (high, isBelow, count, base) => {
          const low = isBelow ? -high / 3 : 0;
          const ticks = valueTicks(low, high, count, base);
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          expect(ticks.every((tick) => tick >= low - high * 1e-9 && tick <= high * (1 + 1e-9))).toBe(true);
          expect(ticks).toContain(0);
          const gaps = ticks.slice(1).map((tick, at) => tick - (ticks[at] ?? NaN));
          for (const gap of gaps) expect(gap / (gaps[0] ?? NaN)).toBeCloseTo(1, 6);
        },
      ),
    );
  });

  it('are enough to read a value by', () => {
    fc.assert(
      fc.property(magnitude, (high) => {
        expect(valueTicks(0, high, 5, 'decimal').length).toBeGreaterThanOrEqual(3);
      }),
    );
  });

  it('are round where the unit is', () => {
    expect(valueTicks(0, 0.35, 4, 'decimal')).toStrictEqual([0, 0.1, 0.2, 0.3]);
    expect(valueTicks(0, 3 * 2 ** 20, 4, 'binary')).toStrictEqual([0, 2 ** 20, 2 * 2 ** 20, 3 * 2 ** 20]);
    expect(valueTicks(0, 130, 4, 'seconds')).toStrictEqual([0, 60, 120]);
  });

  it('are none without a span', () => {
    expect(valueTicks(1, 1, 5, 'decimal')).toStrictEqual([]);
    expect(valueTicks(0, Infinity, 5, 'decimal')).toStrictEqual([]);
  });
});

describe('marks of time', () => {
  it('are inside, not more than asked for, and round by the clocks of the zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 4000, max: 32 * 86_400_000 }),
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom(0, -330, 300, -765),
        (from, span, count, zone) => {
          const { at, stepMs } = timeTicks(from, from + span, count, zone);
          expect(at.length).toBeLessThanOrEqual(count + 1);
          for (const ms of at) {
            expect(ms).toBeGreaterThanOrEqual(from);
            expect(ms).toBeLessThanOrEqual(from + span);
            expect(Math.abs((ms - zone * 60_000) % stepMs)).toBe(0);
          }
          expect(span / stepMs).toBeLessThanOrEqual(count);
        },
      ),
    );
  });
});

describe('what a line knows', () => {
  it('is drawn in runs that hold every known value once and no gap', () => {
    fc.assert(
      fc.property(values, (line) => {
        const runs = runsOf(line);
        const drawn = runs.flatMap(([from, to]) => line.slice(from, to + 1));
        expect(drawn).toStrictEqual(line.filter((value) => value !== null));
        // Two runs never touch: there is a gap between them.
        runs.slice(1).forEach(([from], at) => expect(from).toBeGreaterThan((runs[at]?.[1] ?? 0) + 1));
        expect(lastKnown(line)).toBe(drawn.at(-1) ?? null);
      }),
    );
  });
});

describe('the crosshair', () => {
  it('is at the nearest moment, and nowhere outside', () => {
    const times = [1000, 3000, 5000];
    expect([1100, 1999, 2001, 5900].map((ms) => pointedAt(times, ms))).toStrictEqual([0, 0, 1, 2]);
    expect([undefined, -1500, 6100].map((ms) => pointedAt(times, ms))).toStrictEqual([undefined, undefined, undefined]);
    expect(pointedAt([1000], 1000)).toBeUndefined();
  });
});
