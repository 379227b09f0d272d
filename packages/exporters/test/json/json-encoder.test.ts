import { describe, expect, it } from '@jest/globals';
import { JsonEncoder } from '@bduf/metrics-exporters';
import { metricsDocumentSchema } from '@bduf/metrics-exporters/schema';
import { encoderContract, familyOf } from '@bduf/metrics-testkit';
import { golden } from '../golden.ts';
import { sampleFamilies } from '../sample-families.ts';
import { NOW_MS, encodeText } from '../support.ts';

const WORDS = { NaN: Number.NaN, '+Inf': Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY };

function readGauges(document: Uint8Array) {
  const { metrics } = metricsDocumentSchema.parse(
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(document)),
  );
  return metrics.flatMap((metric) => {
    if (metric.type === 'histogram' || metric.type === 'summary') throw new Error('only gauges were encoded');
    return metric.series.map(({ labels, value }) => ({
      name: metric.name,
      labels,
      value: typeof value === 'number' ? value : WORDS[value],
    }));
  });
}

describe('JsonEncoder', () => {
  it.each(encoderContract({ createEncoder: () => new JsonEncoder(), readGauges }))('$name', async ({ run }) => {
    await expect((async () => run())()).resolves.toBeUndefined();
  });

  it('writes each type as the golden file has it, by its schema', () => {
    const document: unknown = JSON.parse(encodeText(new JsonEncoder(), sampleFamilies()));
    expect(metricsDocumentSchema.parse(document)).toEqual(document);
    const text = `${JSON.stringify(document, undefined, 2)}\n`;
    expect(text).toBe(golden('metrics.json', text));
  });

  it('writes native buckets beside those with bounds', () => {
    const native = { schema: 3, zeroCount: 1, zeroThreshold: 0.5, positive: [[2, 4]], negative: [[-1, 2]] } as const;
    const exemplars = [{ column: 0, value: 3, timestampMs: 5, labels: { trace_id: 'a' } }];
    const family = familyOf({ name: 'h', type: 'histogram', series: [{ buckets: [7], sum: 1, native, exemplars }] });
    const document: unknown = JSON.parse(encodeText(new JsonEncoder(), [family]));
    expect(document).toEqual({
      timestampMs: NOW_MS,
      metrics: [
        {
          name: 'h',
          type: 'histogram',
          description: '',
          series: [
            {
              labels: {},
              createdMs: 0,
              buckets: [{ upperBound: '+Inf', count: 7 }],
              sum: 1,
              count: 7,
              native,
              exemplars,
            },
          ],
        },
      ],
    });
    expect(metricsDocumentSchema.safeParse(document).success).toBe(true);
  });

  it('writes a summary without quantiles', () => {
    const family = familyOf({ name: 's', type: 'summary', series: [{ sum: 1, count: 2 }] });
    const [metric] = metricsDocumentSchema.parse(JSON.parse(encodeText(new JsonEncoder(), [family]))).metrics;
    expect(metric?.series).toEqual([{ labels: {}, createdMs: 0, quantiles: [], sum: 1, count: 2 }]);
  });
});
