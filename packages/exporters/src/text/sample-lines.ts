import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { LineShape } from './family-layout.ts';

/** How a dialect writes the value of a `le` or `quantile` label. */
export type RenderBound = (value: number) => string;

/** The lines of a series of a histogram: buckets, sum, count. */
export function histogramLines(family: MetricFamily, renderBound: RenderBound): readonly LineShape[] {
  const bounds = [...family.upperBounds, Number.POSITIVE_INFINITY];
  return [
    ...bounds.map((bound): LineShape => ({ name: `${family.name}_bucket`, extra: ['le', renderBound(bound)] })),
    { name: `${family.name}_sum` },
    { name: `${family.name}_count` },
  ];
}

/** The lines of a series of a summary: quantiles, sum, count. */
export function summaryLines(family: MetricFamily, renderBound: RenderBound): readonly LineShape[] {
  return [
    ...family.quantiles.map((quantile): LineShape => ({
      name: family.name,
      extra: ['quantile', renderBound(quantile)],
    })),
    { name: `${family.name}_sum` },
    { name: `${family.name}_count` },
  ];
}
