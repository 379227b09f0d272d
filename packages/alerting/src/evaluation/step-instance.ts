import { AlertEventType } from '@bduf/metrics-core/interfaces';
import { NoDataPolicy } from '../rules/alert-rule.ts';
import { type AlertInstance, NoDataReason, isActive } from './alert-instance.ts';
import type { ThresholdTest, Tier } from './threshold-test.ts';

/** What the life of the alerts of a rule depends on. Times are in milliseconds. */
export interface LifeRules {
  readonly test: ThresholdTest;
  readonly durationMs: number;
  readonly keepFiringForMs: number;
  readonly noData: NoDataPolicy;
  /** How long the state is kept without data. */
  readonly keepStateForMs: number;
}

/** What is known of an alert at one evaluation: a value, or why there is none. */
export interface Reading {
  readonly value: number;
  readonly reason: string | undefined;
}

/** Told what happened to an alert. */
export type Happened = (type: AlertEventType, instance: AlertInstance, details?: HappenedDetails) => void;

/** What an event says beside the alert. */
export interface HappenedDetails {
  readonly reason?: string | undefined;
  readonly durationMs?: number;
}

/** Who is told of an alert. */
export interface LifeListener {
  /** Something happened that people may want to know of. */
  readonly happened: Happened;
  /** Something changed that must survive the process. */
  readonly changed: (instance: AlertInstance) => void;
}

/** The life of alerts: inactive, pending, firing, resolved. The edges are those of Prometheus. */
export class AlertLife {
  readonly #rules: LifeRules;
  readonly #listener: LifeListener;

  constructor(rules: LifeRules, listener: LifeListener) {
    this.#rules = rules;
    this.#listener = listener;
  }

  /**
   * Moves an alert on.
   *
   * @param mayLose - Whether the absence of data may change anything, which it may not shortly after a restart.
   * @returns Whether the alert is to be forgotten: it was pending, and is not.
   */
  step(instance: AlertInstance, reading: Reading, atMs: number, mayLose: boolean): boolean {
    instance.lastMs = atMs;
    if (!Number.isNaN(reading.value) && reading.reason === undefined)
      return this.#withData(instance, reading.value, atMs);
    return this.#withoutData(instance, reading.reason ?? NoDataReason.NO_DATA, { atMs, mayLose });
  }

  /** Resolves what fires and cancels what is pending, whatever the value. */
  end(instance: AlertInstance, atMs: number, reason?: string): boolean {
    if (instance.state === 'firing') this.#resolve(instance, atMs, reason);
    return instance.state === 'pending' && this.#cancel(instance, atMs, reason);
  }

  #withData(instance: AlertInstance, value: number, atMs: number): boolean {
    if (instance.state === 'firing' && !Object.is(instance.value, value)) instance.version++;
    instance.value = value;
    this.#clear(instance, 'noDataSinceMs');
    const tier = this.#rules.test.breach(value);
    if (tier !== undefined) this.#breach(instance, tier, { atMs, reason: undefined });
    else if (instance.state === 'pending') return this.#cancel(instance, atMs, undefined);
    else if (instance.state === 'firing') this.#good(instance, atMs, undefined);
    return false;
  }

  #withoutData(
    instance: AlertInstance,
    reason: string,
    { atMs, mayLose }: { atMs: number; mayLose: boolean },
  ): boolean {
    const { noData, test } = this.#rules;
    if (!mayLose) return false;
    if (reason === NoDataReason.SERIES_REMOVED) return this.end(instance, atMs, reason);
    const base = test.tiers.at(-1);
    if (noData === NoDataPolicy.ALERT && base !== undefined) {
      this.#breach(instance, tierOf(instance, base), { atMs, reason: NoDataReason.NO_DATA });
      return false;
    }
    if (instance.state === 'pending') return this.#cancel(instance, atMs, reason);
    if (instance.state !== 'firing') return false;
    if (noData === NoDataPolicy.OK) this.#resolve(instance, atMs, reason);
    else if (noData === NoDataPolicy.RESOLVE) this.#good(instance, atMs, reason);
    else this.#keep(instance, atMs, reason);
    return false;
  }

  #happened(...[type, instance, details]: Parameters<Happened>): void {
    this.#listener.changed(instance);
    this.#listener.happened(type, instance, details);
  }

  #keep(instance: AlertInstance, atMs: number, reason: string): void {
    if (Number.isNaN(instance.noDataSinceMs)) {
      instance.noDataSinceMs = atMs;
      instance.reason = reason;
      this.#happened(AlertEventType.NO_DATA, instance, { reason });
    } else if (atMs - instance.noDataSinceMs >= this.#rules.keepStateForMs) {
      this.#resolve(instance, atMs, NoDataReason.NO_DATA);
    }
  }

  #breach(instance: AlertInstance, tier: Tier, { atMs, reason }: { atMs: number; reason: string | undefined }): void {
    if (instance.state === 'resolved' || instance.state === 'inactive') {
      instance.state = 'pending';
      instance.activeAtMs = atMs;
      instance.firedAtMs = NaN;
      instance.resolvedAtMs = NaN;
      instance.severity = tier.severity;
      instance.version++;
      if (this.#rules.durationMs > 0) this.#happened(AlertEventType.PENDING, instance, { reason });
    }
    instance.reason = reason;
    this.#clear(instance, 'keepFiringSinceMs');
    this.#setTier(instance, tier);
    if (instance.state === 'pending' && atMs - instance.activeAtMs >= this.#rules.durationMs) {
      instance.state = 'firing';
      instance.firedAtMs = atMs;
      instance.version++;
      this.#happened(AlertEventType.FIRING, instance, { reason });
    }
  }

  #setTier(instance: AlertInstance, { severity, threshold }: Tier): void {
    instance.threshold = threshold;
    if (instance.severity === severity) return;
    instance.severity = severity;
    instance.version++;
    if (instance.state === 'firing') this.#happened(AlertEventType.SEVERITY, instance);
  }

  /** A firing alert whose condition does not hold. */
  #good(instance: AlertInstance, atMs: number, reason: string | undefined): void {
    const { test, keepFiringForMs } = this.#rules;
    instance.reason = reason;
    const least = test.tiers.at(-1);
    if (reason === undefined && least !== undefined && test.holds(instance.value)) {
      this.#breach(instance, least, { atMs, reason: undefined });
      return;
    }
    if (keepFiringForMs > 0 && Number.isNaN(instance.keepFiringSinceMs)) {
      instance.keepFiringSinceMs = atMs;
      this.#happened(AlertEventType.RECOVERING, instance, { reason });
    }
    if (keepFiringForMs === 0 || atMs - instance.keepFiringSinceMs >= keepFiringForMs)
      this.#resolve(instance, atMs, reason);
  }

  #clear(instance: AlertInstance, time: 'noDataSinceMs' | 'keepFiringSinceMs'): void {
    if (Number.isNaN(instance[time])) return;
    instance[time] = NaN;
    this.#listener.changed(instance);
  }

  #resolve(instance: AlertInstance, atMs: number, reason: string | undefined): void {
    instance.state = 'resolved';
    instance.resolvedAtMs = atMs;
    instance.keepFiringSinceMs = NaN;
    instance.noDataSinceMs = NaN;
    instance.reason = reason;
    instance.version++;
    this.#happened(AlertEventType.RESOLVED, instance, { reason, durationMs: atMs - instance.activeAtMs });
  }

  #cancel(instance: AlertInstance, atMs: number, reason: string | undefined): boolean {
    instance.state = 'inactive';
    this.#happened(AlertEventType.CANCELLED, instance, { reason, durationMs: atMs - instance.activeAtMs });
    return true;
  }
}

/** An alert that lost its data stays as severe as it was. */
function tierOf(instance: AlertInstance, base: Tier): Tier {
  return isActive(instance) ? { severity: instance.severity, threshold: instance.threshold } : base;
}
