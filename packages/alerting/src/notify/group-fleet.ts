import type { ChannelHealth, NotificationChannel } from '@bduf/metrics-core/interfaces';
import type { ChannelCadence, PacedNotificationService } from './channel-cadence.ts';
import { ChannelLane, type LaneParts } from './channel-lane.ts';
import {
  type DecisionParts,
  createDecision,
  createPacedDecision,
  isForgettable,
  isPastRetention,
} from './group-decision.ts';
import { hasWorsened } from './group-news.ts';
import { GroupRunner, type RunnerParts } from './group-runner.ts';
import { NotificationGroup, groupIdentity } from './notification-group.ts';
import { type GroupTarget, type Routable, RouteTree } from './route-tree.ts';
import type { NotifierOptions } from './notifier-options.ts';

/** What all groups have in common. */
export interface FleetParts extends Omit<
  RunnerParts,
  'lane' | 'timing' | 'decide' | 'isForgettable' | 'isUrgent' | 'keepsResolved'
> {
  readonly service: PacedNotificationService;
  readonly lane: LaneParts;
  readonly decision: DecisionParts;
}

/** All groups of all channels, and the ways to the channels. */
export class GroupFleet {
  readonly #parts: FleetParts;
  readonly #routes: RouteTree;
  readonly #lanes = new Map<NotificationChannel, ChannelLane>();
  readonly #runners = new Map<string, GroupRunner>();
  #isStarted = false;

  constructor(parts: FleetParts, options: NotifierOptions) {
    this.#parts = parts;
    this.#routes = new RouteTree(options);
  }

  /** The groups that an alert belongs to; missing ones come into being. */
  runnersFor(alert: Routable): readonly GroupRunner[] {
    return this.#routes.targetsOf(alert).map((target) => this.#runnerOf(this.#pacedTarget(target) ?? target));
  }

  /** A group by what identifies it, paced as its route says; it comes into being if it is missing. */
  runnerOf(group: Pick<GroupTarget, 'channel' | 'groupKey' | 'groupLabels'>): GroupRunner {
    const timing = this.#routes.timingOf(group.groupKey);
    const target = { ...group, timing };
    return this.#runnerOf(this.#pacedTarget(target) ?? target);
  }

  /** A group that exists. */
  find(channel: NotificationChannel, groupKey: string): GroupRunner | undefined {
    return this.#runners.get(groupIdentity(channel, groupKey));
  }

  /** The way to a channel. */
  laneOf(channel: NotificationChannel): ChannelLane {
    const lane = this.#lanes.get(channel) ?? new ChannelLane(channel, this.#parts.lane);
    this.#lanes.set(channel, lane);
    return lane;
  }

  /** Begins to look at groups when they are due. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const runner of this.#runners.values()) runner.start();
  }

  /** Begins to look at a group, if it is time for that at all. */
  admit(runner: GroupRunner): void {
    if (this.#isStarted) runner.start();
  }

  /** Looks at all groups at once, ends pauses and resolves when nothing is left to tell. */
  async flush(): Promise<void> {
    for (const runner of this.#runners.values()) runner.look();
    const lanes = [...this.#lanes.values()];
    for (const lane of lanes) lane.hurry();
    await Promise.all(lanes.map(async (lane) => lane.idle()));
  }

  /** Ends everything at once. */
  close(): void {
    for (const lane of this.#lanes.values()) lane.close();
    for (const runner of this.#runners.values()) runner.stop();
  }

  /** How all channels are doing, in the order in which they came up. */
  health(nowMs: number): readonly ChannelHealth[] {
    const owed = new Map<NotificationChannel, number[]>();
    for (const { group } of this.#runners.values()) {
      if (group.owedSinceMs === undefined) continue;
      owed.set(group.channel, [...(owed.get(group.channel) ?? []), group.owedSinceMs]);
    }
    const channels = new Set([...(this.#parts.service.channels ?? []), ...this.#lanes.keys()]);
    return Array.from(channels, (channel) => {
      const sinceMs = owed.get(channel) ?? [];
      const oldestUndeliveredMs = sinceMs.length === 0 ? null : Math.max(0, nowMs - Math.min(...sinceMs));
      return { ...this.laneOf(channel).health, undelivered: sinceMs.length, oldestUndeliveredMs };
    });
  }

  #runnerOf(target: GroupTarget): GroupRunner {
    const key = groupIdentity(target.channel, target.groupKey);
    const runner = this.#runners.get(key) ?? new GroupRunner(new NotificationGroup(target), this.#runnerParts(target));
    this.#runners.set(key, runner);
    return runner;
  }

  #runnerParts({ channel, timing }: GroupTarget): RunnerParts {
    const { decision } = this.#parts;
    const shared = { ...this.#parts, timing, lane: this.laneOf(channel), onEmpty: this.#remove };
    const cadence = this.#cadenceOf(channel);
    if (cadence === undefined) {
      return {
        ...shared,
        decide: createDecision(decision, timing.repeatIntervalMs),
        isUrgent: hasWorsened,
        isForgettable: (entry) => isForgettable(entry, decision),
        keepsResolved: false,
      };
    }
    return {
      ...shared,
      decide: createPacedDecision(cadence),
      isUrgent: ({ alert, told }) => told?.status !== alert.status,
      isForgettable: (entry, nowMs) => isPastRetention(entry, cadence, nowMs),
      keepsResolved: true,
    };
  }

  /** A channel with a cadence gets all its alerts in one group: it groups by itself. */
  #pacedTarget({ channel }: GroupTarget): GroupTarget | undefined {
    const cadence = this.#cadenceOf(channel);
    if (cadence === undefined) return undefined;
    const timing = { groupWaitMs: 0, groupIntervalMs: cadence.intervalMs, repeatIntervalMs: cadence.resendDelayMs };
    return { channel, groupKey: '{}:{}', groupLabels: {}, timing };
  }

  #cadenceOf(channel: NotificationChannel): ChannelCadence | undefined {
    return this.#parts.service.cadenceOf?.(channel);
  }

  readonly #remove = (runner: GroupRunner): void => {
    runner.stop();
    this.#runners.delete(runner.group.key);
    this.#parts.onEmpty(runner);
  };
}
