import { type AlertRule, createDefaultAlertRules } from '@bduf/metrics-alerting';
import { ApplicationMetrics, BusinessMetrics, SystemMetrics } from '@bduf/metrics-core';

/** How long conditions must hold, in seconds: a demonstration cannot wait for minutes. */
const DURATION = 2;
/** What is looked back at, in seconds. */
const WINDOW = 10;

const common = {
  duration: DURATION,
  window: WINDOW,
  labels: { team: 'planning' },
  notifications: ['slack', 'webhook'],
} as const;

const slowDatabase: AlertRule = {
  ...common,
  name: 'slow_database',
  description: 'The database takes {{ humanizeDuration $value }} to say that it is there.',
  metric: ApplicationMetrics.DATABASE_QUERY_DURATION,
  matchers: [{ name: 'operation', op: '=', value: 'validate' }],
  groupBy: [],
  signal: 'mean',
  condition: 'gt',
  threshold: 0.1,
  severity: 'error',
};

const cacheIneffective: AlertRule = {
  ...common,
  name: 'cache_ineffective',
  description: 'Only {{ humanizePercentage $value }} of the project reports asked for are in the cache.',
  metric: ApplicationMetrics.CACHE_OPERATIONS_TOTAL,
  matchers: [
    { name: 'cache', op: '=', value: 'project_reports' },
    { name: 'operation', op: '=', value: 'get' },
  ],
  groupBy: ['cache'],
  signal: {
    kind: 'ratio',
    numerator: {
      matchers: [
        { name: 'cache', op: '=', value: 'project_reports' },
        { name: 'operation', op: '=', value: 'get' },
        { name: 'result', op: '=', value: 'hit' },
      ],
    },
    denominator: {},
  },
  condition: 'lt',
  threshold: 0.2,
  // A cache that hardly anybody asks has nothing to answer from.
  minEvents: 10,
  noData: 'resolve',
  severity: 'warning',
};

const upstreamRateLimited: AlertRule = {
  ...common,
  name: 'upstream_rate_limited',
  description: '{{ $labels.service }} refuses {{ humanizePercentage $value }} of our calls: too many.',
  metric: BusinessMetrics.API_RATE_LIMIT_HITS,
  groupBy: ['service'],
  signal: {
    kind: 'ratio',
    numerator: {},
    denominator: { metric: BusinessMetrics.EXTERNAL_API_DURATION },
  },
  condition: 'gt',
  threshold: 0.5,
  minEvents: 2,
  noData: 'resolve',
  severity: 'warning',
};

const toolErrors: AlertRule = {
  ...common,
  name: 'tool_errors',
  description: 'The tool {{ $labels.tool }} has crashed {{ humanize $value }} times in ten seconds.',
  metric: ApplicationMetrics.MCP_TOOL_ERRORS_TOTAL,
  // Neither mistakes of the callers nor refusals that the service means.
  matchers: [{ name: 'error_type', op: '=', value: 'Error' }],
  groupBy: ['tool'],
  signal: 'increase',
  condition: 'gt',
  threshold: 1,
  duration: 0,
  severity: 'error',
};

const eventLoopBlocked: AlertRule = {
  ...common,
  name: 'event_loop_blocked',
  description: '{{ humanizePercentage $value }} of all waits for the event loop take longer than 250 ms.',
  metric: SystemMetrics.EVENT_LOOP_DELAY,
  signal: { kind: 'fractionAbove', above: 0.25 },
  condition: 'gt',
  threshold: 0.05,
  severity: 'error',
  notifications: ['slack', 'pagerduty', 'webhook'],
  // Starting takes a while by itself.
  requireFullWindow: true,
};

const memoryGrowth: AlertRule = {
  ...common,
  name: 'memory_growth',
  description: 'The memory of the process grows by {{ humanize1024 $value }}B each second.',
  metric: SystemMetrics.MEMORY_USAGE_BYTES,
  matchers: [{ name: 'scope', op: '=', value: 'process' }],
  signal: 'deriv',
  condition: 'gt',
  threshold: 10 * 1024 * 1024,
  severity: 'warning',
  requireFullWindow: true,
};

/**
 * The rules of the service: those that every service of its kind wants, and one for each way in which it has been seen to break.
 */
export const ALERT_RULES: readonly AlertRule[] = [
  ...createDefaultAlertRules({
    dbPoolMax: 'metric',
    dbConnectionsAvailable: 1,
    duration: DURATION,
    notifications: ['email', 'slack', 'pagerduty', 'webhook'],
  }),
  slowDatabase,
  cacheIneffective,
  upstreamRateLimited,
  toolErrors,
  eventLoopBlocked,
  memoryGrowth,
];
