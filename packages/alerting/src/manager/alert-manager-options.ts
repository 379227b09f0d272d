import type { Clock, Gatherer, HistorySource, Registerer } from '@bduf/metrics-core/interfaces';
import type { NotifierOptions } from '../notify/notifier-options.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import type { AlertStateStore } from '../state/alert-state-store.ts';

/** What alerts are made from: a collector is one. */
export type AlertedMetrics = Gatherer & Registerer;

/** Options of an alert manager. Times are in milliseconds. */
export interface AlertManagerOptions {
  /** Rules to begin with. Default: none; `createAlertManager` begins with the default rules. */
  readonly rules?: readonly AlertRule[];
  /** Distance of evaluations after `start()`. Default 15 000. */
  readonly intervalMs?: number;
  /** Moves the slots of evaluation, so that not all processes work at the same moment. Default `default`. */
  readonly group?: string;
  /** Answers questions about the past. Default: a store in memory of what the rules need, filled at each evaluation. */
  readonly history?: HistorySource;
  /**
   * Bytes at most of that store in memory, for the rules that look back up to 9 minutes, 59 minutes, 6 hours and longer each.
   * Default 32 MiB.
   */
  readonly maxHistoryBytes?: number;
  /** Keeps what must survive the process. Default: nothing is kept. The manager closes it. */
  readonly store?: AlertStateStore;
  /** How alerts become notifications. */
  readonly notify?: NotifierOptions;
  /** How long the process may be down for the time to count as if the condition had gone on. Default 300 000. */
  readonly outageToleranceMs?: number;
  /** How long a resolved alert is remembered. Default 900 000. */
  readonly resolvedRetentionMs?: number;
  /** Events that are remembered. Default 10 000; not longer than 7 days. */
  readonly maxEvents?: number;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /**
   * Told what goes wrong and concerns no caller: a store that fails, an alert of an earlier process that cannot be read. Default: a
   * process warning.
   */
  readonly onError?: (error: Error) => void;
}

/** The numbers among the options, with their defaults. */
export interface ManagerLimits {
  readonly intervalMs: number;
  readonly maxHistoryBytes: number;
  readonly outageToleranceMs: number;
  readonly resolvedRetentionMs: number;
  readonly maxEvents: number;
}

/** Fills in the defaults. */
export function managerLimits(options: AlertManagerOptions): ManagerLimits {
  return {
    intervalMs: options.intervalMs ?? 15_000,
    maxHistoryBytes: options.maxHistoryBytes ?? 32 * 2 ** 20,
    outageToleranceMs: options.outageToleranceMs ?? 300_000,
    resolvedRetentionMs: options.resolvedRetentionMs ?? 900_000,
    maxEvents: options.maxEvents ?? 10_000,
  };
}
