import { ApplicationMetrics, type NotificationChannel } from '@bduf/metrics-core/interfaces';
import type { AlertRule } from './alert-rule.ts';

/** What {@link createDefaultAlertRules} may be told. */
export interface DefaultAlertRuleOptions {
  /** Share of requests that may fail. Default 0.05. */
  readonly errorRate?: number;
  /**
   * Where the error rate is taken from: the gauge `error_rate` that the Express package publishes, or `http_requests_total`
   * itself. Default `gauge`.
   */
  readonly errorRateFrom?: 'gauge' | 'requests';
  /** How long a tool may take, in seconds. Default 30. */
  readonly toolSeconds?: number;
  /** Connections in a pool. Default 20; `'metric'` when the gauge `database_connections_max` says so. */
  readonly dbPoolMax?: number | 'metric';
  /** Connections that must be available. Default 5. */
  readonly dbConnectionsAvailable?: number;
  /** Channels that are told instead of those of each rule. */
  readonly notifications?: readonly NotificationChannel[];
  /** How long conditions must hold, in seconds, instead of the time of each rule; 0 for demonstrations. */
  readonly duration?: number;
}

/** The three rules that every service of this kind wants, with the pool and the limits of one's own. */
export function createDefaultAlertRules(options: DefaultAlertRuleOptions = {}): readonly AlertRule[] {
  const { notifications, duration } = options;
  const instead = {
    ...(notifications !== undefined && { notifications }),
    ...(duration !== undefined && { duration }),
  };
  const rules = [highErrorRate(options), slowToolExecution(options), databaseConnectionExhaustion(options)];
  return rules.map((rule) => Object.assign(rule, instead));
}

function highErrorRate({ errorRate = 0.05, errorRateFrom = 'gauge' }: DefaultAlertRuleOptions): AlertRule {
  const rule: AlertRule = {
    name: 'high_error_rate',
    description: `Error rate exceeds ${percent(errorRate)}`,
    metric: ApplicationMetrics.ERROR_RATE,
    condition: 'gt',
    threshold: errorRate,
    duration: 300,
    severity: 'error',
    labels: { team: 'platform' },
    notifications: ['email', 'slack'],
  };
  if (errorRateFrom === 'gauge') return rule;
  return {
    ...rule,
    metric: ApplicationMetrics.HTTP_REQUESTS_TOTAL,
    signal: {
      kind: 'ratio',
      numerator: { matchers: [{ name: 'status_code', op: '=~', value: '5..' }] },
      denominator: {},
    },
  };
}

function slowToolExecution({ toolSeconds = 30 }: DefaultAlertRuleOptions): AlertRule {
  return {
    name: 'slow_tool_execution',
    description: `Tool execution time exceeds ${toolSeconds} seconds`,
    metric: ApplicationMetrics.MCP_TOOL_DURATION,
    condition: 'gt',
    threshold: toolSeconds,
    duration: 60,
    severity: 'warning',
    labels: { component: 'mcp-tools' },
    notifications: ['slack'],
    groupBy: ['tool'],
  };
}

function databaseConnectionExhaustion({
  dbPoolMax = 20,
  dbConnectionsAvailable = 5,
}: DefaultAlertRuleOptions): AlertRule {
  const rule = {
    name: 'database_connection_exhaustion',
    description: `Available database connections below ${dbConnectionsAvailable}`,
    metric: ApplicationMetrics.DATABASE_CONNECTIONS_ACTIVE,
    duration: 120,
    severity: 'critical',
    labels: { component: 'database' },
    notifications: ['email', 'slack', 'pagerduty'],
  } as const;
  if (dbPoolMax !== 'metric') return { ...rule, condition: 'gt', threshold: dbPoolMax - dbConnectionsAvailable };
  return {
    ...rule,
    condition: 'lt',
    threshold: dbConnectionsAvailable,
    groupBy: ['pool'],
    signal: { kind: 'difference', left: { metric: 'database_connections_max' }, right: {} },
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}

/**
 * The default rules as specified. The last one takes a pool of 20 connections for granted, of which 15 may be in use; for
 * another pool use {@link createDefaultAlertRules}.
 */
export const DefaultAlertRules: readonly AlertRule[] = Object.freeze(createDefaultAlertRules());
