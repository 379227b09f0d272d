import type { RouteTraffic } from '../metrics/route-traffic.ts';
import { type TableColumn, textTable } from './text-table.ts';

const COLUMNS: readonly TableColumn<RouteTraffic>[] = [
  { title: 'method', value: ({ method }) => method },
  { title: 'route', value: ({ route }) => route },
  { title: 'requests', value: ({ requests }) => requests },
  { title: '4xx', value: ({ clientErrors }) => clientErrors },
  { title: '5xx', value: ({ serverErrors }) => serverErrors },
  { title: 'aborted', value: ({ aborted }) => aborted },
  { title: 'p50 ms', value: ({ p50 }) => milliseconds(p50) },
  { title: 'p95 ms', value: ({ p95 }) => milliseconds(p95) },
];

/** Shows requests by route as a text table. */
export function trafficTable(traffic: readonly RouteTraffic[]): string {
  return traffic.length === 0 ? 'No requests yet.' : textTable(COLUMNS, traffic);
}

function milliseconds(seconds: number): number | string {
  return Number.isNaN(seconds) ? '' : Number((seconds * 1000).toFixed(1));
}
