import { type QueryExpression, type SeriesSelector, WindowFunction } from '@bduf/metrics-core/interfaces';
import { durationMs } from '@bduf/metrics-core/primitives';
import type { AggregateByLabelsOptions, CoveredValue } from './aggregated-metric.ts';
import { groupKey } from './label-groups.ts';
import type { MetricHistory } from './metric-history.ts';
import { known } from './series-operators.ts';

/** Puts the series of a metric together, group by group: their present values, or what they did in a window. */
export function aggregateGroups(
  history: MetricHistory,
  metric: string,
  { labels, options }: { readonly labels: readonly string[]; readonly options: AggregateByLabelsOptions },
): Record<string, CoveredValue> {
  const { matchers, fn = 'sum', window } = options;
  const selector = { metric, ...(matchers !== undefined && { matchers }) };
  const aggregated = (of: QueryExpression): QueryExpression => ({ kind: 'aggregate', op: fn, of, by: labels });
  const { series, reason } =
    window === undefined
      ? history.askPresent(aggregated({ kind: 'select', selector }), metric)
      : history.askAt(aggregated(windowOf(history, selector, durationMs(window))), history.nowMs);
  return Object.fromEntries(
    series.map(({ labels: own, values, coverage }) => [
      groupKey(own, labels),
      { value: known(values[0]), coverage, ...(coverage < 1 && reason !== undefined && { reason }) },
    ]),
  );
}

function windowOf(history: MetricHistory, selector: SeriesSelector, windowMs: number): QueryExpression {
  const type = history.typeOf(selector.metric);
  const counts = type === 'counter' || type === 'histogram' || type === 'summary';
  return { kind: 'window', fn: counts ? WindowFunction.INCREASE : WindowFunction.AVG, selector, windowMs };
}
