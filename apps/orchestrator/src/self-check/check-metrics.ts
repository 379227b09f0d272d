import { ApplicationMetrics } from '@bduf/metrics-core/interfaces';
import type { ExpositionFamily } from '@bduf/metrics-testkit';
import type { LedgerEntry } from '../traffic/request-ledger.ts';
import type { Check } from './check.ts';
import { compareCounts } from './compare-counts.ts';
import { samplesOf } from './exposition.ts';

/** Checks the metrics of a service whose clients have received all responses. */
export function checkMetrics(families: readonly ExpositionFamily[], sent: readonly LedgerEntry[]): readonly Check[] {
  return [checkCounts(families, sent), checkKinds(sent), checkRest(families)];
}

function checkCounts(families: readonly ExpositionFamily[], sent: readonly LedgerEntry[]): Check {
  const measured = samplesOf(families, ApplicationMetrics.HTTP_REQUESTS_TOTAL);
  const total = measured.reduce((sum, { value }) => sum + value, 0);
  return {
    name: 'requests measured = requests sent, by method, route and status',
    detail: `${total} requests in ${measured.length} series`,
    problems: compareCounts(sent, measured),
  };
}

/** Equal counts prove something about aborted and unmatched requests only if there were some. */
function checkKinds(sent: readonly LedgerEntry[]): Check {
  const count = (matches: (entry: LedgerEntry) => boolean): number =>
    sent.filter(matches).reduce((sum, entry) => sum + entry.count, 0);
  const kinds = {
    aborted: count(({ status }) => status === 499),
    unmatched: count(({ route }) => route === 'unmatched'),
    refused: count(({ status }) => [400, 404, 409].includes(status)),
    streams: count(({ route }) => route === '/api/events'),
  };
  return {
    name: 'among them are aborted and refused requests, unmatched URLs and an event stream',
    detail: Object.entries(kinds)
      .map(([kind, requests]) => `${requests} ${kind}`)
      .join(', '),
    problems: Object.entries(kinds).flatMap(([kind, requests]) => (requests === 0 ? [`no ${kind} requests`] : [])),
  };
}

function checkRest(families: readonly ExpositionFamily[]): Check {
  const sum = (name: string): number => samplesOf(families, name).reduce((total, { value }) => total + value, 0);
  const inFlight = sum(ApplicationMetrics.HTTP_REQUESTS_IN_FLIGHT) + sum(ApplicationMetrics.HTTP_STREAMS_ACTIVE);
  const active = sum(ApplicationMetrics.DATABASE_CONNECTIONS_ACTIVE);
  const queries = sum(ApplicationMetrics.DATABASE_QUERIES_TOTAL);
  const timed = sum(`${ApplicationMetrics.DATABASE_QUERY_DURATION}_count`);
  const cacheOperations = sum(ApplicationMetrics.CACHE_OPERATIONS_TOTAL);
  return {
    name: 'at rest: nothing in flight, all database handles idle; database and caches were measured',
    detail: `${queries} queries, ${cacheOperations} cache operations`,
    problems: [
      ...(inFlight === 0 ? [] : [`${inFlight} requests or streams in flight`]),
      ...(active === 0 ? [] : [`${active} database handles in use`]),
      ...(queries > 0 && queries === timed ? [] : [`${queries} queries counted, ${timed} timed`]),
      ...(cacheOperations > 0 ? [] : ['no cache operation']),
    ],
  };
}
