import { type DeadLetter, type NotifiedAlert, MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import type { StoredRecord } from '../state/alert-state-store.ts';
import type { GroupTarget } from './route-tree.ts';
import { type StoredDeadLetter, restoredAlert, storedAlert } from './stored-group.ts';

/** Kind of the records of dead letters. */
export const DEAD_LETTER_KIND = 'notify_dead_letter';

/** A notification that was given up, with what it takes to try again. */
export interface KeptLetter extends Pick<GroupTarget, 'channel' | 'groupKey' | 'groupLabels'> {
  readonly id: string;
  readonly atMs: number;
  readonly alerts: readonly NotifiedAlert[];
  readonly error: string;
}

/** Notifications that were given up; the oldest make room. */
export class DeadLetterBox {
  readonly #maxLetters: number;
  readonly #letters = new Map<string, KeptLetter>();
  #total = 0;

  /** @param maxLetters - How many are kept. */
  constructor(maxLetters: number) {
    this.#maxLetters = maxLetters;
  }

  /** Letters since the start of the process. */
  get total(): number {
    return this.#total;
  }

  /** Takes one; the same id again replaces it. */
  add(letter: KeptLetter): readonly StoredRecord[] {
    this.#total += 1;
    this.#letters.set(letter.id, letter);
    const { alerts, ...same } = letter;
    const value: StoredDeadLetter = { ...same, alerts: alerts.map(storedAlert) };
    const records: StoredRecord[] = [{ kind: DEAD_LETTER_KIND, key: letter.id, value }];
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > this.#maxLetters && oldest !== undefined) records.push(this.#remove(oldest));
    return records;
  }

  /**
   * Takes one out.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when there is none of that id.
   */
  take(id: string): { readonly letter: KeptLetter; readonly record: StoredRecord } {
    const letter = this.#letters.get(id);
    if (letter === undefined) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `There is no dead letter ${JSON.stringify(id)}. It was redelivered, or made room for newer ones.`,
      );
    }
    return { letter, record: this.#remove(id) };
  }

  /** All of them, oldest first. */
  list(): readonly DeadLetter[] {
    return Array.from(this.#letters.values(), ({ id, atMs, channel, groupLabels, alerts, error }) => ({
      id,
      at: new Date(atMs),
      channel,
      groupLabels,
      alertIds: alerts.map((alert) => alert.id),
      error,
    }));
  }

  /** Takes over one of an earlier process. */
  restore({ alerts, ...same }: StoredDeadLetter): void {
    this.#letters.set(same.id, { ...same, alerts: alerts.map(restoredAlert) });
  }

  #remove(id: string): StoredRecord {
    this.#letters.delete(id);
    return { kind: DEAD_LETTER_KIND, key: id, value: null };
  }
}
