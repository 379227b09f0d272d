import type {
  ActiveAlert,
  AlertEvent,
  AlertRuleHealth,
  ChannelHealth,
  HealthCheckResult,
  Severity,
} from '@bduf/metrics-core/interfaces';

/** One number, with its meaning. */
export interface Figure {
  /** The value; `null` when nobody knows it, never a substitute. */
  readonly value: number | null;
  /** Unit of the value. */
  readonly unit: 'ratio' | 'seconds' | 'bytes' | 'percent' | 'per_second' | 'count';
  /** Seconds before `asOf` that it is about; 0 for a present value, `null` for everything since the start. */
  readonly windowSeconds: number | null;
}

/** What the service as a whole is doing. */
export interface SystemOverviewData {
  /** The moment of every number, ISO 8601. */
  readonly asOf: string;
  /** The worst of health checks and firing alerts; `unknown` without either. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy' | 'unknown';
  /** How long the process has been up. */
  readonly uptime: Figure;
  /** CPU of the process, of its limit. */
  readonly cpu: Figure;
  /** Memory of the tightest scope, of its limit. */
  readonly memory: Figure;
  /** 99th percentile of the event loop's delay. */
  readonly eventLoopDelayP99: Figure;
  /** HTTP requests. */
  readonly requestRate: Figure;
  /** Share of requests answered with 5xx; 0 when there were requests and none failed. */
  readonly errorRatio: Figure;
  /** 95th percentile of the time to answer. */
  readonly latencyP95: Figure;
  /** MCP tool calls. */
  readonly toolCallRate: Figure;
  /** Firing alerts by severity; `null` without an alert source. */
  readonly firingAlerts: Readonly<Record<Severity, number>> | null;
  /** Results of the health checks; `null` without a health source. */
  readonly health: readonly Json<HealthCheckResult>[] | null;
  /** Share of the asked spans that was observed, the least of all questions: 0 … 1. */
  readonly coverage: number;
}

/** Rate, errors and duration of one route, tool or query. */
export interface PerformanceRow {
  /** Route, tool or database operation. */
  readonly name: string;
  /** How often. */
  readonly rate: Figure;
  /** Share that failed. */
  readonly errorRatio: Figure;
  /** Median duration. */
  readonly p50: Figure;
  /** 95th percentile of the duration. */
  readonly p95: Figure;
  /** 99th percentile of the duration. */
  readonly p99: Figure;
  /** Apdex with a target of 0.5 seconds: 1 when all are satisfied. */
  readonly apdex: Figure;
}

/** How fast what the service does is. */
export interface PerformanceMetricsData {
  /** The moment of every number, ISO 8601. */
  readonly asOf: string;
  /** By HTTP route, slowest first, at most 50. */
  readonly routes: readonly PerformanceRow[];
  /** By MCP tool, slowest first, at most 50. */
  readonly tools: readonly PerformanceRow[];
  /** By database operation, slowest first, at most 50. */
  readonly queries: readonly PerformanceRow[];
  /** Hits of hits and misses, by cache. */
  readonly cacheHitRatio: Readonly<Record<string, Figure>>;
  /** Used of used and idle connections, by pool. */
  readonly poolSaturation: Readonly<Record<string, Figure>>;
  /** As of the overview. */
  readonly coverage: number;
}

/** A total since the start, and what of it happened within the window. */
export interface Totals {
  /** Since the start. */
  readonly total: Figure;
  /** Within the window. */
  readonly recent: Figure;
}

/** Whether the work gets done. */
export interface BusinessMetricsData {
  /** The moment of every number, ISO 8601. */
  readonly asOf: string;
  /** Projects begun. */
  readonly projectsCreated: Totals;
  /** Projects completed. */
  readonly projectsCompleted: Totals;
  /** Tasks begun. */
  readonly tasksCreated: Totals;
  /** Tasks completed. */
  readonly tasksCompleted: Totals;
  /** Tasks completed of those begun since the start. */
  readonly taskCompletionRatio: Figure;
  /** Mean of actual by estimated hours: 1 is as planned. */
  readonly estimationAccuracy: Figure;
  /** Distinct users, by window. */
  readonly activeUsers: Readonly<Record<string, Figure>>;
  /** As of the overview. */
  readonly coverage: number;
}

/** Alerts and what became of the notifications. */
export interface AlertStatusData {
  /** The moment of every number, ISO 8601. */
  readonly asOf: string;
  /** Whether an alert source is connected; everything else is empty without. */
  readonly isConnected: boolean;
  /** Firing alerts by severity. */
  readonly firing: Readonly<Record<Severity, number>>;
  /** Alerts whose condition holds not yet long enough. */
  readonly pending: number;
  /** Pending and firing alerts. */
  readonly active: readonly Json<ActiveAlert>[];
  /** What happened in the last 24 hours, newest first, at most 200. */
  readonly history: readonly Json<AlertEvent>[];
  /** All rules. */
  readonly rules: readonly Json<AlertRuleHealth>[];
  /** All channels. */
  readonly channels: readonly Json<ChannelHealth>[];
  /** Notifications that were given up. */
  readonly deadLetters: number;
}

/** One frame of the stream: all four at one moment. */
export interface MetricsSnapshot {
  /** Counts up by one with each frame that was given, from 1. */
  readonly seq: number;
  /** Frames that fell due while the consumer was busy, since the frame before. */
  readonly skipped: number;
  /** The moment of every number, ISO 8601. */
  readonly asOf: string;
  /** Answer of `getSystemOverview`. */
  readonly overview: SystemOverviewData;
  /** Answer of `getPerformanceMetrics`. */
  readonly performance: PerformanceMetricsData;
  /** Answer of `getBusinessMetrics`. */
  readonly business: BusinessMetricsData;
  /** Answer of `getAlertStatus`. */
  readonly alerts: AlertStatusData;
}

/** What JSON makes of a type: dates become text, ISO 8601. */
export type Json<Type> = Type extends Date
  ? string
  : Type extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : Type extends object
      ? { readonly [Key in keyof Type]: Json<Type[Key]> }
      : Type;
