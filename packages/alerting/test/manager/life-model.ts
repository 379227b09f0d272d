import type { AlertRule } from '@bduf/metrics-alerting';

const KEEP_MS = 300_000;
const TOLERANCE_MS = 300_000;

/** What a rule on the gauge `load` is, as far as the model knows. */
export type ModelRule = Required<
  Pick<AlertRule, 'threshold' | 'duration' | 'keepFiringFor' | 'recoveryThreshold' | 'noData' | 'maxAlerts'>
>;

/** The alert of one host; times in milliseconds since the epoch. */
interface ModelAlert {
  state: 'pending' | 'firing';
  activeAt: number;
  firedAt: number | undefined;
  goodSince: number | undefined;
  emptySince: number | undefined;
  /** Whether this process has measured it. */
  wasSeen: boolean;
}

/** The life of alerts in plain words: what is right and slow, to compare with. */
export class LifeModel {
  rule: ModelRule;
  readonly alerts: Map<string, ModelAlert> = new Map();
  /** What is measured; NaN is no number. A host that is not in it has no series. */
  readonly loads: Map<string, number> = new Map();
  /** Hosts whose firing people could have heard of, by when it began. */
  readonly firedAt: Map<string, Set<number>> = new Map();
  readonly #intervalMs: number;
  #graceEndMs = -Infinity;
  /** Since the last evaluation. */
  #downMs = 0;
  /** Resolved alerts are remembered, too, so that there is a grace for them. */
  /** Alerts of the rule before its change that the present one has not found yet. */
  readonly #unconfirmed = new Set<string>();
  readonly #remembers = new Map<string, number>();

  constructor(rule: ModelRule, intervalMs: number) {
    this.rule = rule;
    this.#intervalMs = intervalMs;
  }

  /** Another process takes over. */
  restart(downMs: number, nowMs: number): void {
    this.loads.clear();
    this.#unconfirmed.clear();
    this.#downMs += downMs;
    for (const [host, alert] of this.alerts) {
      if (alert.state === 'pending' && this.#downMs > TOLERANCE_MS) this.alerts.delete(host);
      alert.emptySince = undefined;
      alert.wasSeen = false;
    }
    if (this.alerts.size + this.#remembers.size > 0) this.#graceEndMs = nowMs + 2 * this.#intervalMs;
    else this.#graceEndMs = -Infinity;
  }

  /** The rule becomes another one. */
  change(change: Partial<ModelRule>): void {
    this.rule = { ...this.rule, ...change };
    for (const host of this.alerts.keys()) this.#unconfirmed.add(host);
  }

  evaluate(nowMs: number): void {
    this.#downMs = 0;
    for (const [host, alert] of this.alerts) this.#step(host, alert, nowMs);
    for (const [host, load] of this.loads) {
      if (this.alerts.has(host) || !this.#isBad(load, nowMs)) continue;
      if (this.alerts.size < this.rule.maxAlerts) this.#begin(host, nowMs);
    }
    for (const [host, atMs] of this.#remembers) if (nowMs - 900_000 > atMs) this.#remembers.delete(host);
  }

  #isBad(load: number, nowMs: number): boolean {
    if (Number.isNaN(load)) return this.rule.noData === 'alert' && nowMs >= this.#graceEndMs;
    return load > this.rule.threshold;
  }

  #begin(host: string, nowMs: number): void {
    const none = { firedAt: undefined, goodSince: undefined, emptySince: undefined };
    const alert: ModelAlert = { state: 'pending', activeAt: nowMs, ...none, wasSeen: true };
    this.alerts.set(host, alert);
    this.#remembers.delete(host);
    this.#bad(host, alert, nowMs);
  }

  #bad(host: string, alert: ModelAlert, nowMs: number): void {
    alert.goodSince = undefined;
    if (alert.state === 'firing' || nowMs - alert.activeAt < this.rule.duration * 1000) return;
    alert.state = 'firing';
    alert.firedAt = nowMs;
    this.firedAt.set(host, (this.firedAt.get(host) ?? new Set()).add(nowMs));
  }

  #step(host: string, alert: ModelAlert, nowMs: number): void {
    const load = this.loads.get(host);
    const isUnconfirmed = nowMs >= this.#graceEndMs && this.#unconfirmed.delete(host);
    if (load === undefined && isUnconfirmed) return this.#over(host, alert, nowMs);
    if (load !== undefined) alert.wasSeen = true;
    if (load === undefined || Number.isNaN(load)) return this.#empty(host, alert, nowMs);
    alert.emptySince = undefined;
    const isHeld = alert.state === 'firing' && load > this.rule.recoveryThreshold;
    if (load > this.rule.threshold || isHeld) this.#bad(host, alert, nowMs);
    else this.#good(host, alert, nowMs);
  }

  #good(host: string, alert: ModelAlert, nowMs: number): void {
    if (alert.state === 'pending') {
      this.#over(host, alert, nowMs);
      return;
    }
    alert.goodSince ??= nowMs;
    if (nowMs - alert.goodSince >= this.rule.keepFiringFor * 1000) this.#over(host, alert, nowMs);
  }

  #empty(host: string, alert: ModelAlert, nowMs: number): void {
    if (nowMs < this.#graceEndMs) return;
    const { noData } = this.rule;
    const isRemoved = !this.loads.has(host) && alert.wasSeen;
    if (isRemoved) this.#over(host, alert, nowMs);
    else if (noData === 'alert') this.#bad(host, alert, nowMs);
    else if (alert.state === 'pending' || noData === 'ok') this.#over(host, alert, nowMs);
    else if (noData === 'resolve') this.#good(host, alert, nowMs);
    else {
      alert.emptySince ??= nowMs;
      if (nowMs - alert.emptySince >= KEEP_MS) this.#over(host, alert, nowMs);
    }
  }

  #over(host: string, alert: ModelAlert, nowMs: number): void {
    this.alerts.delete(host);
    this.#unconfirmed.delete(host);
    if (alert.state === 'firing') this.#remembers.set(host, nowMs);
  }
}
