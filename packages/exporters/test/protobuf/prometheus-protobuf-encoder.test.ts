import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { PrometheusProtobufEncoder } from '@bduf/metrics-exporters';
import { encoderContract, familyOf } from '@bduf/metrics-testkit';
import { encodeBytes } from '../support.ts';
import {
  type WireMessage,
  messageAt,
  messagesAt,
  numberAt,
  packedSignedAt,
  readDelimited,
  signedAt,
  textAt,
} from './wire-reader.ts';

function labelsOf(metric: WireMessage): Record<string, string> {
  return Object.fromEntries(messagesAt(metric, 1).map((pair) => [textAt(pair, 1), textAt(pair, 2)]));
}

function readGauges(document: Uint8Array) {
  return readDelimited(document).flatMap((family) => {
    expect(numberAt(family, 3)).toBe(1);
    return messagesAt(family, 4).map((metric) => ({
      name: textAt(family, 1),
      labels: labelsOf(metric),
      // Adding zero turns -0 into 0.
      value: numberAt(messageAt(metric, 2), 1) + 0,
    }));
  });
}

function only(family: MetricFamily): { family: WireMessage; metric: WireMessage } {
  const [message = new Map()] = readDelimited(encodeBytes(new PrometheusProtobufEncoder(), [family]));
  return { family: message, metric: messageAt(message, 4) };
}

const CREATED_MS = 1_700_000_000_250;

describe('PrometheusProtobufEncoder', () => {
  it.each(encoderContract({ createEncoder: () => new PrometheusProtobufEncoder(), readGauges }))(
    '$name',
    async ({ run }) => {
      await expect((async () => run())()).resolves.toBeUndefined();
    },
  );

  it('writes a counter with exemplar and creation time', () => {
    const exemplars = [{ column: 0, value: 0.5, timestampMs: 2500, labels: { trace_id: 'ü' } }];
    const series = [{ labels: { a: '1' }, value: 3, createdMs: CREATED_MS, exemplars }];
    const { family, metric } = only(
      familyOf({ name: 'jobs_total', type: 'counter', description: 'Jobs.', constantLabels: { host: 'h' }, series }),
    );
    expect([textAt(family, 1), textAt(family, 2), numberAt(family, 3)]).toEqual(['jobs_total', 'Jobs.', 0]);
    expect(labelsOf(metric)).toEqual({ host: 'h', a: '1' });
    const counter = messageAt(metric, 3);
    expect(numberAt(counter, 1)).toBe(3);
    const created = messageAt(counter, 3);
    expect([numberAt(created, 1), numberAt(created, 2)]).toEqual([1_700_000_000, 250_000_000]);
    const exemplar = messageAt(counter, 2);
    expect(labelsOf(exemplar)).toEqual({ trace_id: 'ü' });
    expect(numberAt(exemplar, 2)).toBe(0.5);
    expect(numberAt(messageAt(exemplar, 3), 1)).toBe(2);
  });

  it.each([
    ['info', 1, 2],
    ['stateset', 1, 2],
    ['unknown', 3, 5],
  ] as const)('writes a %s as type %d', (type, word, field) => {
    const { family, metric } = only(familyOf({ name: 'x', type, series: [{ value: 1 }] }));
    expect([numberAt(family, 3), numberAt(messageAt(metric, field), 1)]).toEqual([word, 1]);
  });

  it('leaves out a unit that the name does not end in', () => {
    const unitOf = (name: string) => textAt(only(familyOf({ name, type: 'counter', unit: 'bytes' })).family, 5);
    expect(['sent_bytes_total', 'sent_bytes', 'bytes', 'sent_total'].map(unitOf)).toEqual(['bytes', 'bytes', '', '']);
  });

  it('writes a summary', () => {
    const series = [{ quantiles: [1.5, Number.NaN], sum: -4, count: 2 ** 40 + 1 }];
    const { family, metric } = only(
      familyOf({ name: 'size_bytes', type: 'summary', unit: 'bytes', quantiles: [0.5, 0.9], series }),
    );
    expect([numberAt(family, 3), textAt(family, 5)]).toEqual([2, 'bytes']);
    const summary = messageAt(metric, 4);
    expect([numberAt(summary, 1), numberAt(summary, 2)]).toEqual([2 ** 40 + 1, -4]);
    expect(messagesAt(summary, 3).map((entry) => [numberAt(entry, 1), numberAt(entry, 2)])).toEqual([
      [0.5, 1.5],
      [0.9, Number.NaN],
    ]);
  });

  it('writes cumulative buckets with their exemplars', () => {
    const exemplars = [{ column: 1, value: 0.7, timestampMs: 1000, labels: {} }];
    const series = [{ buckets: [1, 2, 300], sum: 4.5, exemplars }];
    const { metric } = only(familyOf({ name: 'h', type: 'histogram', upperBounds: [0.5, 1], series }));
    const histogram = messageAt(metric, 7);
    expect([numberAt(histogram, 1), numberAt(histogram, 2)]).toEqual([303, 4.5]);
    expect(messagesAt(histogram, 3).map((bucket) => [numberAt(bucket, 1), numberAt(bucket, 2)])).toEqual([
      [1, 0.5],
      [3, 1],
      [303, Number.POSITIVE_INFINITY],
    ]);
    expect(messagesAt(histogram, 3).map((bucket) => numberAt(messageAt(bucket, 3), 2))).toEqual([0, 0.7, 0]);
    expect(histogram.has(5)).toBe(false);
  });

  it('writes native buckets as spans and differences', () => {
    const positive = [
      [-3, 5],
      [-2, 2],
      [1, 7],
      [2, 7],
      [9, 1],
    ] as const;
    const native = { schema: -2, zeroThreshold: 0.001, zeroCount: 4, positive, negative: [[3, 1]] } as const;
    const { metric } = only(familyOf({ name: 'h', type: 'histogram', series: [{ buckets: [27], sum: 1, native }] }));
    const histogram = messageAt(metric, 7);
    expect([signedAt(histogram, 5), numberAt(histogram, 6), numberAt(histogram, 7)]).toEqual([-2, 0.001, 4]);
    expect(messagesAt(histogram, 12).map((span) => [signedAt(span, 1), numberAt(span, 2)])).toEqual([
      [-3, 2],
      [2, 2],
      [6, 1],
    ]);
    expect(packedSignedAt(histogram, 13)).toEqual([5, -3, 5, 0, -6]);
    expect(messagesAt(histogram, 9).map((span) => [signedAt(span, 1), numberAt(span, 2)])).toEqual([[3, 1]]);
    expect(packedSignedAt(histogram, 10)).toEqual([1]);
  });

  it('marks a native histogram without buckets by an empty span', () => {
    const { metric } = only(familyOf({ name: 'h', type: 'histogram', series: [{ native: {} }] }));
    expect(messagesAt(messageAt(metric, 7), 12).map((span) => [signedAt(span, 1), numberAt(span, 2)])).toEqual([
      [0, 0],
    ]);
  });

  it('says the same buckets natively as a collector counts them', async () => {
    const collector = new MetricsCollector();
    const histogram = collector.histogram({ name: 'wait', description: 'Wait.', buckets: [], native: { schema: 0 } });
    for (const value of [1, 1.5, 2, 3, 100, 0, -5]) histogram.observe(value);
    const family = (await collector.gather()).find(({ name }) => name === 'wait');
    if (family === undefined) throw new Error('no family');
    const message = messageAt(only(family).metric, 7);
    expect(numberAt(message, 1)).toBe(7);
    expect(numberAt(message, 7)).toBe(1);
    // Bucket i holds (2^(i-1), 2^i]: 1 is in 0, 1.5 and 2 in 1, 3 in 2, 100 in 7.
    expect(messagesAt(message, 12).map((span) => [signedAt(span, 1), numberAt(span, 2)])).toEqual([
      [0, 3],
      [4, 1],
    ]);
    expect(packedSignedAt(message, 13)).toEqual([1, 1, -1, 0]);
    expect(messagesAt(message, 9).map((span) => [signedAt(span, 1), numberAt(span, 2)])).toEqual([[3, 1]]);
  });
});
