/**
 * `@bduf/metrics-exporters/schema`: the shape of the JSON format as a zod schema. A subpath of its own, because only
 * programs that check documents need zod.
 */
import { z } from 'zod';
import type { MetricsDocument } from './metrics-document.ts';

/** A number; those that JSON lacks are words. */
const metricNumber = z.union([z.number(), z.enum(['NaN', '+Inf', '-Inf'])]);

const exemplar = z.strictObject({
  /** Bucket of a histogram, 0 of a counter. */
  column: z.int().min(0),
  value: metricNumber,
  timestampMs: z.number(),
  labels: z.record(z.string(), z.string()),
});

const series = z.strictObject({
  labels: z.record(z.string(), z.string()),
  /** Since when it counts, in milliseconds since the epoch. */
  createdMs: metricNumber,
  exemplars: z.array(exemplar).optional(),
});

const valueSeries = series.extend({ value: metricNumber });

const nativeBuckets = z.array(z.tuple([z.int(), z.number()]).readonly());

const histogramSeries = series.extend({
  /** Cumulative, ascending; the last bound is `+Inf`. */
  buckets: z.array(z.strictObject({ upperBound: metricNumber, count: metricNumber })).min(1),
  sum: metricNumber,
  count: metricNumber,
  native: z
    .strictObject({
      schema: z.int().min(-4).max(8),
      zeroThreshold: z.number(),
      zeroCount: z.number(),
      positive: nativeBuckets,
      negative: nativeBuckets,
    })
    .optional(),
});

const summarySeries = series.extend({
  quantiles: z.array(z.strictObject({ quantile: z.number().min(0).max(1), value: metricNumber })),
  sum: metricNumber,
  count: metricNumber,
});

const family = z.strictObject({
  name: z.string(),
  description: z.string(),
  unit: z.string().optional(),
});

const metric = z.discriminatedUnion('type', [
  family.extend({ type: z.enum(['counter', 'gauge', 'info', 'stateset', 'unknown']), series: z.array(valueSeries) }),
  family.extend({ type: z.literal('histogram'), series: z.array(histogramSeries) }),
  family.extend({ type: z.literal('summary'), series: z.array(summarySeries) }),
]);

const metricsDocument = z.strictObject({
  /** When the metrics were read, in milliseconds since the epoch. */
  timestampMs: z.number(),
  metrics: z.array(metric),
});

export type { MetricsDocument } from './metrics-document.ts';

/** Checks a document that `exportJSON` or the metrics API gave, and types it. */
export const metricsDocumentSchema: z.ZodType<MetricsDocument> = metricsDocument;
