import type { RuleState } from '../evaluation/rule-state.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import type { CustomSignalValue } from '../rules/alert-signal.ts';

/** Failures in a row after which people are told. */
const FAILURES_TO_TELL = 3;

/** Alerts about rules: which people must hear of, since a rule in trouble is silent. */
export const MetaAlert = {
  /** The evaluation of a rule fails again and again; its alerts stay as they were. Label `rule`. */
  RULE_FAILING: 'AlertRuleFailing',
  /** A rule has more alerts than it may; those that were there are kept. Label `rule`. */
  LIMIT_REACHED: 'AlertLimitReached',
} as const;
/** Alerts about rules. */
export type MetaAlert = (typeof MetaAlert)[keyof typeof MetaAlert];

/** Rules about rules. Their values are those of the evaluation that has just taken place. */
export function metaRules(states: () => Iterable<RuleState>): readonly AlertRule[] {
  const about = (measure: (state: RuleState) => number): readonly CustomSignalValue[] =>
    Array.from(states(), (state) => ({ labels: { rule: state.rule.name }, value: measure(state) }));
  return [
    metaRule(MetaAlert.RULE_FAILING, {
      description:
        'The alert rule {{ $labels.rule }} has failed {{ $value }} times in a row; its alerts stay as they were.',
      threshold: FAILURES_TO_TELL,
      evaluate: () => about(({ failures }) => failures),
    }),
    metaRule(MetaAlert.LIMIT_REACHED, {
      description: 'The alert rule {{ $labels.rule }} has more alerts than it may; {{ $value }} are left out.',
      threshold: 1,
      evaluate: () => about(({ refused }) => refused),
    }),
  ];
}

function metaRule(
  name: MetaAlert,
  about: {
    readonly description: string;
    readonly threshold: number;
    readonly evaluate: () => readonly CustomSignalValue[];
  },
): AlertRule {
  return {
    name,
    description: about.description,
    metric: 'alerting_rules',
    condition: 'gte',
    threshold: about.threshold,
    duration: 0,
    severity: 'warning',
    labels: {},
    notifications: [],
    signal: { kind: 'custom', evaluate: about.evaluate },
    noData: 'ok',
  };
}
