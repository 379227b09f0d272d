import { AlertEventType, type NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { NotifierEvent } from './alert-notifier.ts';
import type { Mute, Muting } from './muting.ts';
import { alertEvent } from './notifier-events.ts';

/** Notices when firing alerts become muted. */
export class MuteWatch {
  readonly #mutingOf: Muting;
  readonly #causes = new Map<string, Mute['cause']>();

  constructor(mutingOf: Muting) {
    this.#mutingOf = mutingOf;
  }

  /** Looks at alerts, and gives an event for each that became muted since the look before. */
  review(alerts: Iterable<NotifiedAlert>, atMs: number): readonly NotifierEvent[] {
    const events: NotifierEvent[] = [];
    for (const alert of alerts) {
      const mute = alert.status === 'firing' ? this.#mutingOf(alert, atMs) : undefined;
      if (mute === undefined) {
        this.#causes.delete(alert.id);
      } else if (this.#causes.get(alert.id) !== mute.cause) {
        this.#causes.set(alert.id, mute.cause);
        const type = mute.cause === 'silenced' ? AlertEventType.SILENCED : AlertEventType.INHIBITED;
        events.push(alertEvent(type, alert, { atMs, reason: `by ${mute.by.join(', ')}` }));
      }
    }
    return events;
  }
}
