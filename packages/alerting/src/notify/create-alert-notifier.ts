import type { Clock } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import type { StoredRecord } from '../state/alert-state-store.ts';
import type { AlertNotifier, NotifierEvent } from './alert-notifier.ts';
import type { PacedNotificationService } from './channel-cadence.ts';
import { LevelNotifier } from './level-notifier.ts';
import type { NotifierOptions } from './notifier-options.ts';

/** What a notifier is made of. */
export interface AlertNotifierOptions extends NotifierOptions {
  /** Delivers. */
  readonly service: PacedNotificationService;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /**
   * Keeps what must survive the process, for changes between updates; see {@link AlertNotifier.update}. When it rejects, the
   * error is told and deliveries go on. Default: nothing is kept.
   */
  readonly append?: (records: readonly StoredRecord[]) => Promise<void>;
  /** Takes what happens. */
  readonly onEvent?: (event: NotifierEvent) => void;
  /** Takes what goes wrong and concerns no single notification. */
  readonly onError?: (error: Error) => void;
  /** Source of jitter: a number from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Makes the notifier of an alert manager.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a matcher of a route or an inhibit rule that cannot be compiled.
 */
export function createAlertNotifier({
  service,
  clock = systemClock,
  append = () => Promise.resolve(),
  onEvent = () => undefined,
  onError = () => undefined,
  random = Math.random,
  ...options
}: AlertNotifierOptions): AlertNotifier {
  return new LevelNotifier({ service, clock, append, onEvent, onError, random }, options);
}
