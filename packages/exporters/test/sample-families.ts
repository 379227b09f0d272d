import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { familyOf } from '@bduf/metrics-testkit';

const CREATED_MS = 1_699_999_000_250;

/** One family of each type and of each difficulty, for golden files. */
export function sampleFamilies(): readonly MetricFamily[] {
  return [
    familyOf({
      name: 'app_info',
      type: 'info',
      description: 'Facts.',
      series: [{ labels: { version: '1.2.3' }, value: 1 }],
    }),
    familyOf({
      name: 'error_count_by_type',
      type: 'counter',
      description: 'Errors; the name lacks "_total".',
      series: [{ labels: { error_type: 'TypeError' }, value: 3, createdMs: CREATED_MS }],
    }),
    familyOf({
      name: 'http_request_duration_seconds',
      type: 'histogram',
      description: 'Duration.',
      unit: 'seconds',
      constantLabels: { host: 'a' },
      upperBounds: [0.005, 0.1, 1, 10, 1e6],
      series: [
        {
          labels: { method: 'GET' },
          buckets: [1, 2, 0, 1, 0, 1],
          sum: 2_000_004.05,
          createdMs: CREATED_MS,
          exemplars: [
            { column: 0, value: 0.002, timestampMs: 1_699_999_999_125, labels: { trace_id: 'abc' } },
            { column: 1, value: 0.05, timestampMs: 1_699_999_999_125, labels: {} },
          ],
        },
        { labels: { method: 'POST' }, hidden: true, buckets: [9, 9, 9, 9, 9, 9], sum: 1, createdMs: CREATED_MS },
      ],
    }),
    familyOf({
      name: 'http_requests_total',
      type: 'counter',
      description: 'Requests.\nTwo lines, a \\ and a "quote".',
      labelNames: ['method', 'path'],
      series: [
        {
          labels: { method: 'GET', path: '/a "b" \\ c\nd' },
          value: 2 ** 53,
          createdMs: CREATED_MS,
          exemplars: [{ column: 0, value: 1, timestampMs: 1_699_999_999_125, labels: { trace_id: 'ünï"code"' } }],
        },
        { labels: { method: 'POST', path: '' }, value: 1, createdMs: CREATED_MS },
      ],
    }),
    familyOf({
      name: 'mode',
      type: 'stateset',
      description: 'Mode.',
      series: [
        { labels: { mode: 'normal' }, value: 1 },
        { labels: { mode: 'read-only' }, value: 0 },
      ],
    }),
    familyOf({
      name: 'request_size_bytes',
      type: 'summary',
      description: 'Sizes.',
      unit: 'bytes',
      quantiles: [0.5, 0.99],
      series: [{ quantiles: [100, Number.NaN], sum: 1234.5, count: 10, createdMs: CREATED_MS }],
    }),
    familyOf({
      name: 'temperature_celsius',
      type: 'gauge',
      description: '',
      constantLabels: { host: 'a' },
      series: [{ value: -273.15 }],
    }),
    familyOf({
      name: 'temperature_change',
      type: 'histogram',
      description: 'Bounds below zero.',
      upperBounds: [-1, 0, 1],
      series: [{ buckets: [1, 1, 1, 1], sum: -3, createdMs: CREATED_MS }],
    }),
    familyOf({
      name: 'values',
      type: 'unknown',
      description: 'Numbers of every kind.',
      labelNames: ['kind'],
      series: [
        { labels: { kind: 'nan' }, value: Number.NaN },
        { labels: { kind: 'inf' }, value: Number.POSITIVE_INFINITY },
        { labels: { kind: 'negative inf' }, value: Number.NEGATIVE_INFINITY },
        { labels: { kind: 'negative zero' }, value: -0 },
        { labels: { kind: 'tiny' }, value: 5e-324 },
        { labels: { kind: 'large' }, value: 1e21 },
      ],
    }),
  ];
}
