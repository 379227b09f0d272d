import { ApplicationMetrics, BusinessMetrics } from '@bduf/metrics-core/interfaces';
import type { ExpositionFamily } from '@bduf/metrics-testkit';
import type { TrafficLedger } from '../traffic/traffic-ledger.ts';
import { checkContract } from './check-contract.ts';
import type { Check } from './check.ts';
import { compareCounts, REQUEST_LABELS, SESSION_LABELS, TOOL_LABELS } from './compare-counts.ts';
import { METRIC_TOOLS, PLANNING_TOOLS } from './expected-tools.ts';
import { samplesOf } from './exposition.ts';

/** Checks the metrics of a service whose clients have received all responses. */
export function checkMetrics(families: readonly ExpositionFamily[], ledger: TrafficLedger): readonly Check[] {
  return [
    checkRequests(families, ledger),
    checkKinds(ledger),
    checkTools(families, ledger),
    checkRest(families),
    checkResources(families),
    checkContract(families),
  ];
}

function checkRequests(families: readonly ExpositionFamily[], { requests }: TrafficLedger): Check {
  const measured = samplesOf(families, ApplicationMetrics.HTTP_REQUESTS_TOTAL);
  return {
    name: 'requests measured = requests sent, by method, route and status',
    detail: `${totalOf(measured)} requests in ${measured.length} series`,
    problems: compareCounts({ sent: requests.entries(), measured, labelNames: REQUEST_LABELS }),
  };
}

/** Equal counts prove something about aborted and unmatched requests only if there were some. */
function checkKinds({ requests }: TrafficLedger): Check {
  const kinds = {
    aborted: requests.totalOf((_method, _route, status) => status === '499'),
    unmatched: requests.totalOf((_method, route) => route === 'unmatched'),
    refused: requests.totalOf((_method, _route, status) => ['400', '404', '409'].includes(status)),
    streams: requests.totalOf((_method, route) => route === '/api/events'),
  };
  return {
    name: 'among them are aborted and refused requests, unmatched URLs and an event stream',
    detail: listed(kinds),
    problems: missing(kinds),
  };
}

function checkTools(families: readonly ExpositionFamily[], { tools, sessions }: TrafficLedger): Check {
  const executions = samplesOf(families, ApplicationMetrics.MCP_TOOL_EXECUTIONS_TOTAL);
  const ended = samplesOf(families, `${ApplicationMetrics.MCP_SESSION_DURATION}_count`);
  const succeeded = new Set(executions.flatMap(({ labels }) => (labels['outcome'] === 'ok' ? [labels['tool']] : [])));
  return {
    name: 'MCP: tool calls and sessions measured = made, by tool and outcome',
    detail: `${totalOf(executions)} calls, ${succeeded.size} tools with success, ${totalOf(ended)} sessions`,
    problems: [
      ...PLANNING_TOOLS.filter((tool) => !succeeded.has(tool)).map((tool) => `${tool} was never called with success`),
      ...METRIC_TOOLS.filter((tool) => succeeded.has(tool)).map((tool) => `${tool} was measured`),
      ...compareCounts({ sent: tools.entries(), measured: executions, labelNames: TOOL_LABELS }),
      ...compareCounts({ sent: sessions.entries(), measured: ended, labelNames: SESSION_LABELS }),
    ],
  };
}

const GAUGES_AT_REST = [
  ApplicationMetrics.HTTP_REQUESTS_IN_FLIGHT,
  ApplicationMetrics.HTTP_STREAMS_ACTIVE,
  ApplicationMetrics.DATABASE_CONNECTIONS_ACTIVE,
  'database_connections_waiting',
  'mcp_requests_in_flight',
  'mcp_sessions_active',
];

function checkRest(families: readonly ExpositionFamily[]): Check {
  const busy = GAUGES_AT_REST.map((name) => ({ name, samples: samplesOf(families, name) }));
  return {
    name: 'at rest nothing is in flight, open, held or waited for',
    detail: `${GAUGES_AT_REST.length} gauges`,
    problems: busy.flatMap(({ name, samples }) => {
      if (samples.length === 0) return [`${name} is not there`];
      return samples
        .filter(({ value }) => value !== 0)
        .map(({ labels, value }) => `${name} ${JSON.stringify(labels)} is ${value}`);
    }),
  };
}

function checkResources(families: readonly ExpositionFamily[]): Check {
  const total = (name: string): number => totalOf(samplesOf(families, name));
  const queries = total(ApplicationMetrics.DATABASE_QUERIES_TOTAL);
  const timed = total(`${ApplicationMetrics.DATABASE_QUERY_DURATION}_count`);
  const kinds = {
    queries,
    'cache operations': total(ApplicationMetrics.CACHE_OPERATIONS_TOTAL),
    'external calls':
      total(BusinessMetrics.CONTEXT7_API_CALLS_TOTAL) + total(BusinessMetrics.PERPLEXITY_API_CALLS_TOTAL),
    'of them refused with 429': total(BusinessMetrics.API_RATE_LIMIT_HITS),
  };
  return {
    name: 'database, caches and external calls are measured',
    detail: listed(kinds),
    problems: [...missing(kinds), ...(queries === timed ? [] : [`${queries} queries counted, but ${timed} timed`])],
  };
}

function totalOf(samples: readonly { readonly value: number }[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function listed(kinds: Readonly<Record<string, number>>): string {
  return Object.entries(kinds)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

function missing(kinds: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(kinds).flatMap(([kind, count]) => (count === 0 ? [`no ${kind}`] : []));
}
