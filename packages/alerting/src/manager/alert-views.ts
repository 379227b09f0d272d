import type { ActiveAlert, AlertEvent, AlertEventType, NotificationChannel } from '@bduf/metrics-core/interfaces';
import type { AlertInstance } from '../evaluation/alert-instance.ts';
import type { RuleState } from '../evaluation/rule-state.ts';
import type { HappenedDetails } from '../evaluation/step-instance.ts';
import type { AlertNotifier, NotifierAlert } from '../notify/alert-notifier.ts';
import { AlertTexts } from './alert-texts.ts';

/** Templates are read once for each rule. */
const texts = new WeakMap<RuleState, AlertTexts>();

/** An alert that is pending or firing, as people see it. */
export function activeAlertOf(
  state: RuleState,
  instance: AlertInstance,
  notifier: AlertNotifier | undefined,
): ActiveAlert {
  const { rule } = state;
  const acknowledgedBy = notifier?.acknowledgedBy(instance.id);
  const notifiedAt = notifier?.notifiedAt(instance.id);
  return {
    id: instance.id,
    ruleName: rule.name,
    labels: instance.labels,
    annotations: textsOf(state).of(instance),
    severity: instance.severity,
    state: instance.state === 'firing' ? 'firing' : 'pending',
    value: instance.value,
    threshold: instance.threshold,
    activeAt: new Date(instance.activeAtMs),
    ...(!Number.isNaN(instance.firedAtMs) && { firedAt: new Date(instance.firedAtMs) }),
    lastEvaluatedAt: new Date(Number.isNaN(instance.lastMs) ? instance.activeAtMs : instance.lastMs),
    ...(!Number.isNaN(instance.keepFiringSinceMs) && { keepFiringSince: new Date(instance.keepFiringSinceMs) }),
    ...(instance.reason !== undefined && { reason: instance.reason }),
    silencedBy: notifier?.silencesOf(instance.labels, instance.lastMs) ?? [],
    inhibitedBy: notifier?.inhibitorsOf(instance) ?? [],
    ...(acknowledgedBy !== undefined && { acknowledgedBy }),
    ...(notifiedAt !== undefined && { notifiedAt }),
    ...(rule.runbookUrl !== undefined && { runbookUrl: rule.runbookUrl }),
  };
}

/** An alert that fires or has resolved, for the notifier; `undefined` for one that never fired. */
export function notifierAlertOf(
  state: RuleState,
  instance: AlertInstance,
  channels: readonly NotificationChannel[],
): NotifierAlert | undefined {
  if (instance.state !== 'firing' && instance.state !== 'resolved') return undefined;
  const { rule } = state;
  return {
    id: instance.id,
    ruleName: rule.name,
    status: instance.state,
    severity: instance.severity,
    labels: instance.labels,
    annotations: textsOf(state).of(instance),
    value: instance.value,
    threshold: instance.threshold,
    activeAt: new Date(instance.activeAtMs),
    firedAt: new Date(instance.firedAtMs),
    ...(!Number.isNaN(instance.resolvedAtMs) && { resolvedAt: new Date(instance.resolvedAtMs) }),
    ...(instance.reason !== undefined && { reason: instance.reason }),
    ...(rule.runbookUrl !== undefined && { runbookUrl: rule.runbookUrl }),
    channels,
    version: instance.version,
  };
}

/** What happened to an alert, as an event without number. */
export function eventOf(
  { rule }: RuleState,
  happened: { readonly type: AlertEventType; readonly instance: AlertInstance; readonly atMs: number },
  { reason, durationMs }: HappenedDetails = {},
): Omit<AlertEvent, 'seq'> {
  const { type, instance, atMs } = happened;
  return {
    at: new Date(atMs),
    type,
    id: instance.id,
    ruleName: rule.name,
    labels: instance.labels,
    severity: instance.severity,
    ...(!Number.isNaN(instance.value) && { value: instance.value }),
    ...(reason !== undefined && { reason }),
    ...(durationMs !== undefined && { durationMs }),
  };
}

function textsOf(state: RuleState): AlertTexts {
  let known = texts.get(state);
  if (known === undefined) {
    known = new AlertTexts(state.rule);
    texts.set(state, known);
  }
  return known;
}
