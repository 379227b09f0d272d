import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { seriesOf } from '@bduf/metrics-core/primitives';
import { DeltaLedger } from '@bduf/metrics-integrations';
import { familyOf } from '@bduf/metrics-testkit';

type Totals = Map<string, number>;

/** Adds what families show to running totals, number by number. */
function add(totals: Totals, families: readonly MetricFamily[]): void {
  for (const family of families) {
    for (const series of seriesOf(family)) {
      series.numbers.forEach((number, column) => {
        const key = `${family.name}${JSON.stringify(series.labels)}[${column}]`;
        totals.set(key, (totals.get(key) ?? 0) + number);
      });
    }
  }
}

const nonZero = (totals: Totals) => Object.fromEntries([...totals].filter(([, value]) => value !== 0));

function giveAllBack(ledger: DeltaLedger, families: readonly MetricFamily[]): void {
  for (const family of families) {
    family.blocks.forEach((block, index) => {
      for (let row = 0; row < block.rowCount; row++) if (block.hidden?.[row] !== 1) ledger.giveBack(family, index, row);
    });
  }
}

const label = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('inc' as const), label, amount: fc.nat(1000) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('observe' as const), label, amount: fc.integer({ min: -9, max: 9 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('push' as const), isDelivered: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail one of the pending' as const), at: fc.nat(5) }) },
);

describe('DeltaLedger', () => {
  it('hands every count out exactly once, however pushes fail and overlap', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const metrics = new MetricsCollector();
        const counter = metrics.counter({ name: 'c_total', description: 'C.', labels: ['l'] });
        const histogram = metrics.histogram({ name: 'h', description: 'H.', labels: ['l'], buckets: [-1, 0, 1] });
        const ledger = new DeltaLedger();
        const arrived: Totals = new Map();
        const pending: (readonly MetricFamily[])[] = [];
        for (const each of steps) {
          if (each.kind === 'inc') counter.inc({ l: each.label }, each.amount);
          else if (each.kind === 'observe') histogram.observe({ l: each.label }, each.amount);
          else if (each.kind === 'push') {
            const differences = ledger.take(metrics.gatherSync());
            if (each.isDelivered) add(arrived, differences);
            else pending.push(differences);
          } else {
            giveAllBack(ledger, pending.splice(each.at, 1).flat());
          }
        }
        for (const families of pending) giveAllBack(ledger, families);
        add(arrived, ledger.take(metrics.gatherSync()));
        const recorded: Totals = new Map();
        add(recorded, metrics.gatherSync());
        expect(nonZero(arrived)).toEqual(nonZero(recorded));
      }),
      { numRuns: 300 },
    );
  });

  const identity = {};
  const requests = (
    epoch: number,
    series: readonly { l: string; value: number; createdMs?: number; hidden?: boolean }[],
  ) =>
    familyOf({
      name: 'r_total',
      type: 'counter',
      labelNames: ['l'],
      identity,
      epoch,
      series: series.map(({ l, ...rest }) => ({ labels: { l }, createdMs: 1, ...rest })),
    });
  const shown = (families: readonly MetricFamily[]) =>
    families.flatMap((family) => Array.from(seriesOf(family), ({ labels, value }) => [labels['l'], value]));

  it('finds series again after they were renumbered, also what they are owed', () => {
    const ledger = new DeltaLedger();
    const first = ledger.take([
      requests(0, [
        { l: 'a', value: 5 },
        { l: 'b', value: 7 },
      ]),
    ]);
    expect(shown(first)).toEqual([
      ['a', 5],
      ['b', 7],
    ]);
    ledger.giveBack(first[0] as MetricFamily, 0, 1);
    const second = ledger.take([
      requests(1, [
        { l: 'b', value: 8 },
        { l: 'a', value: 6 },
      ]),
    ]);
    expect(shown(second)).toEqual([
      ['b', 8],
      ['a', 1],
    ]);
    // A parcel from before the renumbering comes back after it.
    ledger.giveBack(first[0] as MetricFamily, 0, 0);
    expect(
      shown(
        ledger.take([
          requests(1, [
            { l: 'b', value: 8 },
            { l: 'a', value: 6 },
          ]),
        ]),
      ),
    ).toEqual([['a', 5]]);
  });

  it('counts a series that began anew from zero', () => {
    const ledger = new DeltaLedger();
    ledger.take([requests(0, [{ l: 'a', value: 5 }])]);
    expect(shown(ledger.take([requests(0, [{ l: 'a', value: 9, createdMs: 2 }])]))).toEqual([['a', 9]]);
    // A source that restarted without saying so has a smaller count.
    expect(shown(ledger.take([requests(0, [{ l: 'a', value: 2, createdMs: 2 }])]))).toEqual([['a', 2]]);
  });

  it('still delivers what came back of a series that has left', () => {
    const ledger = new DeltaLedger();
    const first = ledger.take([
      requests(0, [
        { l: 'a', value: 5 },
        { l: 'b', value: 1 },
      ]),
    ]);
    ledger.giveBack(first[0] as MetricFamily, 0, 0);
    const left = [
      { l: 'a', value: 5, hidden: true },
      { l: 'b', value: 1 },
    ];
    expect(shown(ledger.take([requests(0, left)]))).toEqual([['a', 5]]);
    expect(shown(ledger.take([requests(0, left)]))).toEqual([]);
  });

  it('leaves gauges as they are, and of summaries the quantiles', () => {
    const gauge = familyOf({ name: 'g', type: 'gauge', series: [{ value: 5 }] });
    const summary = (count: number) =>
      familyOf({
        name: 's',
        type: 'summary',
        identity,
        quantiles: [0.5],
        series: [{ quantiles: [3], sum: count * 3, count }],
      });
    const ledger = new DeltaLedger();
    const numbers = (families: readonly MetricFamily[]) =>
      families.flatMap((family) => Array.from(seriesOf(family), (series) => [...series.numbers]));
    expect(numbers(ledger.take([gauge, summary(2)]))).toEqual([[5], [3, 6, 2]]);
    expect(numbers(ledger.take([gauge, summary(2)]))).toEqual([[5], [3, 0, 0]]);
    expect(numbers(ledger.take([gauge, summary(3)]))).toEqual([[5], [3, 3, 1]]);
  });
});
