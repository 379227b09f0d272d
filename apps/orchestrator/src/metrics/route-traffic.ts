import { ApplicationMetrics, type Registerer } from '@bduf/metrics-core/interfaces';
import { bucketQuantile, seriesOf } from '@bduf/metrics-core/primitives';

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
  for (const { labels, numbers } of duration === undefined ? [] : seriesOf(duration)) {
    const sum = sumOf(sums, labels);
    // The last number is the sum of all durations.
    sum.buckets = Array.from(numbers.subarray(0, -1), (count, at) => count + (sum.buckets[at] ?? 0));
  }
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
    p50: bucketQuantile(upperBounds, buckets, 0.5),
    p95: bucketQuantile(upperBounds, buckets, 0.95),
  };
}
