import type {
  ChannelHealth,
  Clock,
  ClockTimer,
  DeliveryRecord,
  DeliveryResult,
  Notification,
  NotificationChannel,
  NotificationService,
} from '@bduf/metrics-core/interfaces';
import { attemptDelivery } from './attempt-delivery.ts';
import { DeliveryBackoff } from './delivery-backoff.ts';

/** Something that has news for a channel. */
export interface Errand {
  /** Writes down what there is to tell at this moment; `undefined`: nothing any more. Never rejects. */
  prepare(): Promise<Notification | undefined>;
  /** Learns what became of it. */
  settle(notification: Notification, result: DeliveryResult, record: DeliveryRecord): void;
}

/** What a lane needs of the world. */
export interface LaneParts {
  readonly service: NotificationService;
  readonly clock: Clock;
  /** Source of jitter: a number from 0 to below 1. */
  readonly random: () => number;
  readonly attemptTimeoutMs: number;
  readonly failureThreshold: number;
  readonly maxInFlight: number;
  readonly onAttempt: (record: DeliveryRecord) => void;
}

/**
 * Carries the news of all groups to one channel: few at a time, each group one at a time, again after a pause until it
 * has arrived. After several failures in a row the circuit opens: then there are only single probes, each with real
 * news, until one of them arrives.
 */
export class ChannelLane {
  readonly channel: NotificationChannel;
  readonly #parts: LaneParts;
  readonly #circuit: DeliveryBackoff;
  /** In the order in which they are tried. */
  readonly #waiting = new Set<Errand>();
  readonly #busy = new Map<Errand, AbortController>();
  /** Those that have more to tell after the present attempt. */
  readonly #again = new Set<Errand>();
  readonly #pausing = new Map<Errand, ClockTimer>();
  readonly #backoffs = new Map<Errand, DeliveryBackoff>();
  #resumeAtMs = -Infinity;
  #mayHurry = true;
  #resumption: ClockTimer | undefined;
  readonly #whenIdle: (() => void)[] = [];
  #isClosed = false;
  #lastDeliveredAtMs: number | undefined;
  #lastError: string | undefined;

  constructor(channel: NotificationChannel, parts: LaneParts) {
    this.channel = channel;
    this.#parts = parts;
    this.#circuit = new DeliveryBackoff(parts.random);
  }

  /** What is known of the channel, apart from what is owed to it. */
  get health(): Omit<ChannelHealth, 'undelivered' | 'oldestUndeliveredMs'> {
    return {
      channel: this.channel,
      circuitOpen: this.#isOpen,
      consecutiveFailures: this.#circuit.failures,
      ...(this.#lastDeliveredAtMs !== undefined && { lastDeliveredAt: new Date(this.#lastDeliveredAtMs) }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    };
  }

  /** Takes an errand; one that is on its way already runs again afterwards, one that pauses goes on pausing. */
  request(errand: Errand): void {
    if (this.#isClosed) return;
    if (this.#busy.has(errand)) this.#again.add(errand);
    else if (!this.#pausing.has(errand)) this.#waiting.add(errand);
    this.#pump();
  }

  /** Gives up an errand that is not on its way. */
  drop(errand: Errand): void {
    this.#waiting.delete(errand);
    this.#again.delete(errand);
    this.#pausing.get(errand)?.cancel();
    this.#pausing.delete(errand);
    this.#backoffs.delete(errand);
    this.#pump();
  }

  /** Ends pauses early, for a last chance before the process ends; not one that the channel asked for. */
  hurry(): void {
    if (this.#mayHurry) this.#resumeAtMs = -Infinity;
    this.#endPauses();
    this.#pump();
  }

  /** Resolves when no errand is left. */
  async idle(): Promise<void> {
    if (this.#isIdle) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Ends attempts under way and takes no more. */
  close(): void {
    this.#isClosed = true;
    this.#resumption?.cancel();
    for (const timer of this.#pausing.values()) timer.cancel();
    this.#pausing.clear();
    this.#waiting.clear();
    this.#again.clear();
    for (const abort of this.#busy.values()) abort.abort(new Error('the notifier was closed'));
    this.#pump();
  }

  /** Attempts once, out of turn, and tells nobody but the log. */
  async sendAside(notification: Notification): Promise<DeliveryRecord> {
    const { result, record } = await this.#attempt(notification, { attempt: 1, abort: new AbortController() });
    if (result.status === 'delivered') this.#arrived();
    this.#pump();
    return record;
  }

  get #isOpen(): boolean {
    return this.#circuit.failures >= this.#parts.failureThreshold;
  }

  get #isIdle(): boolean {
    return this.#waiting.size + this.#busy.size + this.#pausing.size === 0;
  }

  #pump(): void {
    const limit = this.#isOpen ? 1 : this.#parts.maxInFlight;
    for (const errand of this.#waiting) {
      if (this.#isClosed || this.#busy.size >= limit || this.#mustPause()) break;
      this.#waiting.delete(errand);
      void this.#carry(errand);
    }
    if (this.#isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** A method, since a field does not seem to change while one waits. */
  #mustStop(): boolean {
    return this.#isClosed;
  }

  #mustPause(): boolean {
    const pauseMs = this.#resumeAtMs - this.#parts.clock.monotonicMs();
    if (pauseMs <= 0) return false;
    this.#resumption ??= this.#parts.clock.setTimer(pauseMs, () => {
      this.#resumption = undefined;
      this.#pump();
    });
    return true;
  }

  async #carry(errand: Errand): Promise<void> {
    const abort = new AbortController();
    this.#busy.set(errand, abort);
    const notification = await errand.prepare();
    if (notification === undefined || this.#mustStop()) {
      this.#backoffs.delete(errand);
      this.#leave(errand);
      return;
    }
    const attempt = (this.#backoffs.get(errand)?.failures ?? 0) + 1;
    const { result, record } = await this.#attempt(notification, { attempt, abort });
    if (result.status === 'retry' && !this.#mustStop()) this.#postpone(errand, result.retryAfterMs);
    else this.#answered(errand, result);
    errand.settle(notification, result, record);
    this.#leave(errand);
  }

  async #attempt(
    notification: Notification,
    { attempt, abort }: { readonly attempt: number; readonly abort: AbortController },
  ): Promise<{ readonly result: DeliveryResult; readonly record: DeliveryRecord }> {
    const { clock, service, attemptTimeoutMs: timeoutMs } = this.#parts;
    const atMs = clock.now();
    const startedMs = clock.monotonicMs();
    const result = await attemptDelivery(service, notification, { clock, timeoutMs, abort });
    const firing = notification.alerts.filter(({ status }) => status === 'firing').length;
    const record: DeliveryRecord = {
      at: new Date(atMs),
      channel: this.channel,
      groupLabels: notification.groupLabels,
      firing,
      resolved: notification.alerts.length - firing,
      status: result.status,
      attempt,
      durationMs: clock.monotonicMs() - startedMs,
      ...(result.status !== 'delivered' && { error: result.error ?? 'no reason was given' }),
    };
    this.#lastError = record.error;
    this.#parts.onAttempt(record);
    return { result, record };
  }

  #postpone(errand: Errand, retryAfterMs: number | undefined): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const backoff = this.#backoffs.get(errand) ?? new DeliveryBackoff(this.#parts.random);
    this.#backoffs.set(errand, backoff);
    const pauseMs = backoff.fail(nowMs, retryAfterMs);
    const channelPauseMs = this.#circuit.fail(nowMs, retryAfterMs);
    // Who asks for a pause means all that comes from here, not this group.
    if (this.#isOpen || retryAfterMs !== undefined) {
      this.#pauseAll(nowMs + channelPauseMs, retryAfterMs === undefined);
      this.#again.add(errand);
    } else {
      this.#pauseOne(errand, pauseMs);
    }
  }

  #pauseAll(untilMs: number, mayHurry: boolean): void {
    this.#resumeAtMs = untilMs;
    this.#mayHurry = mayHurry;
    this.#resumption?.cancel();
    this.#resumption = undefined;
  }

  #pauseOne(errand: Errand, pauseMs: number): void {
    const timer = this.#parts.clock.setTimer(pauseMs, () => {
      this.#pausing.delete(errand);
      this.request(errand);
    });
    this.#pausing.set(errand, timer);
  }

  /** The channel is there and answers. */
  #answered(errand: Errand, { status }: DeliveryResult): void {
    this.#backoffs.delete(errand);
    if (status === 'delivered') this.#arrived();
    else this.#circuit.succeed();
  }

  #arrived(): void {
    const wasOpen = this.#isOpen;
    this.#circuit.succeed();
    this.#resumeAtMs = -Infinity;
    this.#mayHurry = true;
    this.#lastDeliveredAtMs = this.#parts.clock.now();
    // What waits for its own pause waited for this.
    if (wasOpen) this.#endPauses();
  }

  #endPauses(): void {
    for (const [errand, timer] of this.#pausing) {
      timer.cancel();
      this.#waiting.add(errand);
    }
    this.#pausing.clear();
  }

  #leave(errand: Errand): void {
    this.#busy.delete(errand);
    if (this.#again.delete(errand) && !this.#isClosed && !this.#pausing.has(errand)) this.#waiting.add(errand);
    this.#pump();
  }
}
