import type { NotificationChannel } from '@bduf/metrics-core/interfaces';
import type { AlertInstance } from '../evaluation/alert-instance.ts';
import type { RuleState } from '../evaluation/rule-state.ts';
import type { NotifierAlert } from '../notify/alert-notifier.ts';
import { notifierAlertOf } from './alert-views.ts';
import type { RuleBook } from './rule-book.ts';

/** Alerts as a notifier wants them. Most are as they were at the evaluation before, so that nothing is made for them. */
export class NotifierFeed {
  readonly #book: RuleBook;
  readonly #known = new WeakMap<AlertInstance, NotifierAlert>();

  constructor(book: RuleBook) {
    this.#book = book;
  }

  /** All alerts that fire, or have resolved lately. */
  alerts(): readonly NotifierAlert[] {
    const alerts: NotifierAlert[] = [];
    for (const state of this.#book.all) {
      for (const instance of state.instances.values()) {
        const alert = this.#alertOf(state, instance);
        if (alert !== undefined) alerts.push(alert);
      }
    }
    return alerts;
  }

  #alertOf(state: RuleState, instance: AlertInstance): NotifierAlert | undefined {
    const known = this.#known.get(instance);
    if (known?.version === instance.version) return known;
    const alert = notifierAlertOf(state, instance, this.#channelsOf(state, instance));
    if (alert !== undefined) this.#known.set(instance, alert);
    return alert;
  }

  /** Who is told of a rule's alerts is told of its trouble. */
  #channelsOf(state: RuleState, { labels }: AlertInstance): readonly NotificationChannel[] {
    if (!this.#book.meta.includes(state)) return state.rule.notifications;
    return this.#book.find(labels['rule'] ?? '')?.rule.notifications ?? [];
  }
}
