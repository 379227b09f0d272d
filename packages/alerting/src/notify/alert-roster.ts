import type { NotificationChannel, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { NotifierAlert } from './alert-notifier.ts';
import type { GroupRunner } from './group-runner.ts';

/** What a notifier knows of an alert beside its groups. */
export interface KnownAlert {
  alert: NotifiedAlert;
  /** As of the last update; `NaN`, which equals nothing, of an earlier process. */
  version: number;
  channels: readonly NotificationChannel[];
  /** All groups that have it, also such as its route does not lead to any more. */
  readonly runners: Set<GroupRunner>;
  /** The update that saw it last. */
  seenAt: number;
}

/** That an alert is not as it was at the last update. */
export interface AlertChange {
  readonly known: KnownAlert;
  /** Whether it may belong to other groups. */
  readonly isMoved: boolean;
}

/** The alerts of the last update, and which groups have them. */
export class AlertRoster {
  readonly #known = new Map<string, KnownAlert>();
  #updates = 0;

  /** Begins an update. */
  beginUpdate(): void {
    this.#updates += 1;
  }

  /**
   * Takes the present state of an alert.
   *
   * @returns What is known of it when it has changed since the last update; nothing otherwise.
   */
  see(seen: NotifierAlert): AlertChange | undefined {
    const known = this.#known.get(seen.id);
    if (known !== undefined) {
      known.seenAt = this.#updates;
      // Most alerts are as they were, so nothing is made for them.
      if (known.version === seen.version && known.alert.status === seen.status) return undefined;
    }
    const { channels, version, ...alert } = seen;
    if (known === undefined) {
      const added = { alert, version, channels, runners: new Set<GroupRunner>(), seenAt: this.#updates };
      this.#known.set(alert.id, added);
      return { known: added, isMoved: true };
    }
    // What fires anew may have lost its groups meanwhile.
    const isAnew = Number.isNaN(known.version) || known.alert.status === 'resolved';
    const isMoved = isAnew || !isSameList(known.channels, channels);
    known.alert = alert;
    known.version = version;
    known.channels = channels;
    return { known, isMoved };
  }

  /**
   * Ends an update.
   *
   * @returns Those that fired and are gone: they count as resolved. All that are gone are forgotten.
   */
  endUpdate(atMs: number): readonly KnownAlert[] {
    const gone: KnownAlert[] = [];
    for (const [id, known] of this.#known) {
      if (known.seenAt === this.#updates) continue;
      this.#known.delete(id);
      if (known.alert.status !== 'firing') continue;
      known.alert = { ...known.alert, status: 'resolved', resolvedAt: new Date(atMs) };
      gone.push(known);
    }
    return gone;
  }

  /** Takes over an alert that a group of an earlier process has. */
  restore(alert: NotifiedAlert, runner: GroupRunner): void {
    const known = this.#known.get(alert.id);
    if (known !== undefined) {
      known.runners.add(runner);
      return;
    }
    this.#known.set(alert.id, { alert, version: NaN, channels: [], runners: new Set([runner]), seenAt: 0 });
  }

  /** The alert, as of the last update. */
  get(alertId: string): KnownAlert | undefined {
    return this.#known.get(alertId);
  }

  /** Whether an alert is, or was since it last fired anew, in a group. */
  isIn(alertId: string, groupKey: string): boolean {
    return [...(this.#known.get(alertId)?.runners ?? [])].some(({ group }) => group.key === groupKey);
  }

  /** All that fire. */
  firing(): readonly NotifiedAlert[] {
    return Array.from(this.#known.values(), ({ alert }) => alert).filter(({ status }) => status === 'firing');
  }
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}
