import { AlertEventType, type AlertEvent, type Registerer, Severity } from '@bduf/metrics-core/interfaces';
import type { AlertNotifier } from '../notify/alert-notifier.ts';
import type { RuleBook } from './rule-book.ts';

const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Results of notifications by the events that tell of them. */
const RESULTS: ReadonlyMap<AlertEventType, string> = new Map([
  [AlertEventType.NOTIFIED, 'delivered'],
  [AlertEventType.DELIVERY_FAILED, 'failed'],
  [AlertEventType.DEAD_LETTER, 'dead_letter'],
]);

/** What an alert manager says of itself. */
export interface AlertingMetrics {
  /** Takes note of an evaluation of all rules, in seconds. */
  evaluated(seconds: number, failures: number): void;
  /** Takes note of slots that passed without evaluation. */
  missed(slots: number): void;
  /** Takes note of alerts refused because their rule has too many. */
  refused(alerts: number): void;
  /** Takes note of an event. */
  happened(event: AlertEvent): void;
  /** Takes note of a write that failed. */
  storeFailed(): void;
}

/** Defines the metrics; those of states are read when somebody asks. */
export function createAlertingMetrics(
  metrics: Registerer,
  book: RuleBook,
  notifier: AlertNotifier | undefined,
): AlertingMetrics {
  defineStates(metrics, book);
  if (notifier !== undefined) defineOutbox(metrics, notifier);
  const evaluations = metrics.counter({
    name: 'alerting_evaluations_total',
    description: 'Evaluations of all alert rules.',
  });
  const failures = metrics.counter({
    name: 'alerting_evaluation_failures_total',
    description: 'Evaluations of one alert rule that failed.',
  });
  const missed = metrics.counter({
    name: 'alerting_missed_slots_total',
    description: 'Slots of evaluation that passed unused.',
  });
  const refused = metrics.counter({
    name: 'alerting_refused_alerts_total',
    description: 'Alerts left out because their rule had too many.',
  });
  const stores = metrics.counter({
    name: 'alerting_store_failures_total',
    description: 'Writes of alert state that failed.',
  });
  const notifications = metrics.counter({
    name: 'alerting_notifications_total',
    description: 'Alerts told to a channel, by what became of it.',
    labels: ['channel', 'result'],
  });
  const duration = metrics.histogram({
    name: 'alerting_evaluation_duration_seconds',
    description: 'Time that an evaluation of all alert rules took.',
    unit: 'seconds',
    buckets: DURATION_BUCKETS,
  });
  return {
    evaluated(seconds, failed) {
      evaluations.inc();
      duration.observe(seconds);
      if (failed > 0) failures.inc(failed);
    },
    missed: (slots) => missed.inc(slots),
    refused: (alerts) => refused.inc(alerts),
    storeFailed: () => stores.inc(),
    happened({ type, channel }) {
      const result = RESULTS.get(type);
      if (result !== undefined && channel !== undefined) notifications.inc({ channel, result });
    },
  };
}

function defineStates(metrics: Registerer, book: RuleBook): void {
  metrics.gauge({
    name: 'alerting_alerts',
    description: 'Alerts that are pending or firing, by state and severity.',
    labels: { state: ['pending', 'firing'], severity: Object.values(Severity) },
    collect({ set }) {
      const counts = new Map<string, number>();
      for (const state of book.all) {
        for (const { state: name, severity } of state.instances.values()) {
          counts.set(`${name} ${severity}`, (counts.get(`${name} ${severity}`) ?? 0) + 1);
        }
      }
      for (const state of ['pending', 'firing'] as const) {
        for (const severity of Object.values(Severity))
          set({ state, severity }, counts.get(`${state} ${severity}`) ?? 0);
      }
    },
  });
  metrics.gauge({
    name: 'alerting_rules',
    description: 'Alert rules by how they are doing.',
    labels: { status: ['ok', 'err', 'no_series', 'unknown'] },
    collect({ set }) {
      for (const status of ['ok', 'err', 'no_series', 'unknown'] as const) {
        set({ status }, book.rules.filter((state) => state.status === status).length);
      }
    },
  });
}

function defineOutbox(metrics: Registerer, notifier: AlertNotifier): void {
  metrics.gauge({
    name: 'alerting_undelivered_groups',
    description: 'Groups of alerts that a channel still has to hear of.',
    labels: ['channel'],
    collect({ set }) {
      for (const { channel, undelivered } of notifier.getChannelHealth()) set({ channel }, undelivered);
    },
  });
  metrics.gauge({
    name: 'alerting_oldest_undelivered_seconds',
    description: 'How long the oldest news waits for a channel.',
    unit: 'seconds',
    labels: ['channel'],
    collect({ set }) {
      for (const { channel, oldestUndeliveredMs } of notifier.getChannelHealth())
        set({ channel }, (oldestUndeliveredMs ?? 0) / 1000);
    },
  });
  metrics.gauge({
    name: 'alerting_dead_letters',
    description: 'Notifications that were given up.',
    collect({ set }) {
      set(notifier.getDeadLetters().length);
    },
  });
}
