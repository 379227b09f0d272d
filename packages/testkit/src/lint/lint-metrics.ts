import {
  ApplicationMetrics,
  BusinessMetrics,
  type MetricDefinition,
  SystemMetrics,
} from '@bduf/metrics-core/interfaces';
import { type LintRule, RULES } from './rules.ts';

/** Something a definition could do better. */
export interface LintProblem {
  /** Name of the metric. */
  readonly metric: string;
  /** Name of the rule. */
  readonly rule: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Options of {@link lintMetrics}. */
export interface LintOptions {
  /** Rules to leave out, by name. */
  readonly ignore?: readonly string[];
  /** Most series a metric may have by its definition. Default 10 000. */
  readonly maxSeries?: number;
}

/** Metrics of these packages whose names break a rule and stay, since they are a contract. */
const CONTRACT: ReadonlySet<string> = new Set(
  [ApplicationMetrics, BusinessMetrics, SystemMetrics].flatMap((names) => Object.values<string>(names)),
);

/** Metrics that the collector keeps of itself. */
const OWN = /^metrics_/;

/**
 * Checks definitions against the naming rules of Prometheus and OpenMetrics and against a bound of series.
 *
 * @param definitions - Definitions, or metrics with a `definition` such as `collector.getAllMetrics()` returns.
 */
export function lintMetrics(
  definitions: readonly (MetricDefinition | { readonly definition: MetricDefinition })[],
  options: LintOptions = {},
): readonly LintProblem[] {
  const rules = RULES.filter(({ name }) => options.ignore?.includes(name) !== true);
  return definitions
    .map((each) => ('definition' in each ? each.definition : each))
    .filter(({ name }) => !CONTRACT.has(name) && !OWN.test(name))
    .flatMap((definition) => rules.flatMap((rule) => problemsOf(rule, definition, options.maxSeries ?? 10_000)));
}

function problemsOf(rule: LintRule, definition: MetricDefinition, maxSeries: number): readonly LintProblem[] {
  const message = rule.check(definition, maxSeries);
  return message === undefined ? [] : [{ metric: definition.name, rule: rule.name, message }];
}
