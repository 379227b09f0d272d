import { MetricsCollector } from '@bduf/metrics-core';
import type { AlertEvent } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { AlertManager, type AlertManagerOptions, type AlertRule, MemoryAlertStateStore } from '@bduf/metrics-alerting';
import { ScriptedService, turns } from '../notify/rig.ts';

/** A time at which all usual intervals have a slot. */
export const START: number = Date.UTC(2026, 0, 1);

/** A rule that fires at once while the gauge `load` is above 10. */
export function ruleOf(change: Partial<AlertRule> = {}): AlertRule {
  return {
    name: 'high_load',
    description: 'Load is {{ $value }}.',
    metric: 'load',
    condition: 'gt',
    threshold: 10,
    duration: 0,
    severity: 'warning',
    labels: {},
    notifications: ['ops'],
    ...change,
  };
}

/** A manager in a world of its own: clock, metrics, service, store. */
export class ManagerRig {
  readonly clock: ManualClock = new ManualClock(START);
  readonly service: ScriptedService = new ScriptedService();
  readonly store: MemoryAlertStateStore = new MemoryAlertStateStore();
  readonly errors: Error[] = [];
  readonly events: AlertEvent[] = [];
  collector: MetricsCollector;
  manager: AlertManager;
  #options: AlertManagerOptions;
  #life = { isOver: false };

  constructor(options: AlertManagerOptions = {}) {
    this.#options = options;
    this.collector = new MetricsCollector({ clock: this.clock });
    this.manager = this.#create();
  }

  /** Sets the gauge `load`, with the label `host` if it is given. */
  load(value: number, host?: string): void {
    this.collector
      .gauge({ name: 'load', description: 'Load.', labels: ['host'] })
      .labels({ host: host ?? '' })
      .set(value);
  }

  /** Evaluates after some time, by default one interval later. */
  async evaluate(afterMs = 15_000): Promise<void> {
    this.clock.advance(afterMs);
    await this.manager.evaluateRules();
  }

  /** Evaluates one interval later, with each of these values. */
  async loads(...values: readonly number[]): Promise<void> {
    for (const value of values) {
      this.load(value);
      await this.evaluate();
    }
  }

  /** Lets time pass, in small steps, and everything run that falls due. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(stepMs, left));
      await turns();
    }
  }

  /** As after kill -9: another process with what the store holds. */
  restart({ downMs = 0, ...options }: AlertManagerOptions & { readonly downMs?: number } = {}): void {
    this.#life.isOver = true;
    this.clock.advance(downMs);
    this.collector = new MetricsCollector({ clock: this.clock });
    this.#options = { ...this.#options, ...options };
    this.manager = this.#create();
  }

  /** Active alerts as short texts. */
  active(): readonly string[] {
    return this.manager.getActiveAlerts().map(({ state, severity, labels, value }) => {
      const { alertname = '', ...others } = labels;
      const rest = Object.entries(others).map(([name, text]) => ` ${name}=${text}`);
      return `${state} ${severity} ${alertname}${rest.join('')} ${value}`;
    });
  }

  /** Types of the events so far, with the reason if there is one, but for deliveries; forgets them. */
  happened(): readonly string[] {
    const events = this.events.splice(0).filter(({ type }) => type !== 'notified');
    return events.map(({ type, reason }) => (reason === undefined ? type : `${type} (${reason})`));
  }

  #create(): AlertManager {
    const { clock } = this;
    const life = { isOver: false };
    this.#life = life;
    const manager = new AlertManager(this.collector, this.service, {
      store: this.store,
      onError: (error) => this.errors.push(error),
      rules: [ruleOf()],
      ...this.#options,
      clock: {
        now: () => clock.now(),
        monotonicMs: () => clock.monotonicMs(),
        setTimer: (delayMs, fn) => clock.setTimer(delayMs, () => life.isOver || fn()),
      },
    });
    manager.onAlertEvent((event) => this.events.push(event));
    return manager;
  }
}
