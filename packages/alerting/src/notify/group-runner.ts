import type {
  Clock,
  ClockTimer,
  DeliveryRecord,
  DeliveryResult,
  Notification,
  NotifiedAlert,
} from '@bduf/metrics-core/interfaces';
import type { StoredRecord } from '../state/alert-state-store.ts';
import type { ChannelLane, Errand } from './channel-lane.ts';
import type { Decide, GroupDecision } from './group-decision.ts';
import type { GroupEntry } from './group-news.ts';
import type { NotificationGroup } from './notification-group.ts';
import type { GroupTiming } from './route-tree.ts';

/** What became of a notification that is not tried any more. */
export interface Outcome {
  readonly runner: GroupRunner;
  /** All alerts that it told of, those left out of the text included. */
  readonly alerts: readonly NotifiedAlert[];
  readonly notification: Notification;
  readonly result: DeliveryResult;
}

/** What a runner needs of the world. */
export interface RunnerParts {
  readonly clock: Clock;
  readonly lane: ChannelLane;
  readonly timing: Pick<GroupTiming, 'groupWaitMs' | 'groupIntervalMs'>;
  readonly decide: Decide;
  /** Whether a change of an alert is told of before the interval of the group is over. */
  readonly isUrgent: (entry: GroupEntry) => boolean;
  /** Whether a resolved alert need not be remembered. */
  readonly isForgettable: (entry: GroupEntry, nowMs: number) => boolean;
  /** Whether resolved alerts stay after they were told. */
  readonly keepsResolved: boolean;
  /** When news is given up, in milliseconds. */
  readonly maxAgeMs: number;
  readonly render: (group: NotificationGroup, decision: GroupDecision, nowMs: number) => Notification;
  /** Keeps records; resolves in any case. */
  readonly keep: (records: readonly StoredRecord[]) => Promise<void>;
  readonly onDelivered: (outcome: Outcome) => void;
  readonly onGivenUp: (outcome: Outcome) => void;
  /** Told once about each row of failures. */
  readonly onTrouble: (outcome: Outcome) => void;
  /** Nothing is left of the group. */
  readonly onEmpty: (runner: GroupRunner) => void;
}

/** Looks at one group when it is due, and brings its news on the way. */
export class GroupRunner implements Errand {
  readonly group: NotificationGroup;
  readonly lane: ChannelLane;
  readonly #parts: RunnerParts;
  #timer: ClockTimer | undefined;
  /** What the attempt under way tells, with alerts that are left out of the text. */
  #telling: readonly NotifiedAlert[] = [];
  #isOver = false;
  /** Settles when it is kept what the last attempt told. */
  #kept: Promise<void> = Promise.resolve();
  /** What was last decided to be told, and is kept. */
  #keptDecision: GroupDecision | undefined;

  constructor(group: NotificationGroup, parts: RunnerParts) {
    this.group = group;
    this.lane = parts.lane;
    this.#parts = parts;
  }

  /** Begins to look: a new group after its wait, one of an earlier process when its interval is over. */
  start(): void {
    if (this.#timer !== undefined) return;
    const nowMs = this.#parts.clock.now();
    const { groupWaitMs, groupIntervalMs } = this.#parts.timing;
    const { lastSentAtMs, owedSinceMs, entries } = this.group;
    const firstMs = Math.min(...entries.map(({ alert }) => alert.firedAt.getTime()), nowMs);
    const dueAtMs = lastSentAtMs === undefined ? firstMs + groupWaitMs : lastSentAtMs + groupIntervalMs;
    // A wall clock that was set back must not make it wait for longer than it ever should.
    const waitMs = Math.min(Math.max(0, dueAtMs - nowMs), Math.max(groupWaitMs, groupIntervalMs));
    this.#lookIn(owedSinceMs === undefined ? waitMs : 0);
  }

  /** Whether it was stopped. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Looks no more. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.lane.drop(this);
  }

  /** Learns which alerts of the group have changed; looks as soon as the caller is done if one of them cannot wait. */
  changed(alertIds: readonly string[]): void {
    if (this.#timer === undefined) return;
    const isUrgent = alertIds.some((id) => {
      const entry = this.group.entry(id);
      return entry !== undefined && this.#parts.isUrgent(entry);
    });
    // Later, so that the caller's records of the same change are kept before those of the look.
    if (isUrgent) queueMicrotask(() => this.#isOver || this.look());
  }

  /** Asks for an attempt if there is something to tell. */
  look(): void {
    const nowMs = this.#parts.clock.now();
    const decision = this.#parts.decide(this.group, nowMs);
    if (decision === undefined) {
      this.#rest(nowMs);
    } else {
      this.group.promise(decision.alerts, nowMs);
      this.lane.request(this);
    }
  }

  async prepare(): Promise<Notification | undefined> {
    await this.#kept;
    let decision = this.#decide();
    // Nothing is told before it is kept, or another process would not know what this one has told. Meanwhile it may change.
    while (decision !== undefined && !isSame(decision, this.#keptDecision)) {
      this.#keptDecision = decision;
      // oxlint-disable-next-line no-await-in-loop -- What has changed meanwhile is decided anew.
      await this.#parts.keep(this.group.newsRecords(decision.alerts));
      decision = this.#decide();
    }
    const nowMs = this.#parts.clock.now();
    if (decision === undefined) {
      this.#rest(nowMs);
      return undefined;
    }
    this.#telling = decision.alerts;
    return this.#parts.render(this.group, decision, nowMs);
  }

  settle(notification: Notification, result: DeliveryResult, { attempt }: DeliveryRecord): void {
    const outcome = { runner: this, alerts: this.#telling, notification, result };
    this.#telling = [];
    const ageMs = this.#parts.clock.now() - (this.group.owedSinceMs ?? Infinity);
    // What a paced channel is sent again is no news to anybody.
    const isRoutine = this.#parts.keepsResolved && notification.reason === 'repeat';
    if (isRoutine && result.status !== 'retry') {
      this.#close(outcome);
    } else if (result.status === 'delivered') {
      this.#close(outcome);
      this.#parts.onDelivered(outcome);
    } else if (result.status === 'permanent' || ageMs >= this.#parts.maxAgeMs) {
      this.#close(outcome);
      this.#parts.onGivenUp(outcome);
    } else if (attempt === 1) {
      this.#parts.onTrouble(outcome);
    }
  }

  #decide(): GroupDecision | undefined {
    return this.#parts.decide(this.group, this.#parts.clock.now());
  }

  #lookIn(delayMs: number): void {
    this.#timer = this.#parts.clock.setTimer(delayMs, () => {
      // First, so that looks keep their rhythm whatever a look leads to; a group that is empty stops itself.
      this.#lookIn(this.#parts.timing.groupIntervalMs);
      this.look();
      if (this.group.isEmpty) this.#parts.onEmpty(this);
    });
  }

  #close({ alerts, notification }: Outcome): void {
    const { keepsResolved, keep } = this.#parts;
    this.#kept = keep(this.group.settle({ alerts, atMs: notification.at.getTime(), keepsResolved }));
  }

  /** There is nothing to tell. */
  #rest(nowMs: number): void {
    const pruned = this.group.prune((entry) => this.#parts.isForgettable(entry, nowMs));
    void this.#parts.keep([...pruned, ...this.group.acquit()]);
  }
}

function isSame(decision: GroupDecision, other: GroupDecision | undefined): boolean {
  return (
    decision.reason === other?.reason &&
    decision.alerts.length === other.alerts.length &&
    decision.alerts.every(({ id, status, severity, firedAt }, index) => {
      const another = other.alerts[index];
      const isSameState = status === another?.status && severity === another.severity;
      return isSameState && id === another.id && firedAt.getTime() === another.firedAt.getTime();
    })
  );
}
