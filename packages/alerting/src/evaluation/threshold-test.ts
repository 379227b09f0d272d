import type { Severity } from '@bduf/metrics-core/interfaces';
import { AlertCondition } from '../rules/alert-condition.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { bySeverity } from '../rules/severity-order.ts';

/** A threshold, and how severe it is to be beyond it. */
export interface Tier {
  /** How severe. */
  readonly severity: Severity;
  /** What the value is compared with. */
  readonly threshold: number;
}

/** What the condition of a rule says about values. NaN must not be asked. */
export interface ThresholdTest {
  /** Thresholds, most severe first. Never empty. */
  readonly tiers: readonly Tier[];
  /** The most severe threshold that the value is beyond; `undefined` when all is well. */
  breach(value: number): Tier | undefined;
  /** Whether an alert that fires goes on firing with a value that is beyond no threshold. */
  holds(value: number): boolean;
  /** Whether the first value is worse than the second. */
  isWorse(first: number, second: number): boolean;
}

type Comparison = (value: number, threshold: number) => boolean;

const above: Comparison = (value, threshold) => value > threshold;
const below: Comparison = (value, threshold) => value < threshold;

const COMPARISONS: Readonly<Record<AlertCondition, Comparison>> = {
  [AlertCondition.GREATER_THAN]: above,
  [AlertCondition.RATE_INCREASE]: above,
  [AlertCondition.RATE_DECREASE]: above,
  [AlertCondition.LESS_THAN]: below,
  [AlertCondition.GREATER_OR_EQUAL]: (value, threshold) => value >= threshold,
  [AlertCondition.LESS_OR_EQUAL]: (value, threshold) => value <= threshold,
  [AlertCondition.EQUALS]: (value, threshold) => value === threshold,
  [AlertCondition.NOT_EQUALS]: (value, threshold) => value !== threshold,
  // The value is 1 while nothing matches.
  [AlertCondition.ABSENT]: (value) => value > 0,
  // Ranges are compared with both ends below.
  [AlertCondition.INSIDE]: () => false,
  [AlertCondition.OUTSIDE]: () => false,
};

/** Whether small values are the bad ones. */
export function isLowBad(condition: AlertCondition): boolean {
  return condition === AlertCondition.LESS_THAN || condition === AlertCondition.LESS_OR_EQUAL;
}

/** Turns the condition of a rule into tests. */
export function thresholdTest(rule: AlertRule): ThresholdTest {
  const tiers = tiersOf(rule);
  const compare = comparisonOf(rule);
  const { recoveryThreshold } = rule;
  // Not beyond the recovery threshold means recovered; equality does, too.
  const beyond = isLowBad(rule.condition) ? below : above;
  const worse = isLowBad(rule.condition) ? below : above;
  return {
    tiers,
    breach:
      tiers.length === 1
        ? singleBreach(tiers, compare)
        : (value) => tiers.find(({ threshold }) => compare(value, threshold)),
    holds: recoveryThreshold === undefined ? () => false : (value) => beyond(value, recoveryThreshold),
    isWorse: worse,
  };
}

function singleBreach([tier]: readonly Tier[], compare: Comparison): ThresholdTest['breach'] {
  return (value) => (tier !== undefined && compare(value, tier.threshold) ? tier : undefined);
}

function tiersOf({ severity, threshold, tiers = {} }: AlertRule): readonly Tier[] {
  const all = new Map<Severity, number>([[severity, threshold]]);
  for (const [name, value] of Object.entries(tiers)) all.set(name as Severity, value);
  return Array.from(all, ([name, value]) => ({ severity: name, threshold: value })).toSorted((a, b) =>
    bySeverity(a.severity, b.severity),
  );
}

function comparisonOf({ condition, threshold, upperThreshold = Infinity }: AlertRule): Comparison {
  if (condition === AlertCondition.INSIDE) return (value) => value >= threshold && value <= upperThreshold;
  if (condition === AlertCondition.OUTSIDE) return (value) => value < threshold || value > upperThreshold;
  return COMPARISONS[condition];
}
