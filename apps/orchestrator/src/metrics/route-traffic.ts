import { ApplicationMetrics, type MetricFamily, type Registerer } from '@bduf/metrics-core/interfaces';
import { bucketQuantile } from './bucket-quantile.ts';

/** What a collector knows about the requests of one route. */
export interface RouteTraffic {
  readonly method: string;
  readonly route: string;
  readonly requests: number;
  /** Responses with a 4xx status, without aborted requests. */
  readonly clientErrors: number;
  /** Responses with a 5xx status. */
  readonly serverErrors: number;
  /** Requests whose client went away. */
  readonly aborted: number;
  /** Median and 95th percentile of the time to answer, in seconds; NaN for streams. */
  readonly p50: number;
  readonly p95: number;
}

/** Requests of one method and route while they are summed up. */
interface Sum {
  readonly method: string;
  readonly route: string;
  readonly statuses: Map<string, number>;
  buckets: readonly number[];
}

/** Sums up the HTTP metrics of a collector by route, the busiest first. */
export function readRouteTraffic(collector: Pick<Registerer, 'getMetric'>): readonly RouteTraffic[] {
  const sums = new Map<string, Sum>();
  for (const { value, labels = {} } of collector.getMetric(ApplicationMetrics.HTTP_REQUESTS_TOTAL)?.values() ?? []) {
    sumOf(sums, labels).statuses.set(labels['status_code'] ?? '', value);
  }
  const duration = collector.getMetric(ApplicationMetrics.HTTP_REQUEST_DURATION)?.read();
  if (duration !== undefined) addBuckets(sums, duration);
  return [...sums.values()]
    .map((sum) => trafficOf(sum, duration?.upperBounds ?? []))
    .toSorted((a, b) => b.requests - a.requests);
}

function sumOf(sums: Map<string, Sum>, labels: Readonly<Record<string, string>>): Sum {
  const { method = '', route = '' } = labels;
  const key = `${method} ${route}`;
  const sum = sums.get(key) ?? { method, route, statuses: new Map(), buckets: [] };
  sums.set(key, sum);
  return sum;
}

function addBuckets(
  sums: Map<string, Sum>,
  { blocks, labelNames, labelValues, width, upperBounds }: MetricFamily,
): void {
  for (const { rowCount, labelIds, values, hidden } of blocks) {
    for (let row = 0; row < rowCount; row++) {
      if (hidden?.[row] === 1) continue;
      const labels = labelNames.map((name, at) => [
        name,
        labelValues[at]?.[labelIds[row * labelNames.length + at] ?? -1] ?? '',
      ]);
      const sum = sumOf(sums, Object.fromEntries(labels));
      const buckets = values.subarray(row * width, row * width + upperBounds.length + 1);
      sum.buckets = Array.from(buckets, (count, at) => count + (sum.buckets[at] ?? 0));
    }
  }
}

function trafficOf({ method, route, statuses, buckets }: Sum, upperBounds: readonly number[]): RouteTraffic {
  const count = (matches: (status: string) => boolean): number =>
    [...statuses].reduce((total, [status, requests]) => total + (matches(status) ? requests : 0), 0);
  return {
    method,
    route,
    requests: count(() => true),
    clientErrors: count((status) => status.startsWith('4') && status !== '499'),
    serverErrors: count((status) => status.startsWith('5')),
    aborted: count((status) => status === '499'),
    p50: bucketQuantile(buckets, upperBounds, 0.5),
    p95: bucketQuantile(buckets, upperBounds, 0.95),
  };
}
