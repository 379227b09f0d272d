import {
  type ActiveAlert,
  type ActiveAlertFilter,
  type AlertControl,
  type AlertEvent,
  AlertEventType,
  type AlertRuleHealth,
  type AlertSource,
  type ChannelHealth,
  type Clock,
  type DeadLetter,
  type DeliveryRecord,
  MetricsError,
  MetricsErrorCode,
  type NotificationService,
  type Silence,
  type SilenceRequest,
  type TimeRange,
} from '@bduf/metrics-core/interfaces';
import { compileMatchers, systemClock } from '@bduf/metrics-core/primitives';
import { isActive } from '../evaluation/alert-instance.ts';
import { EngineClock } from '../evaluation/engine-clock.ts';
import { EvaluationSchedule, slotOffsetMs } from '../evaluation/evaluation-schedule.ts';
import { type RuleContext, RuleState } from '../evaluation/rule-state.ts';
import type { AlertNotifier } from '../notify/alert-notifier.ts';
import { createAlertNotifier } from '../notify/create-alert-notifier.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import { parseAlertRule } from '../rules/alert-rule-schema.ts';
import { bySeverity } from '../rules/severity-order.ts';
import { alertsAfterOutage } from '../state/after-outage.ts';
import { restoredState } from '../state/stored-instance.ts';
import { AlertJournal } from './alert-journal.ts';
import {
  type AlertManagerOptions,
  type AlertedMetrics,
  type ManagerLimits,
  managerLimits,
} from './alert-manager-options.ts';
import { activeAlertOf, eventOf } from './alert-views.ts';
import { type AlertingMetrics, createAlertingMetrics } from './alerting-metrics.ts';
import { EventListeners } from './event-listeners.ts';
import { NotifierFeed } from './notifier-feed.ts';
import { RuleBook } from './rule-book.ts';
import { RuleEvaluator } from './rule-evaluator.ts';
import { RuleHealthReport } from './rule-health-report.ts';

/** Evaluations after a restart in which the absence of data changes nothing: what is measured must come up first. */
const GRACE_INTERVALS = 2;

const DEFAULT_DEADLINE_MS = 5000;

/**
 * Evaluates rules, remembers alerts and has people told.
 *
 * `start()` evaluates at regular times; without it, whoever calls `evaluateRules()` decides when. Timers do not keep the process
 * alive. What a store holds is taken over before the first evaluation. One manager at a time may use a store.
 */
export class AlertManager implements AlertSource, AlertControl {
  readonly #limits: ManagerLimits;
  readonly #options: AlertManagerOptions;
  readonly #clock: Clock;
  readonly #engineClock: EngineClock;
  readonly #book: RuleBook;
  readonly #evaluator: RuleEvaluator;
  readonly #journal: AlertJournal;
  readonly #notifier: AlertNotifier | undefined;
  readonly #feed: NotifierFeed;
  readonly #metrics: AlertingMetrics;
  readonly #listeners: EventListeners;
  readonly #schedule: EvaluationSchedule;
  readonly #health: RuleHealthReport;
  /** The time of the evaluation under way, else of the last one. */
  #atMs = NaN;
  /** Until when the absence of data changes nothing. */
  #graceEndMs = -Infinity;
  #opening: Promise<void> | undefined;
  #isClosed = false;
  #running: Promise<void> | undefined;
  /** Evaluations come one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param metrics - What alerts are made from; a `MetricsCollector`. The manager's own metrics are defined there, too.
   * @param service - Delivers notifications; `createNotificationService` makes one. Without it nobody is told.
   * @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` for a rule in the options, `METRICS_ERR_ARGUMENT_INVALID` for others.
   */
  constructor(metrics: AlertedMetrics, service?: NotificationService, options: AlertManagerOptions = {}) {
    const { clock = systemClock, history, store, group = 'default' } = options;
    this.#options = options;
    this.#limits = managerLimits(options);
    this.#clock = clock;
    const { intervalMs, maxHistoryBytes, maxEvents } = this.#limits;
    if (!(intervalMs >= 1)) {
      throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `intervalMs is ${intervalMs}. Use at least 1.`);
    }
    this.#engineClock = new EngineClock(clock, intervalMs);
    this.#listeners = new EventListeners(this.#onError);
    this.#evaluator = new RuleEvaluator({ metrics, history, maxHistoryBytes, clock });
    this.#book = new RuleBook(this.#ruleContext());
    this.#journal = new AlertJournal({ store, maxEvents, book: () => this.#book, onError: this.#onStoreError });
    this.#notifier = service && this.#createNotifier(service);
    this.#feed = new NotifierFeed(this.#book);
    this.#metrics = createAlertingMetrics(metrics, this.#book, this.#notifier);
    this.#health = new RuleHealthReport(metrics, (metric) => this.#evaluator.typeOf(metric), service?.channels);
    this.#schedule = new EvaluationSchedule({
      clock,
      intervalMs,
      offsetMs: slotOffsetMs(group, intervalMs),
      run: () => this.evaluateRules().catch(this.#onError),
      missed: (slots) => this.#metrics.missed(slots),
    });
    for (const rule of options.rules ?? []) this.#book.add(rule);
  }

  /**
   * Adds a rule and copies it. It takes part from the next evaluation on.
   *
   * @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` when it is malformed or its name is taken.
   */
  addRule(rule: AlertRule): void {
    const state = this.#book.add(rule);
    this.#tell(AlertEventType.RULE_ADDED, state);
  }

  /**
   * Removes a rule. Its alerts resolve with the reason `rule_removed`, which people are told at the next evaluation.
   *
   * @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` when there is none.
   */
  removeRule(name: string): void {
    this.#atMs = this.#momentMs();
    const state = this.#book.remove(name, this.#atMs);
    this.#tell(AlertEventType.RULE_REMOVED, state);
  }

  /**
   * Changes a rule. Alerts whose labels stay the same keep their state; what fires never becomes pending again. Another name is
   * another rule.
   *
   * @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` when it is malformed or there is none of that name.
   */
  updateRule(name: string, rule: AlertRule): void {
    const parsed = parseAlertRule(rule);
    if (parsed.name === name) {
      this.#book.change(name, parsed);
      return;
    }
    if (this.#book.find(parsed.name) === undefined) this.removeRule(name);
    this.addRule(parsed);
  }

  /** The rules, in the order in which they were added. */
  getRules(): readonly AlertRule[] {
    return this.#book.rules.map(({ rule }) => rule);
  }

  /** Takes over what the store holds; evaluations do so by themselves. Rejects when the store cannot be read; try again then. */
  open(): Promise<void> {
    // What cannot be read now, since another process has it, may be readable the next time.
    this.#opening ??= this.#restore().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** Begins to evaluate at regular times and to deliver. Resolves when the store is read. Rejects when it cannot be. */
  async start(): Promise<void> {
    await this.open();
    if (!this.#isClosed) this.#schedule.start();
  }

  /** Ceases to evaluate by itself. Notifications are delivered all the same. */
  stop(): void {
    this.#schedule.stop();
  }

  /**
   * Evaluates all rules whose turn it is. Calls that overlap share one evaluation. Resolves when the state is kept; never waits
   * for a delivery. A rule that fails does not make it reject: its health says so.
   */
  evaluateRules(): Promise<void> {
    this.#running ??= this.#inTurn(() => this.#evaluateAll()).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /**
   * Whether the condition of a rule holds for any series now, however long. A rule of this manager is evaluated thereby; any other
   * one is only looked at.
   *
   * @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` (as a rejection) when it is malformed.
   */
  evaluateRule(rule: AlertRule): Promise<boolean> {
    return this.#inTurn(() => this.#evaluateOne(parseAlertRule(rule)));
  }

  /** Sends all news at once. Resolves when it is delivered, or after the deadline. */
  async flush(deadlineMs: number = DEFAULT_DEADLINE_MS): Promise<void> {
    await this.#last;
    await this.#notifier?.flush(deadlineMs);
  }

  /**
   * Stops, delivers what it can until the deadline and gives up the store, which keeps the rest. Nothing is evaluated afterwards.
   *
   * @param deadlineMs - Milliseconds. Default 5 000.
   */
  async close(deadlineMs: number = DEFAULT_DEADLINE_MS): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.stop();
    await this.#last;
    await this.#notifier?.close(deadlineMs);
    await this.#journal.close();
  }

  /** As {@link AlertManager.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Alerts that are pending or firing, most severe first, then by `activeAt`. O(alerts). */
  getActiveAlerts({ state, severities, matchers }: ActiveAlertFilter = {}): readonly ActiveAlert[] {
    const isMeant = matchers === undefined ? () => true : compileMatchers(matchers);
    const alerts: ActiveAlert[] = [];
    for (const rule of this.#book.all) {
      for (const instance of rule.instances.values()) {
        if (!isActive(instance) || (state !== undefined && instance.state !== state)) continue;
        if (severities !== undefined && !severities.includes(instance.severity)) continue;
        if (isMeant(instance.labels)) alerts.push(activeAlertOf(rule, instance, this.#notifier));
      }
    }
    return alerts.toSorted((a, b) => bySeverity(a.severity, b.severity) || a.activeAt.getTime() - b.activeAt.getTime());
  }

  /** What happened within a range, by number. */
  getAlertHistory(range: TimeRange): readonly AlertEvent[] {
    return this.#journal.history.within(range);
  }

  /** How each rule is doing, in the order in which rules were added; what is doubtful about it; its last evaluations. */
  getRuleHealth(): readonly AlertRuleHealth[] {
    return this.#book.rules.map((state) => this.#health.of(state));
  }

  /** Silences that last or are to come. */
  getSilences(): readonly Silence[] {
    return this.#notifier?.getSilences() ?? [];
  }

  /** How each channel is doing. */
  getChannelHealth(): readonly ChannelHealth[] {
    return this.#notifier?.getChannelHealth() ?? [];
  }

  /** The latest attempts to tell people, newest first. */
  getDeliveries(): readonly DeliveryRecord[] {
    return this.#notifier?.getDeliveries() ?? [];
  }

  /** What was given up telling. */
  getDeadLetters(): readonly DeadLetter[] {
    return this.#notifier?.getDeadLetters() ?? [];
  }

  /**
   * Calls back after each event; one that throws disturbs nobody.
   *
   * @returns A function that ends it.
   */
  onAlertEvent(listener: (event: AlertEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Says that somebody takes care of an alert: repeats stop. Rejects when it does not fire, or this cannot be kept. */
  async acknowledge(alertId: string, by: string, comment?: string): Promise<void> {
    await (await this.#control()).acknowledge(alertId, by, comment);
  }

  /** Takes an acknowledgement back. */
  async unacknowledge(alertId: string): Promise<void> {
    await (await this.#control()).unacknowledge(alertId);
  }

  /** Mutes alerts for some time. What people were told of, they hear the end of all the same. */
  async silence(request: SilenceRequest): Promise<Silence> {
    return (await this.#control()).silence(request);
  }

  /** Ends a silence now. */
  async expireSilence(silenceId: string): Promise<void> {
    await (await this.#control()).expireSilence(silenceId);
  }

  /** Tries a dead letter again, with the present state of its alerts. */
  async redeliver(deadLetterId: string): Promise<void> {
    await (await this.#control()).redeliver(deadLetterId);
  }

  /** Sends a notification that says it is a test, around all queues. */
  async testChannel(channel: string): Promise<DeliveryRecord> {
    return (await this.#control()).testChannel(channel);
  }

  async #restore(): Promise<void> {
    const { store } = this.#options;
    const { intervalMs, outageToleranceMs } = this.#limits;
    if (store !== undefined) {
      const records = await store.load();
      const atMs = this.#clock.now();
      const state = restoredState(records);
      const { kept, dropped } = alertsAfterOutage(state, { atMs, toleranceMs: outageToleranceMs });
      this.#journal.restore(records, state, atMs);
      this.#journal.forget(dropped);
      this.#book.restore(kept);
      this.#notifier?.restore(records);
      if (kept.length > 0) this.#graceEndMs = atMs + GRACE_INTERVALS * intervalMs;
      if (state.unreadable > 0) {
        this.#onError(new Error(`${state.unreadable} records of the alert store cannot be read. They are left out.`));
      }
    }
    this.#notifier?.start();
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      if (this.#isClosed) throw closedError();
      await this.open();
      return run();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #evaluateAll(): Promise<void> {
    const beganMs = this.#clock.monotonicMs();
    const atMs = this.#moment();
    const rules = this.#book.rules.filter(({ rule }) => rule.enabled !== false);
    await this.#evaluator.read(rules, atMs);
    const due = rules.filter((state) => state.isDue(atMs));
    await this.#evaluator.evaluate(due, { atMs, mayLose: atMs >= this.#graceEndMs });
    await this.#conclude(atMs);
    this.#metrics.refused(due.reduce((sum, { refused }) => sum + refused, 0));
    const failures = due.filter((state) => state.failures > 0).length;
    this.#metrics.evaluated((this.#clock.monotonicMs() - beganMs) / 1000, failures);
  }

  async #evaluateOne(rule: AlertRule): Promise<boolean> {
    const atMs = this.#moment();
    const known = this.#book.find(rule.name);
    const state = known ?? new RuleState(rule, this.#ruleContext());
    await this.#evaluator.read(known === undefined ? [...this.#book.rules, state] : this.#book.rules, atMs);
    const isBreached = await this.#evaluator.isBreached(state, atMs);
    if (known === undefined) return isBreached;
    await this.#evaluator.evaluate([known], { atMs, mayLose: atMs >= this.#graceEndMs });
    await this.#conclude(atMs);
    return isBreached;
  }

  /** Rules about rules, what is over, what must be kept, and what people must be told. */
  async #conclude(atMs: number): Promise<void> {
    const mayLose = atMs >= this.#graceEndMs;
    if (mayLose) this.#book.endWaiting(atMs);
    this.#book.endDisabled(atMs);
    await this.#evaluator.evaluate(this.#book.meta, { atMs, mayLose });
    this.#journal.forget(this.#book.forgetResolved(atMs - this.#limits.resolvedRetentionMs));
    // While alerts wait for their rules, the notifier would take them for resolved.
    const isComplete = this.#book.waiting.size === 0;
    const records = isComplete ? this.#notifier?.update(this.#feed.alerts(), atMs) : undefined;
    await this.#journal.write(atMs, records ?? []);
  }

  #moment(): number {
    const { atMs, jumpMs, shiftMs } = this.#engineClock.next();
    this.#atMs = atMs;
    if (jumpMs !== 0) {
      for (const state of this.#book.all) state.shift(shiftMs);
      this.#graceEndMs += shiftMs;
      this.#publish({
        at: new Date(atMs),
        type: AlertEventType.CLOCK_JUMP,
        id: '',
        ruleName: '',
        labels: {},
        durationMs: jumpMs,
      });
      this.#schedule.align();
    }
    return atMs;
  }

  /** The time of something between evaluations. */
  #momentMs(): number {
    return Number.isNaN(this.#atMs) ? this.#clock.now() : Math.max(this.#atMs, this.#clock.now());
  }

  #ruleContext(): RuleContext {
    return {
      intervalMs: this.#limits.intervalMs,
      typeOf: (metric) => this.#evaluator.typeOf(metric),
      monotonicMs: () => this.#clock.monotonicMs(),
      happened: (state, type, instance, details) =>
        this.#publish(eventOf(state, { type, instance, atMs: this.#atMs }, details)),
      changed: (state, instance) => this.#journal.changed(state, instance),
      failed: (state, reason) => this.#tell(AlertEventType.ERROR, state, reason),
    };
  }

  #createNotifier(service: NotificationService): AlertNotifier {
    return createAlertNotifier({
      ...this.#options.notify,
      service,
      clock: this.#clock,
      append: (records) => this.#journal.append(records),
      onEvent: (event) => this.#publish(event),
      onError: this.#onError,
    });
  }

  #tell(type: AlertEventType, { rule }: RuleState, reason?: string): void {
    const at = new Date(this.#momentMs());
    const about = { ruleName: rule.name, labels: {}, severity: rule.severity, ...(reason !== undefined && { reason }) };
    this.#publish({ at, type, id: '', ...about });
  }

  #publish(event: Omit<AlertEvent, 'seq'>): void {
    const numbered = this.#journal.add(event);
    this.#metrics.happened(numbered);
    this.#listeners.tell(numbered);
  }

  async #control(): Promise<AlertNotifier> {
    await this.open();
    if (this.#notifier !== undefined) return this.#notifier;
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      'This alert manager has no notification service, so that there is nothing to acknowledge or silence. Give it one.',
    );
  }

  readonly #onError = (error: unknown): void => {
    const { onError = warn } = this.#options;
    onError(error instanceof Error ? error : new Error(String(error)));
  };

  readonly #onStoreError = (error: unknown): void => {
    this.#metrics.storeFailed();
    this.#onError(error);
  };
}

function warn(error: Error): void {
  process.emitWarning(error.message, { type: 'MetricsWarning' });
}

function closedError(): MetricsError {
  return new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    'This alert manager is closed. Evaluate before you close it, or make another one.',
  );
}
