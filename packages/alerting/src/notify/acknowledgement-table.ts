import type { NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { StoredRecord } from '../state/alert-state-store.ts';
import { severityRank } from './group-news.ts';
import type { StoredAcknowledgement } from './stored-group.ts';

/** Kind of the records of acknowledgements. */
export const ACK_KIND = 'notify_ack';

/** Who takes care of which alert. */
export class AcknowledgementTable {
  readonly #acks = new Map<string, StoredAcknowledgement>();

  /** Says that somebody takes care of an alert as it is now. */
  add(
    alert: NotifiedAlert,
    { by, comment }: { readonly by: string; readonly comment: string },
    atMs: number,
  ): StoredRecord {
    const value = { by, comment, atMs, severity: alert.severity, firedAtMs: alert.firedAt.getTime() };
    this.#acks.set(alert.id, value);
    return { kind: ACK_KIND, key: alert.id, value };
  }

  /** Takes it back; nothing when there was none. */
  remove(alertId: string): readonly StoredRecord[] {
    return this.#acks.delete(alertId) ? [{ kind: ACK_KIND, key: alertId, value: null }] : [];
  }

  /** Takes it back when the alert has ended, fires anew or is more severe than it was. */
  review(alert: NotifiedAlert): readonly StoredRecord[] {
    const ack = this.#acks.get(alert.id);
    if (ack === undefined) return [];
    const isSame = alert.status === 'firing' && alert.firedAt.getTime() === ack.firedAtMs;
    return isSame && severityRank(alert.severity) <= severityRank(ack.severity) ? [] : this.remove(alert.id);
  }

  /** Who takes care. */
  by(alertId: string): string | undefined {
    return this.#acks.get(alertId)?.by;
  }

  /** Takes over one of an earlier process. */
  restore(alertId: string, ack: StoredAcknowledgement): void {
    this.#acks.set(alertId, ack);
  }
}
