import { describe, expect, it } from '@jest/globals';
import { familyOf } from '@bduf/metrics-testkit';

describe('familyOf', () => {
  it('lays a histogram out in columns', () => {
    const family = familyOf({
      name: 'h',
      type: 'histogram',
      description: 'Seconds.',
      unit: 'seconds',
      upperBounds: [0.1, 1],
      series: [
        { labels: { a: 'x', b: 'y' }, buckets: [1, 2, 1], sum: 4.05, createdMs: 5 },
        { labels: { a: 'x', b: 'z' } },
      ],
    });
    expect(family).toMatchObject({
      labelNames: ['a', 'b'],
      labelValues: [['x'], ['y', 'z']],
      width: 4,
      blocks: [
        {
          rowCount: 2,
          labelIds: Int32Array.of(0, 0, 0, 1),
          values: Float64Array.of(1, 2, 1, 4.05, 0, 0, 0, 0),
          createdMs: Float64Array.of(5, 0),
          hidden: undefined,
          native: undefined,
          exemplars: [],
        },
      ],
    });
  });

  it('splits rows into blocks, with hidden rows and exemplars counted within each', () => {
    const exemplar = { column: 0, value: 1, timestampMs: 2, labels: {} };
    const { blocks } = familyOf({
      name: 'c',
      type: 'counter',
      rowsPerBlock: 2,
      series: [{ value: 1 }, { value: 2, hidden: true }, { value: 3, exemplars: [exemplar] }],
    });
    expect(blocks.map(({ rowCount, hidden }) => [rowCount, hidden])).toEqual([
      [2, Uint8Array.of(0, 1)],
      [1, undefined],
    ]);
    expect(blocks[1]?.exemplars).toEqual([{ row: 0, ...exemplar }]);
  });

  it('lays native buckets out as compressed sparse rows', () => {
    const { blocks } = familyOf({
      name: 'h',
      type: 'histogram',
      series: [
        {
          native: {
            positive: [
              [1, 2],
              [4, 1],
            ],
          },
        },
        { native: { negative: [[0, 3]], zeroCount: 2, schema: 0 } },
      ],
    });
    expect(blocks[0]?.native).toMatchObject({
      schemas: Int8Array.of(5, 0),
      zeroCounts: Float64Array.of(0, 2),
      positiveStart: Int32Array.of(0, 2, 2),
      positiveIndexes: Int32Array.of(1, 4),
      positiveCounts: Float64Array.of(2, 1),
      negativeStart: Int32Array.of(0, 0, 1),
      negativeIndexes: Int32Array.of(0),
      negativeCounts: Float64Array.of(3),
    });
  });

  it('gives a summary without observations NaN quantiles', () => {
    const { blocks } = familyOf({ name: 's', type: 'summary', quantiles: [0.5], series: [{}] });
    expect(blocks[0]?.values).toEqual(Float64Array.of(Number.NaN, 0, 0));
  });

  it('is a read-out of the metric whose identity it is given', () => {
    const identity = {};
    const first = familyOf({ name: 'a', type: 'gauge', identity, epoch: 3 });
    expect([first.identity, first.epoch]).toEqual([identity, 3]);
    expect(familyOf({ name: 'a', type: 'gauge' }).identity).not.toBe(familyOf({ name: 'a', type: 'gauge' }).identity);
  });
});
