import type { HistoryAnswer, HistoryQuery, MetricFamily } from '@bduf/metrics-core/interfaces';
import { type AlertRule, NoDataPolicy } from '../rules/alert-rule.ts';
import { AlertIdentities, type AlertIdentity, alertId } from './alert-identity.ts';
import { type AlertInstance, NoDataReason, isActive, moveTimes } from './alert-instance.ts';
import { EvaluationLog } from './evaluation-log.ts';
import { PresentValues, type RowLabels } from './present-values.ts';
import { isAboutPresent } from './signal-expression.ts';
import { type PlanContext, type SeeSeries, type SignalPlan, planSignal, prescribedLabels } from './signal-plan.ts';
import { StaleSeries } from './stale-series.ts';
import { AlertLife, type Happened, type Reading } from './step-instance.ts';
import { type ThresholdTest, thresholdTest } from './threshold-test.ts';

type Labels = Readonly<Record<string, string>>;

const DEFAULT_MAX_ALERTS = 1000;
const SHORTEST_KEEP_MS = 300_000;
const EVALUATIONS_WITHOUT_SERIES = 10;
const NO_DATA: Reading = { value: NaN, reason: NoDataReason.NO_DATA };

/** What an evaluation of a rule takes place in. */
export interface EvaluationMoment {
  /** When, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Whether the absence of data may change anything. */
  readonly mayLose: boolean;
  /** Whether series of the metric are absent only when they were removed. */
  readonly absenceIsRemoval: boolean;
}

/** The answers to the questions of a rule; or the present values of its metric, if there are any, which some rules do with. */
export type RuleInput =
  | { readonly answers: readonly HistoryAnswer[] }
  | { readonly family: MetricFamily | undefined; readonly rowLabels: RowLabels };

/** What a rule does with its surroundings. */
export interface RuleContext extends PlanContext {
  /** Distance of evaluations, in milliseconds. */
  readonly intervalMs: number;
  /** Told what happened to an alert. */
  readonly happened: (rule: RuleState, ...event: Parameters<Happened>) => void;
  /** Told that what is stored of an alert has changed. */
  readonly changed: (rule: RuleState, instance: AlertInstance) => void;
  /** Told that a rule fails that did not fail before. */
  readonly failed: (rule: RuleState, reason: string) => void;
}

/** One rule on duty: its alerts, and how it is doing. */
export class RuleState {
  /** The rule. */
  readonly rule: AlertRule;
  /** Its condition. */
  readonly test: ThresholdTest;
  /** Its alerts by key: pending, firing, and those that have resolved lately. */
  readonly instances: Map<string, AlertInstance> = new Map();
  /** Its last evaluations. */
  readonly log: EvaluationLog = new EvaluationLog();
  /** Failures in a row. */
  failures = 0;
  /** Message of the last failure, while it fails. */
  lastError: string | undefined;
  /** When it was last evaluated; NaN before. */
  lastMs: number = NaN;
  /** How long that took, in milliseconds. */
  lastDurationMs: number = NaN;
  /** Alerts refused at the last evaluation because there were too many. */
  refused = 0;
  /** Series that stood for the same alert at the last evaluation. */
  collisions = 0;
  readonly #context: RuleContext;
  readonly #life: AlertLife;
  readonly #identities: AlertIdentities;
  /** Of the alert that there is no series at all, for rules that want it. */
  readonly #standIn: AlertIdentity;
  readonly #stale: StaleSeries | undefined;
  readonly #isCustom: boolean;
  #plan: SignalPlan;
  #present: PresentValues | undefined;
  #hasType: boolean;
  #emptyEvaluations = 0;
  #hasSeenSeries = false;
  #active = 0;
  /** Alerts that came over from the rule before its change and were not found again yet. */
  readonly #unconfirmed = new Set<string>();
  /** An evaluation may be under way while its rule is removed or changed. */
  #isRetired = false;

  constructor(rule: AlertRule, context: RuleContext) {
    this.rule = rule;
    this.test = thresholdTest(rule);
    this.#context = context;
    this.#isCustom = typeof rule.signal === 'object' && rule.signal.kind === 'custom';
    this.#identities = new AlertIdentities(rule);
    this.#standIn = this.#identities.of(prescribedLabels(rule));
    this.#stale = rule.staleAfter === undefined ? undefined : new StaleSeries(rule.staleAfter * 1000);
    this.#plan = planSignal(rule, context);
    this.#present = presentOf(rule, context);
    this.#hasType = this.#isCustom || context.typeOf(rule.metric) !== undefined;
    const rules = {
      test: this.test,
      durationMs: Math.round(rule.duration * 1000),
      keepFiringForMs: Math.round((rule.keepFiringFor ?? 0) * 1000),
      noData: rule.noData ?? NoDataPolicy.KEEP,
      keepStateForMs: Math.max(SHORTEST_KEEP_MS, 2 * Math.max(context.intervalMs, (rule.interval ?? 0) * 1000)),
    };
    this.#life = new AlertLife(rules, {
      happened: (...event) => context.happened(this, ...event),
      changed: (instance) => context.changed(this, instance),
    });
  }

  /** Number of alerts that are pending or firing. */
  get active(): number {
    return this.#active;
  }

  /** Metrics that must be kept for it. */
  get metrics(): readonly string[] {
    return this.#plan.metrics;
  }

  /** How far it looks back, in milliseconds. */
  get reachMs(): number {
    return this.#plan.reachMs;
  }

  /** How it is doing. */
  get status(): 'ok' | 'err' | 'no_series' | 'unknown' {
    if (this.failures > 0) return 'err';
    if (Number.isNaN(this.lastMs)) return 'unknown';
    return !this.#hasSeenSeries && this.#emptyEvaluations >= EVALUATIONS_WITHOUT_SERIES ? 'no_series' : 'ok';
  }

  /** Whether it is its turn. */
  isDue(atMs: number): boolean {
    const { enabled = true, interval } = this.rule;
    // Half a tick of tolerance, so that a rule every 30 s is not skipped for a tick that came 1 ms early.
    return (
      enabled && (interval === undefined || !(atMs - this.lastMs < interval * 1000 - this.#context.intervalMs / 2))
    );
  }

  /** What it asks. The type of its metric may have become known meanwhile. */
  questions(atMs: number): readonly HistoryQuery[] {
    this.#refresh();
    return this.#plan.questions(atMs);
  }

  /** What it takes from a read-out, when that is all that it needs. */
  get present(): PresentValues | undefined {
    this.#refresh();
    return this.#present;
  }

  /** How many questions it asked last. */
  get questionCount(): number {
    return this.#plan.questionCount;
  }

  /** Whether any series breaches now; leaves its alerts alone. */
  isBreached(input: RuleInput, atMs: number): boolean {
    let isBreached = false;
    this.#read(input, atMs, (_labels, value, reason) => {
      isBreached ||= reason === undefined && this.test.breach(value) !== undefined;
    });
    return isBreached;
  }

  /** Takes what it needs and moves its alerts on. Does nothing once the rule has retired. */
  evaluate(input: RuleInput, moment: EvaluationMoment): void {
    if (this.#isRetired) return;
    const { atMs } = moment;
    const seen = new Map<string, Reading & { readonly identity: AlertIdentity }>();
    const knowsAll = this.instances.size > 0 || this.rule.noData === NoDataPolicy.ALERT;
    let series = 0;
    let breaching = 0;
    let worst = NaN;
    let why: string | undefined;
    this.collisions = 0;
    const see = (labels: Labels, value: number, reason?: string): void => {
      series++;
      if (reason === undefined) {
        const isBreach = this.test.breach(value) !== undefined;
        if (isBreach) breaching++;
        if (Number.isNaN(worst) || this.test.isWorse(value, worst)) worst = value;
        if (!isBreach && !knowsAll) return;
      } else {
        why = reason;
        if (!knowsAll) return;
      }
      this.#note(seen, labels, { value, reason });
    };
    this.#read(input, atMs, this.#stale === undefined ? see : this.#stale.wrap(see, atMs));
    this.#stale?.sweep(atMs);
    this.#settle(seen, moment, series);
    this.log.add(atMs, series, breaching, {
      value: worst,
      reason: Number.isNaN(worst) ? (why ?? NoDataReason.NO_DATA) : undefined,
    });
    this.#hasSeenSeries ||= series > 0;
    this.#emptyEvaluations = series > 0 ? 0 : this.#emptyEvaluations + 1;
    this.lastMs = atMs;
    this.failures = 0;
    this.lastError = undefined;
  }

  /** Notes that an evaluation failed. Its alerts stay as they are. */
  fail(error: unknown, atMs: number): void {
    if (this.#isRetired) return;
    this.failures++;
    this.lastError = error instanceof Error ? error.message : String(error);
    if (this.failures === 1) this.#context.failed(this, this.lastError);
    this.lastMs = atMs;
    this.log.add(atMs, 0, 0, { value: NaN, reason: 'error' });
    for (const instance of this.instances.values()) instance.lastMs = atMs;
  }

  /** Takes over an alert: from an earlier process, or from the rule before its change. */
  adopt(instance: AlertInstance): void {
    this.instances.set(instance.key, instance);
    if (isActive(instance)) this.#active++;
  }

  /** Takes over the alerts of the rule before its change. Those that the new one does not find at once are over. */
  succeed(before: RuleState): void {
    before.retire();
    for (const instance of before.instances.values()) {
      // Who is told, and in what words, may have changed.
      instance.version++;
      this.adopt(instance);
      if (isActive(instance)) this.#unconfirmed.add(instance.key);
    }
  }

  /** Ends all alerts, since the rule goes or rests. */
  end(atMs: number, reason: string): void {
    for (const instance of this.instances.values()) this.#end(instance, atMs, reason);
  }

  /** Has no further evaluation change anything. */
  retire(): void {
    this.#isRetired = true;
  }

  /** Forgets alerts that have resolved before a time. */
  forgetResolved(beforeMs: number): readonly AlertInstance[] {
    const gone: AlertInstance[] = [];
    for (const instance of this.instances.values()) {
      if (instance.state === 'resolved' && instance.resolvedAtMs < beforeMs) gone.push(instance);
    }
    for (const { key } of gone) this.instances.delete(key);
    return gone;
  }

  /** Moves all times, since the wall clock jumped. */
  shift(ms: number): void {
    this.lastMs += ms;
    for (const instance of this.instances.values()) moveTimes(instance, ms);
  }

  #read(input: RuleInput, atMs: number, see: SeeSeries): void {
    if ('answers' in input) this.#plan.read(input.answers, atMs, see);
    else if (input.family !== undefined) this.#present?.read(input.family, input.rowLabels, see);
  }

  #refresh(): void {
    if (this.#hasType || this.#context.typeOf(this.rule.metric) === undefined) return;
    this.#hasType = true;
    this.#plan = planSignal(this.rule, this.#context);
    this.#present = presentOf(this.rule, this.#context);
  }

  #end(instance: AlertInstance, atMs: number, reason: string | undefined): void {
    if (isActive(instance)) this.#active--;
    if (this.#life.end(instance, atMs, reason)) this.instances.delete(instance.key);
  }

  #note(seen: Map<string, Reading & { identity: AlertIdentity }>, labels: Labels, reading: Reading): void {
    const identity = this.#identities.of(labels);
    const other = seen.get(identity.key);
    if (other !== undefined) {
      this.collisions++;
      if (
        other.reason === undefined &&
        (reading.reason !== undefined || !this.test.isWorse(reading.value, other.value))
      )
        return;
    }
    seen.set(identity.key, { identity, ...reading });
  }

  #settle(
    seen: ReadonlyMap<string, Reading & { readonly identity: AlertIdentity }>,
    { atMs, mayLose, absenceIsRemoval }: EvaluationMoment,
    series: number,
  ): void {
    this.refused = 0;
    // Those that are there come first, so that a limit keeps what fires.
    for (const instance of this.instances.values()) {
      const reading = seen.get(instance.key);
      const isUnconfirmed = mayLose && this.#unconfirmed.delete(instance.key);
      if (reading !== undefined) {
        instance.wasSeen = true;
        this.#step(instance, reading, { atMs, mayLose });
      } else if (isUnconfirmed) {
        this.#end(instance, atMs, 'rule_changed');
      } else if (mayLose && series > 0 && this.#isStandIn(instance)) {
        this.#end(instance, atMs, undefined);
      } else if (isActive(instance)) {
        // One that is over does not begin anew because its series is gone as well.
        this.#step(instance, absent(instance, absenceIsRemoval), { atMs, mayLose });
      }
    }
    for (const { identity, value, reason } of seen.values()) {
      if (!this.instances.has(identity.key)) this.#begin(identity, { value, reason }, { atMs, mayLose });
    }
    if (series === 0 && this.#active === 0) this.#begin(this.#standIn, NO_DATA, { atMs, mayLose });
  }

  /** Whether an alert says that there is no series at all. */
  #isStandIn({ key, wasSeen }: AlertInstance): boolean {
    return this.rule.noData === NoDataPolicy.ALERT && key === this.#standIn.key && !wasSeen;
  }

  #begin(identity: AlertIdentity, reading: Reading, { atMs, mayLose }: { atMs: number; mayLose: boolean }): void {
    const breaches =
      reading.reason === undefined
        ? this.test.breach(reading.value) !== undefined
        : mayLose && this.rule.noData === NoDataPolicy.ALERT;
    if (!breaches) return;
    if (this.#active >= (this.rule.maxAlerts ?? DEFAULT_MAX_ALERTS)) {
      this.refused++;
      return;
    }
    const instance = this.instances.get(identity.key) ?? newInstance(identity, this.test);
    instance.wasSeen = reading !== NO_DATA;
    this.instances.set(instance.key, instance);
    this.#step(instance, reading, { atMs, mayLose });
  }

  #step(instance: AlertInstance, reading: Reading, { atMs, mayLose }: { atMs: number; mayLose: boolean }): void {
    const wasActive = isActive(instance);
    const isLimited = !wasActive && this.#active >= (this.rule.maxAlerts ?? DEFAULT_MAX_ALERTS);
    if (isLimited && reading.reason === undefined && this.test.breach(reading.value) !== undefined) {
      this.refused++;
      return;
    }
    const isGone = this.#life.step(instance, reading, atMs, mayLose);
    if (isGone) this.instances.delete(instance.key);
    this.#active += Number(isActive(instance)) - Number(wasActive);
  }
}

function presentOf(rule: AlertRule, { typeOf }: RuleContext): PresentValues | undefined {
  return isAboutPresent(rule, typeOf) ? new PresentValues(rule.metric, rule.matchers) : undefined;
}

function absent(instance: AlertInstance, absenceIsRemoval: boolean): Reading {
  const isRemoved = absenceIsRemoval && instance.wasSeen;
  return { value: NaN, reason: isRemoved ? NoDataReason.SERIES_REMOVED : NoDataReason.NO_DATA };
}

/** An alert that has not begun yet. */
function newInstance({ key, labels }: AlertIdentity, { tiers }: ThresholdTest): AlertInstance {
  const base = tiers.at(-1);
  return {
    key,
    id: alertId(key),
    labels,
    state: 'inactive',
    severity: base?.severity ?? 'info',
    threshold: base?.threshold ?? NaN,
    value: NaN,
    activeAtMs: NaN,
    firedAtMs: NaN,
    resolvedAtMs: NaN,
    keepFiringSinceMs: NaN,
    noDataSinceMs: NaN,
    lastMs: NaN,
    reason: undefined,
    version: 0,
    wasSeen: false,
  };
}
