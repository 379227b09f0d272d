import type { NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { Inhibition } from './inhibition.ts';
import type { SilenceTable } from './silence-table.ts';

/** What keeps an alert from being told of. */
export interface Mute {
  readonly cause: 'silenced' | 'inhibited';
  /** Ids of the silences, or of the alerts. */
  readonly by: readonly string[];
}

/** Says whether an alert is muted at a moment, and by what. */
export type Muting = (alert: NotifiedAlert, nowMs: number) => Mute | undefined;

/** Mutes by silences first, then by other alerts. */
export function createMuting(silences: SilenceTable, inhibition: Inhibition): Muting {
  return (alert, nowMs) => {
    const silencedBy = silences.silencesOf(alert.labels, nowMs);
    if (silencedBy.length > 0) return { cause: 'silenced', by: silencedBy };
    const inhibitedBy = inhibition.inhibitorsOf(alert);
    return inhibitedBy.length > 0 ? { cause: 'inhibited', by: inhibitedBy } : undefined;
  };
}
