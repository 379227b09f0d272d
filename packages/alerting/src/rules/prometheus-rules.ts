import { durationText } from '@bduf/metrics-core/primitives';
import { isChange } from '../evaluation/signal-expression.ts';
import { type AlertRule, NoDataPolicy } from './alert-rule.ts';
import { guessTypes } from './known-types.ts';
import { type RulePromQlOptions, rulePromQl } from './rule-promql.ts';
import { yamlText } from './yaml-text.ts';

/** Options of {@link toPrometheusRules}. */
export interface PrometheusRulesOptions extends RulePromQlOptions {
  /** Name of the groups; those of rules with an interval of their own have it behind. Default `bduf`. */
  readonly group?: string;
}

/**
 * Writes rules as a rule file of Prometheus, in YAML, which `promtool check rules` accepts.
 *
 * A rule with tiers becomes one for each severity, as the label `severity` tells. What Prometheus cannot say is left out and noted in a
 * comment: custom signals, `staleAfter`, full windows, the policies for missing data but `resolve`. Its increases are extrapolated, so
 * that values near a threshold may differ.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for windows or parameters without meaning.
 */
export function toPrometheusRules(rules: readonly AlertRule[], options: PrometheusRulesOptions = {}): string {
  const { group = 'bduf' } = options;
  const groups = new Map<number | undefined, string[]>();
  for (const rule of rules) {
    const lines = groups.get(rule.interval) ?? [];
    groups.set(rule.interval, lines);
    lines.push(...ruleLines(rule, options));
  }
  const texts = Array.from(groups, ([interval, lines]) =>
    interval === undefined
      ? [`  - name: ${yamlText(group)}`, '    rules:', ...lines]
      : [
          `  - name: ${yamlText(`${group}-${time(interval)}`)}`,
          `    interval: ${time(interval)}`,
          '    rules:',
          ...lines,
        ],
  );
  return `${['groups:', ...texts.flat()].join('\n')}\n`;
}

function ruleLines(rule: AlertRule, options: PrometheusRulesOptions): readonly string[] {
  const tiers = rulePromQl(rule, guessTypes(options.types), options.histograms ?? 'classic');
  if (rule.enabled === false) return [comment(`${yamlText(rule.name)} is left out: it is not enabled.`)];
  if (tiers === undefined) return [comment(`${yamlText(rule.name)} is left out: it is a function.`)];
  const notes = lossesOf(rule).map((loss) => comment(`${yamlText(rule.name)} loses ${loss}.`));
  return [...notes, ...tiers.flatMap((tier) => alertLines(rule, tier))];
}

function alertLines(
  rule: AlertRule,
  { severity, expression }: { readonly severity: string; readonly expression: string },
): readonly string[] {
  const { runbookUrl, keepFiringFor = 0, labels } = rule;
  const annotations = {
    description: rule.description,
    ...(runbookUrl !== undefined && { runbook_url: runbookUrl }),
    ...rule.annotations,
  };
  return [
    `      - alert: ${yamlText(rule.name)}`,
    `        expr: ${yamlText(expression)}`,
    ...(rule.duration > 0 ? [`        for: ${time(rule.duration)}`] : []),
    ...(keepFiringFor > 0 ? [`        keep_firing_for: ${time(keepFiringFor)}`] : []),
    '        labels:',
    ...mapLines({ severity, ...labels }),
    '        annotations:',
    ...mapLines(annotations),
  ];
}

function mapLines(texts: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(texts).map(([name, text]) => `          ${name}: ${yamlText(text)}`);
}

function lossesOf(rule: AlertRule): readonly string[] {
  return [
    ...(rule.staleAfter === undefined ? [] : ['staleAfter']),
    ...((rule.requireFullWindow ?? isChange(rule)) ? ['that its windows must be full'] : []),
    ...(rule.noData === undefined || rule.noData === NoDataPolicy.RESOLVE
      ? []
      : [`its policy for missing data, ${rule.noData}`]),
  ];
}

function comment(text: string): string {
  return `      # ${text}`;
}

function time(seconds: number): string {
  return durationText(Math.round(seconds * 1000));
}
