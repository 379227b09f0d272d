import { MetricsError } from '@bduf/metrics-core/interfaces';
import type { AlertInstance } from '../evaluation/alert-instance.ts';
import { type RuleContext, RuleState } from '../evaluation/rule-state.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { parseAlertRule } from '../rules/alert-rule-schema.ts';
import { metaRules } from './meta-rules.ts';

/** The rules of a manager, those that left while their last alerts are remembered, and alerts that wait for their rule. */
export class RuleBook {
  /** Rules about rules; evaluated after all others. */
  readonly meta: readonly RuleState[];
  readonly #context: RuleContext;
  readonly #rules = new Map<string, RuleState>();
  readonly #left = new Set<RuleState>();
  /** Alerts of an earlier process by the name of their rule. */
  readonly #waiting = new Map<string, AlertInstance[]>();

  constructor(context: RuleContext) {
    this.#context = context;
    this.meta = metaRules(() => this.#rules.values()).map((rule) => new RuleState(rule, context));
  }

  /** Rules on duty, in the order in which they came. */
  get rules(): readonly RuleState[] {
    return [...this.#rules.values()];
  }

  /** All that have alerts: rules, those about rules, and those that left. */
  get all(): readonly RuleState[] {
    return [...this.#rules.values(), ...this.meta, ...this.#left];
  }

  /** Looks up a rule. */
  find(name: string): RuleState | undefined {
    return this.#rules.get(name);
  }

  /** Adds a rule. @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` when it is malformed or its name is taken. */
  add(rule: unknown): RuleState {
    const state = new RuleState(parseAlertRule(rule), this.#context);
    const { name } = state.rule;
    if (this.#rules.has(name) || this.meta.some((each) => each.rule.name === name)) {
      throw invalid(`There is an alert rule ${JSON.stringify(name)} already`, 'Take another name, or use updateRule');
    }
    this.#put(state);
    return state;
  }

  /** Takes a rule from duty; its alerts end. @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` when there is none. */
  remove(name: string, atMs: number): RuleState {
    const state = this.#existing(name);
    this.#rules.delete(name);
    this.#left.add(state);
    state.end(atMs, 'rule_removed');
    state.retire();
    return state;
  }

  /** Changes a rule that keeps its name; alerts whose identity stays the same stay, too. */
  change(name: string, rule: AlertRule): RuleState {
    const before = this.#existing(name);
    const state = new RuleState(rule, this.#context);
    state.succeed(before);
    this.#rules.set(name, state);
    return state;
  }

  /** Takes alerts of an earlier process; those of rules that are not there yet wait for them. */
  restore(alerts: readonly { readonly ruleName: string; readonly instance: AlertInstance }[]): void {
    for (const { ruleName, instance } of alerts) {
      const state = this.#rules.get(ruleName) ?? this.meta.find(({ rule }) => rule.name === ruleName);
      if (state !== undefined) state.adopt(instance);
      else this.#waiting.set(ruleName, [...(this.#waiting.get(ruleName) ?? []), instance]);
    }
  }

  /** Gives up waiting: the rules of these alerts were removed while no process ran. */
  endWaiting(atMs: number): void {
    for (const [name, instances] of this.#waiting) {
      const state = new RuleState(parseAlertRule(placeholder(name)), this.#context);
      for (const instance of instances) state.adopt(instance);
      this.#left.add(state);
      state.end(atMs, 'rule_removed');
    }
    this.#waiting.clear();
  }

  /** Ends the alerts of rules that rest. */
  endDisabled(atMs: number): void {
    for (const state of this.#rules.values()) {
      if (state.rule.enabled === false && state.active > 0) state.end(atMs, 'rule_disabled');
    }
  }

  /** Alerts that wait for their rules. */
  get waiting(): ReadonlyMap<string, readonly AlertInstance[]> {
    return this.#waiting;
  }

  /** Forgets alerts that have resolved before a time, and rules that left and have none any more. */
  forgetResolved(beforeMs: number): readonly AlertInstance[] {
    const gone = this.all.flatMap((state) => state.forgetResolved(beforeMs));
    for (const state of this.#left) if (state.instances.size === 0) this.#left.delete(state);
    return gone;
  }

  #put(state: RuleState): void {
    const { name } = state.rule;
    this.#rules.set(name, state);
    // A rule that comes back knows its alerts again, so that none is there twice.
    for (const before of this.#left) {
      if (before.rule.name !== name) continue;
      state.succeed(before);
      this.#left.delete(before);
    }
    for (const instance of this.#waiting.get(name) ?? []) state.adopt(instance);
    this.#waiting.delete(name);
  }

  #existing(name: string): RuleState {
    const state = this.#rules.get(name);
    if (state !== undefined) return state;
    throw invalid(`There is no alert rule ${JSON.stringify(name)}`, 'Add it first');
  }
}

function invalid(problem: string, remedy: string): MetricsError {
  return new MetricsError('METRICS_ERR_ALERT_RULE_INVALID', `${problem}. ${remedy}.`);
}

/** Stands for a rule of which nothing but the name is known. */
function placeholder(name: string): AlertRule {
  return {
    name,
    description: 'The rule was removed.',
    metric: 'removed',
    condition: 'gt',
    threshold: Infinity,
    duration: 0,
    severity: 'info',
    labels: {},
    notifications: [],
  };
}
