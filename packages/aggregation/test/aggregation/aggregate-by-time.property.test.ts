import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { range, setup, START } from './aggregator-setup.ts';

const TICK_MS = 10_000;

/** What happens to one of the series before a tick. */
interface Step {
  readonly series: number;
  readonly act: 'set' | 'add' | 'remove';
  readonly amount: number;
}

/** A sample as the model remembers it. */
interface Sample {
  readonly timeMs: number;
  readonly queue: string;
  readonly host: string;
  readonly value: number;
  /** What a counter has counted since the tick before. */
  readonly added: number;
}

const steps = fc.record<Step>({
  series: fc.integer({ min: 0, max: 3 }),
  act: fc.constantFrom('set', 'add', 'add', 'remove'),
  amount: fc.integer({ min: 0, max: 50 }),
});
const scripts = fc.array(fc.array(steps, { maxLength: 4 }), { minLength: 1, maxLength: 60 });

const labelsOf = (series: number) => ({ queue: `q${series % 2}`, host: `h${series >> 1}` });

/** Plays a script on a gauge and a counter, and remembers beside them what every tick should have seen. */
async function play(script: readonly (readonly Step[])[]) {
  const parts = setup({ retentionMs: 3_600_000 });
  const { metrics, ticks, clock } = parts;
  const labels = ['queue', 'host'] as const;
  const gauge = metrics.gauge({ name: 'depth', description: 'Depth.', labels });
  const counter = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels });
  const gauges = new Map<number, number>();
  const counters = new Map<number, { total: number; added: number }>();
  const gaugeSamples: Sample[] = [];
  const counterSamples: Sample[] = [];
  await ticks(script.length, (tick) => {
    for (const { series, act, amount } of script[tick] ?? []) {
      const own = labelsOf(series);
      if (act === 'set') {
        gauge.set(own, amount - 25);
        gauges.set(series, amount - 25);
      } else if (act === 'add') {
        counter.inc(own, amount);
        const known = counters.get(series) ?? { total: 0, added: 0 };
        counters.set(series, { total: known.total + amount, added: known.added + amount });
      } else {
        gauge.remove(own);
        counter.remove(own);
        gauges.delete(series);
        counters.delete(series);
      }
    }
    const timeMs = clock.now();
    for (const [series, value] of gauges) gaugeSamples.push({ timeMs, ...labelsOf(series), value, added: 0 });
    for (const [series, { total, added }] of counters) {
      counterSamples.push({ timeMs, ...labelsOf(series), value: total, added });
      counters.set(series, { total, added: 0 });
    }
  });
  clock.advance(3_000_000);
  return { ...parts, gaugeSamples, counterSamples };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The numbers of a bucket, the plain way. */
function expected(samples: readonly Sample[], isCounter: boolean): Readonly<Record<string, unknown>> {
  const values = samples.map(({ value }) => value);
  const count = values.length;
  const nothing = { count: 0, sum: null, avg: null, min: null, max: null, last: null, stddev: null };
  if (count === 0) return isCounter ? { ...nothing, increase: null } : nothing;
  const mean = sum(values) / count;
  const lasts = [...new Map(samples.map(({ queue, host, value }) => [`${queue} ${host}`, value])).values()];
  return {
    count,
    sum: sum(values),
    avg: expect.closeTo(mean, 9),
    min: Math.min(...values),
    max: Math.max(...values),
    last: isCounter ? sum(lasts) : sum(lasts) / lasts.length,
    stddev: expect.closeTo(Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / count), 6),
    ...(isCounter && { increase: sum(samples.map(({ added }) => added)) }),
  };
}

describe('aggregation by time', () => {
  it('has the numbers that a plain look at all samples gives, in every bucket', async () => {
    await fc.assert(
      fc.asyncProperty(
        scripts,
        fc.constantFrom(10_000, 30_000, 60_000, 70_000, 300_000),
        fc.integer({ min: -5, max: 300 }),
        fc.integer({ min: 1, max: 500 }),
        async (script, ms, fromSeconds, seconds) => {
          const { aggregator, gaugeSamples, counterSamples } = await play(script);
          const span = range(fromSeconds * 1000, (fromSeconds + seconds) * 1000);
          for (const [metric, samples] of [
            ['depth', gaugeSamples],
            ['jobs_total', counterSamples],
          ] as const) {
            const found = aggregator.aggregateByTime(metric, span, { ms });
            expect(sum(found.map(({ count }) => count))).toBe(
              samples.filter(({ timeMs }) => timeMs >= span.start.getTime() && timeMs < span.end.getTime()).length,
            );
            for (const { start, end, ...numbers } of found) {
              const inside = samples.filter(
                ({ timeMs }) =>
                  timeMs >= Math.max(start.getTime(), span.start.getTime()) &&
                  timeMs < Math.min(end.getTime(), span.end.getTime()),
              );
              expect(numbers).toMatchObject(expected(inside, metric === 'jobs_total'));
            }
          }
        },
      ),
      {
        numRuns: 60,
        // The range goes on for longer than a value holds.
        examples: [[[[{ series: 0, act: 'set', amount: 0 }]], 10_000, 0, 300]],
      },
    );
  });

  it('tells groups apart', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const { aggregator, gaugeSamples } = await play(script);
        const span = range(0, script.length * TICK_MS);
        const options = {
          groupBy: ['queue'],
          fill: 'none',
          matchers: [{ name: 'host', op: '=', value: 'h1' }],
        } as const;
        const found = aggregator.aggregateByTime('depth', span, 'minute', options);
        const own = gaugeSamples.filter(({ host }) => host === 'h1');
        for (const { start, labels, ...numbers } of found) {
          const inside = own.filter(
            ({ timeMs, queue }) =>
              queue === labels['queue'] && Math.floor(timeMs / 60_000) * 60_000 === start.getTime(),
          );
          expect(inside.length).toBeGreaterThan(0);
          expect(numbers).toMatchObject(expected(inside, false));
        }
        const places = new Set(own.map(({ queue, timeMs }) => `${queue} ${Math.floor((timeMs - START) / 60_000)}`));
        expect(found).toHaveLength(places.size);
      }),
      { numRuns: 40 },
    );
  });
});
