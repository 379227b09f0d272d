import type { MetricsCollector } from '@bduf/metrics-core';

/** Sum of the values of a metric's series that have the given labels; of histograms, the number of observations. */
export function total(collector: MetricsCollector, name: string, labels: Record<string, string> = {}): number {
  const wanted = Object.entries(labels);
  return series(collector, name)
    .filter((one) => wanted.every(([label, value]) => one.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** All series of a metric, after its callback was asked. */
export function series(
  collector: MetricsCollector,
  name: string,
): readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[] {
  collector.gatherSync({ names: new Set([name]) });
  const values = collector.getMetric(name)?.values() ?? [];
  return values.map(({ labels = {}, value }) => ({ labels, value }));
}

/** Requests counted so far, as `METHOD route status`, one entry for each request, sorted. */
export function countedRequests(collector: MetricsCollector): readonly string[] {
  return series(collector, 'http_requests_total')
    .flatMap(({ labels, value }) =>
      Array.from({ length: value }, () => `${labels['method']} ${labels['route']} ${labels['status_code']}`),
    )
    .toSorted();
}
