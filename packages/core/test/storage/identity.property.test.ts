import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { LabelSet, Metric } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';

/** Texts that separators, quotes and numbers make easy to confuse. */
const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    '|',
    ',',
    ':',
    '"',
    '\\',
    '\n',
    'a',
    'a|',
    '|a',
    '1',
    '01',
    'true',
    'null',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 4, unit: fc.constantFrom('|', ',', ':', '=', '"', '\\', '\u0000', 'a', 'b', '1') }),
  fc.string({ maxLength: 6, unit: 'binary' }),
);
const hostileValue = fc.oneof(
  hostileText,
  fc.integer({ min: -3, max: 300 }),
  fc.boolean(),
  fc.bigInt({ min: 0n, max: 5n }),
);

const labelSet = fc.record({ a: hostileValue, b: hostileValue, c: hostileValue });

function identityOf(labels: LabelSet): string {
  const texts = ['a', 'b', 'c'].map((name) => Buffer.from(String(labels[name])).toString());
  return JSON.stringify(texts);
}

function shown(metric: Metric): Map<string, number> {
  return new Map(metric.values().map(({ labels, value }) => [identityOf(labels ?? {}), value]));
}

describe.each([
  ['generated code', true],
  ['the loop', false],
])('series identity with %s', (_, allowCodeGeneration) => {
  it('is exactly the tuple of label texts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(labelSet, fc.integer({ min: 0, max: 9 })), { maxLength: 60 }), (records) => {
        const collector = new MetricsCollector({ allowCodeGeneration, strict: true });
        const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'b', 'c'] });
        const expected = new Map<string, number>();
        records.forEach(([labels, amount], at) => {
          expected.set(identityOf(labels), (expected.get(identityOf(labels)) ?? 0) + amount);
          if (at % 3 === 0) counted.labels(labels).inc(amount);
          else if (at % 3 === 1) counted.inc(labels, amount);
          else collector.increment('c_total', labels, amount);
        });
        expect(shown(counted)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('is exact for label sets that come again and again, in rows and with values that others had before', () => {
    // Many of the same length; some differ only where nobody looks first.
    const text = fc.tuple(
      fc.constantFrom('', 'x'.repeat(70)),
      fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', '1') }),
    );
    const value = fc.oneof(
      text.map((parts) => parts.join('')),
      fc.integer({ min: 0, max: 30 }),
      fc.boolean(),
    );
    const generation = fc.array(fc.record({ a: value, b: value, c: value }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(generation, { maxLength: 6 }), fc.boolean(), (generations, isRead) => {
        const collector = new MetricsCollector({ allowCodeGeneration, strict: true });
        const counted = collector.counter({
          name: 'c_total',
          description: 'C.',
          labels: ['a', 'b', 'c'],
          maxSeries: 21,
        });
        for (const labelSets of generations) {
          const expected = new Map<string, number>();
          for (let round = 0; round < 5; round++) {
            for (const labels of labelSets) {
              counted.inc({ ...labels });
              expected.set(identityOf(labels), (expected.get(identityOf(labels)) ?? 0) + 1);
            }
          }
          if (isRead) counted.read();
          expect(shown(counted)).toEqual(expected);
          counted.remove({});
        }
      }),
      { numRuns: 200 },
    );
  });

  it('and values follow a naive model through growth, removal, idling, reuse and overflow', () => {
    const value = fc.integer({ min: 0, max: 20 });
    const operation = fc.oneof(
      { weight: 12, arbitrary: fc.record({ kind: fc.constant('inc' as const), a: value, b: value }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('child' as const), a: value, b: value }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), a: value }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
    );
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (operations, maxSeries) => {
          const collector = new MetricsCollector({
            allowCodeGeneration,
            clock: new ManualClock(),
            onError: () => undefined,
          });
          const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'b'], maxSeries });
          const live = new Map<string, number>();
          let recorded = 0;
          let removed = 0;
          for (const step of operations) {
            if (step.kind === 'inc') counted.inc({ a: step.a, b: step.b });
            else if (step.kind === 'child') counted.labels({ a: step.a, b: step.b }).inc();
            else if (step.kind === 'remove') {
              for (const [key, count] of modelOf(counted)) if (key.startsWith(`${step.a},`)) removed += count;
              counted.remove({ a: step.a });
            } else counted.read();
            if (step.kind === 'inc' || step.kind === 'child') recorded++;
          }
          for (const [key, count] of modelOf(counted)) live.set(key, count);
          const total = [...live.values()].reduce((sum, count) => sum + count, 0);
          expect(total + removed).toBe(recorded);
          expect(counted.values().length).toBeLessThanOrEqual(maxSeries + 1);
          expect(live.size).toBe(counted.values().length);
        },
      ),
      { numRuns: 100 },
    );
  });
});

function modelOf(metric: Metric): Map<string, number> {
  return new Map(metric.values().map(({ labels, value }) => [`${labels?.['a']},${labels?.['b']}`, value]));
}

describe('many series', () => {
  it('keep their counts while the tables grow', () => {
    const collector = new MetricsCollector({ strict: true, limits: { seriesPerMetric: 60_000 } });
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'b'] });
    const child = counted.labels({ a: 0, b: 0 });
    for (let round = 0; round < 2; round++) {
      for (let a = 0; a < 250; a++) for (let b = 0; b < 200; b++) counted.inc({ a, b }, a + 1);
    }
    child.inc(1000);
    const values = counted.values();
    expect(values).toHaveLength(50_000);
    expect(
      values.every(({ labels, value }) => value === 2 * (Number(labels?.['a']) + 1) + (isFirst(labels) ? 1000 : 0)),
    ).toBe(true);
  });

  const isFirst = (labels: Readonly<Record<string, string>> | undefined): boolean =>
    labels?.['a'] === '0' && labels['b'] === '0';
});
