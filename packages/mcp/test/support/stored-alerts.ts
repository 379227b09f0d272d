import type {
  ActiveAlert,
  AlertEvent,
  AlertRuleHealth,
  AlertSource,
  ChannelHealth,
  DeadLetter,
  DeliveryRecord,
  Silence,
  TimeRange,
} from '@bduf/metrics-core/interfaces';

/** Alerts that a test puts there. */
export class StoredAlerts implements AlertSource {
  active: readonly ActiveAlert[];
  /** Names of rules that cannot be evaluated. */
  failingRules: readonly string[] = [];
  readonly #events: readonly AlertEvent[];

  constructor(active: readonly ActiveAlert[], events: readonly AlertEvent[]) {
    this.active = active;
    this.#events = events;
  }

  getActiveAlerts(): readonly ActiveAlert[] {
    return this.active;
  }

  getAlertHistory({ start, end }: TimeRange): readonly AlertEvent[] {
    return this.#events.filter(({ at }) => at >= start && at < end);
  }

  getSilences(): readonly Silence[] {
    return [];
  }

  getRuleHealth(): readonly AlertRuleHealth[] {
    const rule = { explanation: '', severity: 'warning', warnings: [], evaluations: [] } as const;
    const failing = this.failingRules.map((ruleName) => ({ ...rule, ruleName, status: 'err' as const }));
    return [{ ...rule, ruleName: 'fine', status: 'ok' }, ...failing];
  }

  getChannelHealth(): readonly ChannelHealth[] {
    return [];
  }

  getDeliveries(): readonly DeliveryRecord[] {
    return [];
  }

  getDeadLetters(): readonly DeadLetter[] {
    return [];
  }

  onAlertEvent(): () => void {
    return () => undefined;
  }
}
