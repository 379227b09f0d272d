import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { earlierRows, FamilySeries, type RowPlace } from '@bduf/metrics-core/primitives';

function labelsAt(family: MetricFamily, { blockIndex, row }: RowPlace): Readonly<Record<string, string>> | undefined {
  const block = family.blocks[blockIndex];
  return block === undefined ? undefined : new FamilySeries(family, block, row).labels;
}

function placesOf(family: MetricFamily): readonly RowPlace[] {
  return family.blocks.flatMap(({ rowCount }, blockIndex) =>
    Array.from({ length: rowCount }, (_, row) => ({ blockIndex, row })),
  );
}

const user = fc.integer({ min: 0, max: 9 });
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('inc' as const), user }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), user }) },
);
const changes = fc.array(change, { minLength: 5, maxLength: 60, size: 'max' });

describe('rows of an earlier read-out', () => {
  it('are those with the same labels, whatever was removed and given away in between', () => {
    const seen = { kept: 0, given: 0 };
    fc.assert(
      fc.property(changes, changes, (before, after) => {
        const collector = new MetricsCollector({ onError: () => undefined });
        const counter = collector.counter({ name: 'c_total', description: 'C.', labels: ['user'], maxSeries: 4 });
        const apply = (steps: typeof before): MetricFamily => {
          for (const { kind, user: id } of steps) {
            if (kind === 'inc') counter.inc({ user: `user ${id}` });
            else counter.remove({ user: `user ${id}` });
          }
          return counter.read();
        };
        const earlier = apply(before);
        const later = apply(after);
        seen[earlier.epoch === later.epoch ? 'kept' : 'given']++;
        const find = earlierRows(earlier, later);
        const known = new Set(placesOf(earlier).map((place) => JSON.stringify(labelsAt(earlier, place))));
        for (const place of placesOf(later)) {
          const labels = labelsAt(later, place);
          const found = find(place.blockIndex, place.row);
          const expected = known.has(JSON.stringify(labels)) ? labels : undefined;
          expect(found && labelsAt(earlier, found)).toEqual(expected);
        }
      }),
    );
    expect(seen.kept).toBeGreaterThan(0);
    expect(seen.given).toBeGreaterThan(0);
  });

  it('are none for places that a read-out does not have', () => {
    const counter = new MetricsCollector().counter({
      name: 'c_total',
      description: 'C.',
      labels: ['user'],
      maxSeries: 1,
    });
    counter.inc({ user: 'a' });
    const earlier = counter.read();
    const finds = [earlierRows(earlier, earlier)];
    counter.remove({ user: 'a' });
    counter.inc({ user: 'b' });
    finds.push(earlierRows(earlier, counter.read()));
    for (const find of finds) expect([find(0, 1), find(1, 0)]).toEqual([undefined, undefined]);
  });
});
