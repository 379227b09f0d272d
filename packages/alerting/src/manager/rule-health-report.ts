import type { AlertRuleHealth, NotificationChannel, Registerer } from '@bduf/metrics-core/interfaces';
import type { RuleState } from '../evaluation/rule-state.ts';
import type { TypeOf } from '../evaluation/signal-expression.ts';
import { type RuleExplanation, explainTypedRule } from '../rules/explain-rule.ts';
import { ruleWarnings } from '../rules/rule-warnings.ts';

/** How rules are doing, as people see it. */
export class RuleHealthReport {
  readonly #metrics: Registerer;
  readonly #typeOf: TypeOf;
  readonly #channels: readonly NotificationChannel[] | undefined;

  constructor(metrics: Registerer, typeOf: TypeOf, channels: readonly NotificationChannel[] | undefined) {
    this.#metrics = metrics;
    this.#typeOf = typeOf;
    this.#channels = channels;
  }

  /** How a rule is doing. */
  of(state: RuleState): AlertRuleHealth {
    const { rule, lastMs, lastError, lastDurationMs } = state;
    const { sentence, promQl }: RuleExplanation = explainTypedRule(rule, this.#typeOf);
    return {
      ruleName: rule.name,
      explanation: sentence,
      ...(promQl !== undefined && { promQl }),
      severity: state.test.tiers[0]?.severity ?? rule.severity,
      status: state.status,
      warnings: this.#warnings(state),
      ...(lastError !== undefined && { lastError }),
      ...(!Number.isNaN(lastMs) && { lastEvaluatedAt: new Date(lastMs) }),
      ...(!Number.isNaN(lastDurationMs) && { lastDurationMs }),
      evaluations: state.log.list(),
    };
  }

  #warnings({ rule, collisions, refused }: RuleState): readonly string[] {
    const warnings = ruleWarnings(rule, {
      exists: (metric) => this.#typeOf(metric) !== undefined,
      topBound: (metric) => this.#topBound(metric),
      channels: this.#channels,
    });
    return [
      ...warnings,
      ...(collisions > 0
        ? [`${collisions} series stand for the same alert as another one; the worst value counts.`]
        : []),
      ...(refused > 0 ? [`${refused} alerts are left out, since the rule may have no more.`] : []),
    ];
  }

  #topBound(metric: string): number | undefined {
    const definition = this.#metrics.getMetric(metric)?.definition;
    if (definition?.type !== 'histogram' || definition.native !== undefined) return undefined;
    return definition.buckets?.findLast((bound) => Number.isFinite(bound));
  }
}
