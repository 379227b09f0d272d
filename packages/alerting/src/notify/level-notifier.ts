import {
  AlertEventType,
  type ChannelHealth,
  type Clock,
  type DeadLetter,
  type DeliveryRecord,
  MetricsError,
  MetricsErrorCode,
  type NotificationChannel,
  type NotifiedAlert,
  type Silence,
  type SilenceRequest,
} from '@bduf/metrics-core/interfaces';
import { withinDeadline } from '@bduf/metrics-core/primitives';
import type { StoredRecord } from '../state/alert-state-store.ts';
import { AcknowledgementTable } from './acknowledgement-table.ts';
import type { AlertNotifier, NotifierAlert, NotifierEvent } from './alert-notifier.ts';
import { type AlertChange, AlertRoster, type KnownAlert } from './alert-roster.ts';
import type { PacedNotificationService } from './channel-cadence.ts';
import { DeadLetterBox } from './dead-letter-box.ts';
import { DeliveryLog } from './delivery-log.ts';
import { type FleetParts, GroupFleet } from './group-fleet.ts';
import type { GroupRunner, Outcome } from './group-runner.ts';
import { Inhibition } from './inhibition.ts';
import { MuteWatch } from './mute-watch.ts';
import { groupIdentity } from './notification-group.ts';
import { type Muting, createMuting } from './muting.ts';
import { alertEvent, outcomeEvents } from './notifier-events.ts';
import { type NotifierLimits, type NotifierOptions, limitsOf } from './notifier-options.ts';
import { RecordKeeper } from './record-keeper.ts';
import { renderNotification } from './render-notification.ts';
import { restoreNotifications } from './restore-notifications.ts';
import type { GroupTarget } from './route-tree.ts';
import { SilenceTable } from './silence-table.ts';
import { testNotification } from './test-notification.ts';

/** What a notifier needs of the world. */
export interface NotifierParts {
  readonly service: PacedNotificationService;
  readonly clock: Clock;
  readonly append: (records: readonly StoredRecord[]) => Promise<void>;
  readonly onEvent: (event: NotifierEvent) => void;
  readonly onError: (error: Error) => void;
  readonly random: () => number;
}

/** The only {@link AlertNotifier}; see `createAlertNotifier`. */
export class LevelNotifier implements AlertNotifier {
  readonly #parts: NotifierParts;
  readonly #limits: NotifierLimits;
  readonly #options: NotifierOptions;
  readonly #keeper: RecordKeeper;
  readonly #silences: SilenceTable;
  readonly #inhibition: Inhibition;
  readonly #acks = new AcknowledgementTable();
  readonly #letters: DeadLetterBox;
  readonly #log: DeliveryLog;
  readonly #roster = new AlertRoster();
  readonly #mutes: MuteWatch;
  readonly #fleet: GroupFleet;
  /** Whether groups of an earlier process show a state that nobody has confirmed: it may have changed meanwhile. */
  #isUnconfirmed = false;
  #isStarted = false;

  constructor(parts: NotifierParts, options: NotifierOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#limits = limitsOf(options);
    this.#keeper = new RecordKeeper(parts);
    this.#silences = new SilenceTable(this.#limits.maxSilences);
    this.#inhibition = new Inhibition(options.inhibitRules ?? []);
    this.#letters = new DeadLetterBox(this.#limits.maxDeadLetters);
    this.#log = new DeliveryLog(this.#limits.deliveryLogSize);
    const mutingOf = createMuting(this.#silences, this.#inhibition);
    this.#mutes = new MuteWatch(mutingOf);
    this.#fleet = new GroupFleet(this.#fleetParts(mutingOf), options);
  }

  restore(records: readonly StoredRecord[]): void {
    restoreNotifications(records, {
      silences: this.#silences,
      acks: this.#acks,
      letters: this.#letters,
      onGroup: (group) => this.#fleet.runnerOf(group).group.restore(group),
      onEntry: (entry) => {
        const runner = this.#fleet.find(entry.channel, entry.groupKey);
        // Without its group it tells nothing; if the alert still fires, it comes up anew.
        if (runner === undefined) return;
        this.#roster.restore(runner.group.restoreEntry(entry), runner);
        this.#isUnconfirmed = true;
      },
      onError: this.#parts.onError,
    });
    this.#inhibition.setFiring(this.#roster.firing());
  }

  update(alerts: readonly NotifierAlert[], atMs: number): readonly StoredRecord[] {
    const changes: AlertChange[] = [];
    this.#roster.beginUpdate();
    for (const alert of alerts) {
      const change = this.#roster.see(alert);
      if (change !== undefined) changes.push(change);
    }
    for (const known of this.#roster.endUpdate(atMs)) changes.push({ known, isMoved: false });
    const records = changes.length === 0 ? [] : this.#apply(changes, atMs);
    this.#isUnconfirmed = false;
    this.#begin();
    return records;
  }

  silencesOf(labels: Readonly<Record<string, string>>, atMs: number): readonly string[] {
    return this.#silences.silencesOf(labels, atMs);
  }

  inhibitorsOf(alert: Pick<NotifiedAlert, 'id' | 'labels'>): readonly string[] {
    return this.#inhibition.inhibitorsOf(alert);
  }

  acknowledgedBy(alertId: string): string | undefined {
    return this.#acks.by(alertId);
  }

  notifiedAt(alertId: string): Date | undefined {
    const runners = [...(this.#roster.get(alertId)?.runners ?? [])];
    const times = runners.flatMap(({ group }) => group.entry(alertId)?.told?.atMs ?? []);
    return times.length === 0 ? undefined : new Date(Math.max(...times));
  }

  start(): void {
    this.#isStarted = true;
    this.#begin();
  }

  async flush(deadlineMs: number): Promise<void> {
    if (this.#isUnconfirmed) return;
    await withinDeadline(this.#fleet.flush(), deadlineMs, this.#parts.clock);
  }

  async close(deadlineMs: number): Promise<void> {
    await this.flush(deadlineMs);
    this.#fleet.close();
    await this.#keeper.settled();
    await this.#parts.service.close?.();
  }

  async acknowledge(alertId: string, by: string, comment = ''): Promise<void> {
    const alert = this.#roster.get(alertId)?.alert;
    if (alert?.status !== 'firing') {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `There is no firing alert ${JSON.stringify(alertId)} to acknowledge. It may have resolved.`,
      );
    }
    const atMs = this.#parts.clock.now();
    const record = this.#acks.add(alert, { by, comment }, atMs);
    this.#parts.onEvent(
      alertEvent(AlertEventType.ACKED, alert, { atMs, reason: `by ${by}${comment && `: ${comment}`}` }),
    );
    await this.#keeper.insist([record]);
  }

  async unacknowledge(alertId: string): Promise<void> {
    await this.#keeper.insist(this.#acks.remove(alertId));
  }

  async silence(request: SilenceRequest): Promise<Silence> {
    const nowMs = this.#parts.clock.now();
    const { silence, records } = this.#silences.add(request, nowMs);
    this.#noteMutes(this.#roster.firing(), nowMs);
    await this.#keeper.insist(records);
    return silence;
  }

  async expireSilence(silenceId: string): Promise<void> {
    await this.#keeper.insist([this.#silences.remove(silenceId)]);
  }

  async redeliver(deadLetterId: string): Promise<void> {
    const { letter, record } = this.#letters.take(deadLetterId);
    await this.#keeper.insist([record, ...this.#hand(letter, letter.alerts)]);
  }

  async testChannel(channel: NotificationChannel): Promise<DeliveryRecord> {
    const { externalUrl } = this.#options;
    const notification = testNotification(channel, { nowMs: this.#parts.clock.now(), externalUrl });
    return this.#fleet.laneOf(channel).sendAside(notification);
  }

  getSilences(): readonly Silence[] {
    return this.#silences.list(this.#parts.clock.now());
  }

  getChannelHealth(): readonly ChannelHealth[] {
    return this.#fleet.health(this.#parts.clock.now());
  }

  getDeliveries(): readonly DeliveryRecord[] {
    return this.#log.list();
  }

  getDeadLetters(): readonly DeadLetter[] {
    return this.#letters.list();
  }

  #begin(): void {
    if (this.#isStarted && !this.#isUnconfirmed) this.#fleet.start();
  }

  #apply(changes: readonly AlertChange[], atMs: number): readonly StoredRecord[] {
    // Any change may mute, or no longer mute, any other alert.
    const affected = this.#inhibition.isEmpty ? [] : this.#roster.firing();
    this.#inhibition.setFiring(affected);
    const records = this.#spread(changes);
    this.#noteMutes([...changes.map(({ known }) => known.alert), ...affected], atMs);
    return records;
  }

  /** Brings changed alerts to their groups. */
  #spread(changes: readonly AlertChange[]): readonly StoredRecord[] {
    const records: StoredRecord[] = [];
    const touched = new Map<GroupRunner, { readonly all: string[]; readonly kept: string[] }>();
    for (const { known, isMoved } of changes) {
      const { alert, channels, runners } = known;
      records.push(...this.#acks.review(alert));
      if (isMoved && alert.status === 'firing') {
        const targets = this.#fleet.runnersFor({ labels: alert.labels, channels });
        for (const runner of targets) records.push(...moveAlert(alert.id, known, { to: runner, targets }));
      }
      for (const runner of runners) {
        if (runner.isOver) {
          runners.delete(runner);
          continue;
        }
        const ids = touched.get(runner) ?? { all: [], kept: [] };
        touched.set(runner, ids);
        ids.all.push(alert.id);
        if (runner.group.put(alert)) ids.kept.push(alert.id);
      }
    }
    for (const [runner, { all, kept }] of touched) {
      if (kept.length > 0) records.push(...runner.group.records(kept));
      this.#fleet.admit(runner);
      runner.changed(all);
    }
    return records;
  }

  /** Hands alerts to a group that must hear of them whatever it was told before, in their present state. */
  #hand(
    group: Pick<GroupTarget, 'channel' | 'groupKey' | 'groupLabels'>,
    alerts: readonly NotifiedAlert[],
  ): readonly StoredRecord[] {
    const nowMs = this.#parts.clock.now();
    const runner = this.#fleet.runnerOf(group);
    const present = alerts.map((alert) => {
      const known = this.#roster.get(alert.id);
      known?.runners.add(runner);
      return known?.alert ?? endedAlert(alert, nowMs);
    });
    const records = runner.group.owe(present, nowMs);
    this.#fleet.admit(runner);
    runner.look();
    return records;
  }

  #noteMutes(alerts: Iterable<NotifiedAlert>, atMs: number): void {
    for (const event of this.#mutes.review(alerts, atMs)) this.#parts.onEvent(event);
  }

  #tell(type: AlertEventType, outcome: Outcome): void {
    for (const event of outcomeEvents(type, outcome, this.#parts.clock.now())) this.#parts.onEvent(event);
  }

  readonly #giveUp = (outcome: Outcome): void => {
    const { alerts, notification, result } = outcome;
    const { channel, groupKey, groupLabels, idempotencyKey: id } = notification;
    const atMs = this.#parts.clock.now();
    const letter = { id, atMs, channel, groupKey, groupLabels, alerts, error: result.error ?? 'no reason was given' };
    const { fallbackChannel } = this.#options;
    this.#tell(AlertEventType.DEAD_LETTER, outcome);
    const records = [...this.#letters.add(letter)];
    if (fallbackChannel !== undefined && fallbackChannel !== channel) {
      const fallback = { ...letter, channel: fallbackChannel };
      const key = groupIdentity(fallbackChannel, groupKey);
      // Of those that it was handed before it hears, or has heard, anyway.
      const unknown = alerts.filter(({ id: alertId }) => !this.#roster.isIn(alertId, key));
      if (unknown.length > 0) records.push(...this.#hand(fallback, unknown));
    }
    void this.#keeper.keep(records);
  };

  #fleetParts(mutingOf: Muting): FleetParts {
    const { clock, random, service } = this.#parts;
    const { missedIncidents, mutesEnds, maxAlertsPerNotification: maxAlerts, ...limits } = this.#limits;
    const { externalUrl } = this.#options;
    const acknowledgedBy = (alertId: string) => this.#acks.by(alertId);
    return {
      service,
      clock,
      decision: {
        mutingOf,
        isAcknowledged: (alertId) => acknowledgedBy(alertId) !== undefined,
        tellsMissed: missedIncidents === 'notify',
        mutesEnds,
      },
      lane: { ...limits, service, clock, random, onAttempt: (record) => this.#log.add(record) },
      maxAgeMs: limits.maxAgeMs,
      render: (group, decision, nowMs) =>
        renderNotification(group, decision, { maxAlerts, acknowledgedBy, externalUrl, nowMs }),
      keep: this.#keeper.keep,
      onDelivered: (outcome) => this.#tell(AlertEventType.NOTIFIED, outcome),
      onTrouble: (outcome) => this.#tell(AlertEventType.DELIVERY_FAILED, outcome),
      onGivenUp: this.#giveUp,
      onEmpty: ({ group }) => void this.#keeper.keep([group.farewell]),
    };
  }
}

/** Has an alert told by one more group; what its channel knows of it by a group that it left goes with it. */
function moveAlert(
  alertId: string,
  { runners }: KnownAlert,
  { to, targets }: { readonly to: GroupRunner; readonly targets: readonly GroupRunner[] },
): readonly StoredRecord[] {
  if (runners.has(to)) return [];
  runners.add(to);
  const left = [...runners].find((runner) => {
    const isLeft = runner.group.channel === to.group.channel && !targets.includes(runner);
    return isLeft && runner.group.entry(alertId) !== undefined;
  });
  if (left === undefined) return [];
  runners.delete(left);
  return to.group.takeOver(alertId, left.group);
}

/** An alert that nobody knows any more has ended. */
function endedAlert(alert: NotifiedAlert, nowMs: number): NotifiedAlert {
  return alert.status === 'resolved' ? alert : { ...alert, status: 'resolved', resolvedAt: new Date(nowMs) };
}
