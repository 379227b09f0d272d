import type { AlertEvent } from '@bduf/metrics-core/interfaces';
import type { AlertInstance } from '../evaluation/alert-instance.ts';
import type { RuleState } from '../evaluation/rule-state.ts';
import { AlertHistory } from '../state/alert-history.ts';
import type { AlertStateStore, StoredRecord } from '../state/alert-state-store.ts';
import { StateWriter } from '../state/state-writer.ts';
import {
  ALERT_KIND,
  ENGINE_KIND,
  EVENT_KIND,
  type RestoredState,
  alertRecord,
  engineRecord,
  eventRecord,
} from '../state/stored-instance.ts';
import type { RuleBook } from './rule-book.ts';

/** How often the time of the last evaluation is written while nothing else is. */
const HEARTBEAT_MS = 30_000;

/** What a journal needs. */
export interface JournalParts {
  readonly store: AlertStateStore | undefined;
  readonly maxEvents: number;
  readonly book: () => RuleBook;
  readonly onError: (error: unknown) => void;
}

/** Everything that happened, and what of it must survive the process. */
export class AlertJournal {
  readonly history: AlertHistory;
  readonly #parts: JournalParts;
  readonly #writer: StateWriter | undefined;
  /** Alerts that have changed since the last write. */
  readonly #changed = new Map<AlertInstance, string>();
  #records: StoredRecord[] = [];
  #lastMs = NaN;
  #writtenMs = NaN;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.history = new AlertHistory(parts.maxEvents);
    if (parts.store === undefined) return;
    this.#writer = new StateWriter(parts.store, {
      snapshot: () => this.#snapshot(),
      ownKinds: new Set([ALERT_KIND, EVENT_KIND, ENGINE_KIND]),
      onError: parts.onError,
    });
  }

  /** Takes over what the store holds, and the events in it; those that happened already come after them. */
  restore(
    records: readonly StoredRecord[],
    { events, seq }: Pick<RestoredState, 'events' | 'seq'>,
    atMs: number,
  ): void {
    this.#writer?.restore(records);
    const newer = this.history.restore(events, seq, atMs);
    this.#records = newer.map((event) => eventRecord(event));
  }

  /** Keeps an event. */
  add(event: Omit<AlertEvent, 'seq'>): AlertEvent {
    const numbered = this.history.add(event);
    if (this.#writer !== undefined) this.#records.push(eventRecord(numbered));
    return numbered;
  }

  /** Takes note of an alert that must be written. */
  changed({ rule }: RuleState, instance: AlertInstance): void {
    if (this.#writer !== undefined) this.#changed.set(instance, rule.name);
  }

  /** Takes note of alerts that are forgotten. */
  forget(instances: readonly AlertInstance[]): void {
    if (this.#writer === undefined) return;
    for (const instance of instances) {
      this.#changed.delete(instance);
      this.#records.push(forgotten(instance));
    }
  }

  /**
   * Writes what an evaluation changed, with what the notifier wants kept. Resolves when it is kept, or cannot be; then it is
   * written with the next one.
   */
  async write(atMs: number, more: readonly StoredRecord[]): Promise<void> {
    this.#lastMs = atMs;
    if (this.#writer === undefined) return;
    const records = [...this.#taken(), ...more];
    const isDue = !(atMs - this.#writtenMs < HEARTBEAT_MS) && this.#parts.book().all.some(({ active }) => active > 0);
    if (records.length === 0 && !isDue && this.#writer.unwritten === 0) return;
    this.#writtenMs = atMs;
    await this.#writer.append([...records, engineRecord(atMs, this.history.seq)]).catch(() => undefined);
  }

  /** Keeps records between evaluations. Rejects when that fails. */
  async append(records: readonly StoredRecord[]): Promise<void> {
    await this.#writer?.append([...this.#taken(), ...records]);
  }

  /** Writes what is left and gives up the store. */
  async close(): Promise<void> {
    const records = this.#taken();
    if (records.length > 0) await this.#writer?.append(records).catch(() => undefined);
    await this.#writer?.close();
  }

  #taken(): readonly StoredRecord[] {
    const records = this.#records;
    this.#records = [];
    for (const [instance, ruleName] of this.#changed) {
      records.push(instance.state === 'inactive' ? forgotten(instance) : alertRecord(ruleName, instance));
    }
    this.#changed.clear();
    return records;
  }

  #snapshot(): readonly StoredRecord[] {
    const book = this.#parts.book();
    return [
      engineRecord(this.#lastMs, this.history.seq),
      ...book.all.flatMap((state) =>
        Array.from(state.instances.values(), (instance) => alertRecord(state.rule.name, instance)),
      ),
      ...Array.from(book.waiting, ([name, instances]) =>
        instances.map((instance) => alertRecord(name, instance)),
      ).flat(),
      ...this.history.all().map(eventRecord),
    ];
  }
}

function forgotten({ key }: AlertInstance): StoredRecord {
  return { kind: ALERT_KIND, key, value: null };
}
