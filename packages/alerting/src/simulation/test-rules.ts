import type { ActiveAlert, AlertState, FamilyType, Severity } from '@bduf/metrics-core/interfaces';
import type { AlertRule } from '../rules/alert-rule.ts';
import { guessTypes } from '../rules/known-types.ts';
import { SimulatedHistory, type SimulatedSeries } from './simulated-series.ts';
import { runSimulation } from './simulate.ts';

/** An alert that is expected. What is left out may be anything. */
export interface ExpectedAlert {
  /** Default `firing`. */
  readonly state?: AlertState;
  /** Labels that it must have among others; `alertname` goes without saying. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How severe it is. */
  readonly severity?: Severity;
  /** Its value, to nine digits. */
  readonly value?: number;
}

/** What is expected at a moment: these alerts and no others. */
export interface RuleExpectation {
  /** Seconds since the beginning; counts for the last evaluation that is not later. */
  readonly at: number;
  /** All alerts, in any order. */
  readonly alerts: readonly ExpectedAlert[];
}

/** A rule, what it is tried on, and what should come of it. */
export interface RuleTestCase {
  /** What the messages call it. */
  readonly name: string;
  /** The rule. */
  readonly rule: AlertRule;
  /** Distance of values and of evaluations, in seconds. Default 60. */
  readonly interval?: number;
  /** What is measured. */
  readonly series: readonly SimulatedSeries[];
  /** Types of metrics by name. Default: those of the metrics that our packages record; else a guess by the suffix `_total`. */
  readonly types?: Readonly<Record<string, FamilyType>>;
  /** What should be. */
  readonly expect: readonly RuleExpectation[];
}

/**
 * Tries rules on series that are written down, as `promtool test rules` does: for the tests of a user's rules.
 *
 * @returns What is not as expected, one sentence each; none when all is well.
 * @throws MetricsError (as a rejection) `METRICS_ERR_ALERT_RULE_INVALID` for a malformed rule.
 */
export async function testRules(cases: readonly RuleTestCase[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const each of cases) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- In order, since each of them keeps the processor busy.
    problems.push(...(await problemsOf(each)));
  }
  return problems;
}

async function problemsOf({
  name,
  rule,
  interval = 60,
  series,
  types,
  expect,
}: RuleTestCase): Promise<readonly string[]> {
  const stepMs = Math.round(interval * 1000);
  const typeOf = guessTypes(types);
  const history = new SimulatedHistory(series, { startMs: 0, stepMs }, typeOf);
  const steps: (readonly ActiveAlert[])[] = [];
  const lastMs = Math.max(
    0,
    ...expect.map(({ at }) => at * 1000),
    ...series.map(({ values }) => (values.length - 1) * stepMs),
  );
  const options = { from: new Date(0), to: new Date(lastMs), interval, ...(types !== undefined && { types }) };
  await runSimulation(rule, history, options, (_atMs, active) => void steps.push(active));
  return expect.flatMap(({ at, alerts }) => {
    const active = steps[Math.floor((at * 1000) / stepMs)] ?? [];
    return matches(active, alerts)
      ? []
      : [
          `${name}: after ${at} s there should be ${alerts.map(expectedText).join(', ') || 'no alert'}, but there is ${active.map(alertText).toSorted().join(', ') || 'none'}.`,
        ];
  });
}

/** Whether each alert is expected and each expected one is there. */
function matches(active: readonly ActiveAlert[], expected: readonly ExpectedAlert[]): boolean {
  const left = [...active];
  for (const each of expected.toSorted(byDetail)) {
    const index = left.findIndex((alert) => isExpected(alert, each));
    if (index === -1) return false;
    left.splice(index, 1);
  }
  return left.length === 0;
}

/** Those that say most come first, so that the others take what is left. */
function byDetail(a: ExpectedAlert, b: ExpectedAlert): number {
  return detailOf(b) - detailOf(a);
}

function detailOf({ labels = {}, severity, value }: ExpectedAlert): number {
  return Object.keys(labels).length + Number(severity !== undefined) + Number(value !== undefined);
}

function isExpected(alert: ActiveAlert, { state = 'firing', labels = {}, severity, value }: ExpectedAlert): boolean {
  if (alert.state !== state || (severity !== undefined && alert.severity !== severity)) return false;
  if (Object.entries(labels).some(([name, text]) => (alert.labels[name] ?? '') !== text)) return false;
  return value === undefined || isAlike(alert.value, value);
}

function isAlike(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function expectedText({ state = 'firing', labels = {}, severity, value }: ExpectedAlert): string {
  return [state, severity, textOf(labels), value].filter((each) => each !== undefined && each !== '').join(' ');
}

function alertText({ state, severity, labels, value }: ActiveAlert): string {
  const others = Object.entries(labels).filter(([name]) => name !== 'alertname');
  return [state, severity, textOf(Object.fromEntries(others)), value].filter((each) => each !== '').join(' ');
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, text]) => `${name}=${JSON.stringify(text)}`)
    .join(' ');
}
