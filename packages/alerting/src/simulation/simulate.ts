import type {
  ActiveAlert,
  AlertEvaluation,
  AlertEvent,
  FamilyType,
  HistorySource,
  Notification,
} from '@bduf/metrics-core/interfaces';
import { AlertEventType, MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { isActive } from '../evaluation/alert-instance.ts';
import { RuleState } from '../evaluation/rule-state.ts';
import { activeAlertOf, eventOf, notifierAlertOf } from '../manager/alert-views.ts';
import { RuleEvaluator } from '../manager/rule-evaluator.ts';
import type { AlertNotifier } from '../notify/alert-notifier.ts';
import { createAlertNotifier } from '../notify/create-alert-notifier.ts';
import type { NotifierOptions } from '../notify/notifier-options.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { parseAlertRule } from '../rules/alert-rule-schema.ts';
import { guessTypes } from '../rules/known-types.ts';
import { AlertHistory } from '../state/alert-history.ts';

/** When a rule is tried, and how people would be told. */
export interface SimulationOptions {
  /** The first evaluation. */
  readonly from: Date;
  /** The last evaluation at most. */
  readonly to: Date;
  /** Distance of evaluations, in seconds. Default 15. */
  readonly interval?: number;
  /** Types of metrics by name. Default: those of the metrics that our packages record; else a guess by the suffix `_total`. */
  readonly types?: Readonly<Record<string, FamilyType>>;
  /** How alerts become notifications. */
  readonly notify?: NotifierOptions;
}

/** What would have happened. */
export interface Simulation {
  /** Everything that happened to alerts, deliveries left out. */
  readonly events: readonly AlertEvent[];
  /** What people would have been told, in order. */
  readonly notifications: readonly Notification[];
  /** Each evaluation. */
  readonly evaluations: readonly AlertEvaluation[];
  /** Alerts that are pending or firing after the last evaluation. */
  readonly active: readonly ActiveAlert[];
}

/** Told after each evaluation. */
export type SimulationStep = (atMs: number, active: readonly ActiveAlert[]) => void;

const MOST_EVENTS = 100_000;
/** Deliveries take place within so long, in simulated time. */
const TURN_MS = 1000;

/**
 * Tries a rule on the past: the same state machine and the same notifier as those of a manager, on a clock of their own. Nothing is
 * sent and nothing is kept. An evaluation that fails is an event.
 *
 * @param history - What is asked: a `MetricsHistory`, or any other source that knows that time.
 * @throws MetricsError (as a rejection) `METRICS_ERR_ALERT_RULE_INVALID` for a malformed rule, `METRICS_ERR_ARGUMENT_INVALID` for times
 *   out of order.
 */
export async function simulate(
  rule: AlertRule,
  history: HistorySource,
  options: SimulationOptions,
): Promise<Simulation> {
  return runSimulation(rule, history, options, () => undefined);
}

/** As {@link simulate}, for those who want to look at it on the way. */
export async function runSimulation(
  rule: AlertRule,
  history: HistorySource,
  options: SimulationOptions,
  onStep: SimulationStep,
): Promise<Simulation> {
  const { interval = 15 } = options;
  const [fromMs, toMs, intervalMs] = [options.from.getTime(), options.to.getTime(), Math.round(interval * 1000)];
  if (!(fromMs <= toMs && intervalMs >= 1)) {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `A simulation from ${fromMs} to ${toMs} every ${interval} s is empty. Use times in order and an interval above 0.`,
    );
  }
  const run = new SimulationRun(parseAlertRule(rule), history, { ...options, fromMs, intervalMs });
  for (let atMs = fromMs; atMs <= toMs; atMs += intervalMs) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- One evaluation follows another.
    onStep(atMs, await run.evaluate(atMs));
  }
  return run.finish();
}

/** One rule on a clock of its own. */
class SimulationRun {
  readonly #clock: ManualClock;
  readonly #state: RuleState;
  readonly #evaluator: RuleEvaluator;
  readonly #notifier: AlertNotifier;
  readonly #history = new AlertHistory(MOST_EVENTS);
  readonly #notifications: Notification[] = [];
  readonly #evaluations: AlertEvaluation[] = [];
  #atMs: number;

  constructor(
    rule: AlertRule,
    history: HistorySource,
    { fromMs, intervalMs, types, notify }: SimulationOptions & { readonly fromMs: number; readonly intervalMs: number },
  ) {
    this.#atMs = fromMs;
    this.#clock = new ManualClock(fromMs);
    this.#evaluator = new RuleEvaluator({
      metrics: { getMetric: () => undefined, gather: () => Promise.resolve([]) },
      history,
      maxHistoryBytes: 1,
      clock: this.#clock,
    });
    this.#notifier = createAlertNotifier({
      ...notify,
      clock: this.#clock,
      random: () => 0.5,
      service: {
        send: (notification) => {
          this.#notifications.push(notification);
          return Promise.resolve({ status: 'delivered' });
        },
      },
    });
    this.#notifier.start();
    this.#state = new RuleState(rule, {
      intervalMs,
      typeOf: guessTypes(types),
      monotonicMs: () => this.#clock.monotonicMs(),
      happened: (state, type, instance, details) => {
        this.#history.add(eventOf(state, { type, instance, atMs: this.#atMs }, details));
      },
      changed: () => undefined,
      failed: ({ rule: { name, severity } }, reason) => {
        const about = { id: '', ruleName: name, labels: {}, severity, reason };
        this.#history.add({ at: new Date(this.#atMs), type: AlertEventType.ERROR, ...about });
      },
    });
  }

  /** Evaluates at a moment, not before that of the last evaluation. */
  async evaluate(atMs: number): Promise<readonly ActiveAlert[]> {
    await this.#passUntil(atMs);
    this.#atMs = atMs;
    if (this.#state.isDue(atMs)) {
      await this.#evaluator.evaluate([this.#state], { atMs, mayLose: true });
      this.#evaluations.push(...this.#state.log.list().slice(-1));
    }
    this.#notifier.update(
      Array.from(this.#state.instances.values(), (instance) =>
        notifierAlertOf(this.#state, instance, this.#state.rule.notifications),
      ).filter((alert) => alert !== undefined),
      atMs,
    );
    return this.#active();
  }

  /** Delivers what is left. */
  async finish(): Promise<Simulation> {
    const active = this.#active();
    await this.#notifier.close(TURN_MS);
    return { events: this.#history.all(), notifications: this.#notifications, evaluations: this.#evaluations, active };
  }

  #active(): readonly ActiveAlert[] {
    return Array.from(this.#state.instances.values())
      .filter(isActive)
      .map((instance) => activeAlertOf(this.#state, instance, this.#notifier));
  }

  /** Lets time pass, and deliveries take place in between while there are any. */
  async #passUntil(atMs: number): Promise<void> {
    for (;;) {
      const leftMs = atMs - this.#clock.now();
      if (leftMs <= 0) return;
      this.#clock.advance(this.#clock.pendingTimers === 0 ? leftMs : Math.min(leftMs, TURN_MS));
      // oxlint-disable-next-line eslint/no-await-in-loop -- Deliveries follow the time.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }
}
