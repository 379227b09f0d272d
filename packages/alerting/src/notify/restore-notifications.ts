import type { StoredRecord } from '../state/alert-state-store.ts';
import { ACK_KIND, type AcknowledgementTable } from './acknowledgement-table.ts';
import { DEAD_LETTER_KIND, type DeadLetterBox } from './dead-letter-box.ts';
import { ENTRY_KIND, GROUP_KIND } from './notification-group.ts';
import { SILENCE_KIND, type SilenceTable } from './silence-table.ts';
import {
  type StoredEntry,
  type StoredGroup,
  storedAcknowledgementSchema,
  storedDeadLetterSchema,
  storedEntrySchema,
  storedGroupSchema,
  storedSilenceSchema,
} from './stored-group.ts';

/** Where restored records go. */
export interface RestoreTargets {
  readonly silences: SilenceTable;
  readonly acks: AcknowledgementTable;
  readonly letters: DeadLetterBox;
  readonly onGroup: (group: StoredGroup) => void;
  readonly onEntry: (entry: StoredEntry) => void;
  readonly onError: (error: Error) => void;
}

/** Hands records to those they belong to. One that cannot be read, from another version perhaps, is told and left out. */
export function restoreNotifications(records: readonly StoredRecord[], targets: RestoreTargets): void {
  const readers: Readonly<Record<string, (record: StoredRecord) => void>> = {
    [SILENCE_KIND]: ({ value }) => targets.silences.restore(storedSilenceSchema.parse(value)),
    [ACK_KIND]: ({ key, value }) => targets.acks.restore(key, storedAcknowledgementSchema.parse(value)),
    [DEAD_LETTER_KIND]: ({ value }) => targets.letters.restore(storedDeadLetterSchema.parse(value)),
    [GROUP_KIND]: ({ value }) => targets.onGroup(storedGroupSchema.parse(value)),
    [ENTRY_KIND]: ({ value }) => targets.onEntry(storedEntrySchema.parse(value)),
  };
  // Groups before their alerts, whatever the order in which a store gives them.
  const isGroup = ({ kind }: StoredRecord) => kind === GROUP_KIND;
  for (const record of [...records.filter(isGroup), ...records.filter((other) => !isGroup(other))]) {
    try {
      readers[record.kind]?.(record);
    } catch (error) {
      const what = `${record.kind} ${JSON.stringify(record.key)}`;
      targets.onError(new Error(`The stored ${what} cannot be read and is left out.`, { cause: error }));
    }
  }
}
