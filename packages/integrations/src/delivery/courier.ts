import type { Clock, MetricFamily } from '@bduf/metrics-core/interfaces';
import { withinDeadline } from '@bduf/metrics-core/primitives';
import { attempt, reasonOf } from './attempt.ts';
import { Circuit } from './circuit.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import type { DeliveryTarget, DropReason, Parcel } from './delivery-target.ts';
import { DeliveryTally, type DeliveryState } from './delivery-tally.ts';
import { Nap } from './nap.ts';
import { ParcelQueue, type QueuedParcel } from './parcel-queue.ts';
import { Round } from './round.ts';
import type { Postponed, Refused, SendOutcome } from './send-outcome.ts';

/** What a courier needs of the world. */
export interface CourierParts {
  readonly clock: Clock;
  /** Told once about each kind of trouble, until something arrives again. */
  readonly onError: (error: Error) => void;
  /** Source of jitter; see `RetryBackoff`. */
  readonly random?: () => number;
}

/**
 * Brings read-outs to one target: each parcel in order, one at a time, again until it has arrived or has to be given up.
 *
 * Nothing here throws or rejects. What cannot be delivered is counted with a reason; parcels of differences that are
 * given up through no fault of theirs go back to their target, which delivers them with the next read-out.
 */
export class Courier {
  readonly #target: DeliveryTarget;
  readonly #options: DeliveryOptions;
  readonly #clock: Clock;
  readonly #onError: (error: Error) => void;
  readonly #queue: ParcelQueue;
  readonly #circuit: Circuit;
  readonly #nap: Nap;
  readonly #tally = new DeliveryTally();
  #isRunning = false;
  #isClosed = false;
  #current: AbortController | undefined;
  #lastTrouble: string | undefined;
  #owes = false;

  constructor(target: DeliveryTarget, options: DeliveryOptions, { clock, onError, random }: CourierParts) {
    this.#target = target;
    this.#options = options;
    this.#clock = clock;
    this.#onError = onError;
    this.#queue = new ParcelQueue(options.maxQueueBytes);
    this.#circuit = new Circuit({ ...options, ...(random !== undefined && { random }) });
    this.#nap = new Nap(clock);
  }

  /** Counts and levels of this moment. */
  state(): DeliveryState {
    const { first, bytes } = this.#queue;
    return {
      target: this.#target.name,
      ...this.#tally.counts(),
      queueBytes: bytes,
      oldestSeconds: first === undefined ? 0 : (this.#clock.monotonicMs() - first.sinceMs) / 1000,
      isCircuitOpen: this.#circuit.isOpen,
    };
  }

  /** Whether increases were taken back for a newer read-out that had been written before: the next one has them. */
  get owes(): boolean {
    return this.#owes;
  }

  /** Takes a read-out over. Read-outs must come in order of time. */
  push(families: readonly MetricFamily[], nowMs: number): Round {
    const round = new Round(this.#target.name);
    if (this.#target.backlog === 'latest') this.#give(this.#queue.remove(isWaiting), 'superseded');
    this.#owes = false;
    const drop = (reason: DropReason, points: number): void => {
      round.lost(points);
      this.#tally.drop(reason, points);
    };
    try {
      for (const parcel of this.#target.encode({ families, nowMs, drop })) this.#enqueue(parcel, round);
    } catch (error) {
      drop('encoding_failed', 1);
      this.#trouble(round, `The metrics cannot be written for it: ${reasonOf(error)}`);
    }
    round.seal();
    void this.#run();
    return round;
  }

  /** Tries at once, unless the target asked for a pause. */
  hurry(): void {
    this.#circuit.hurry();
    this.#nap.wake();
  }

  /** Waits until nothing is left to do, or for a time. */
  async drained(deadlineMs: number): Promise<void> {
    const idle = async (): Promise<void> => {
      // Each parcel that is settled may be followed by another one.
      // oxlint-disable-next-line no-await-in-loop
      for (let { first } = this.#queue; first !== undefined; { first } = this.#queue) await first.round.settled;
    };
    await withinDeadline(idle(), deadlineMs, this.#clock);
  }

  /** Gives up what is left, and lets go of everything. */
  close(): void {
    this.#isClosed = true;
    this.#give(
      this.#queue.remove(() => true),
      'closed',
    );
    this.#current?.abort(new Error('the delivery was closed'));
    this.#nap.wake();
    this.#target.close?.();
  }

  #enqueue(parcel: Parcel, round: Round): void {
    round.opened(parcel.points);
    const added = {
      parcel,
      round,
      sinceMs: this.#clock.monotonicMs(),
      attempts: 0,
      isUnclear: false,
      isInFlight: false,
    };
    this.#give(this.#isClosed ? [added] : this.#queue.add(added), this.#isClosed ? 'closed' : 'queue_full');
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let { first } = this.#queue; first !== undefined; { first } = this.#queue) {
      const pauseMs = this.#circuit.pauseMs(this.#clock.monotonicMs());
      // Parcels go one after another, since what is newer must not arrive before what is older.
      // oxlint-disable-next-line no-await-in-loop
      await (pauseMs > 0 ? this.#nap.take(pauseMs) : this.#attempt(first));
    }
    this.#isRunning = false;
  }

  async #attempt(first: QueuedParcel): Promise<void> {
    const maxAgeMs = Math.min(this.#options.maxAgeMs, this.#target.maxAgeMs ?? Infinity);
    if (this.#clock.monotonicMs() - first.sinceMs > maxAgeMs) {
      this.#giveOne(first, 'expired');
      return;
    }
    first.isInFlight = true;
    this.#current = new AbortController();
    const { timeoutMs } = this.#options;
    const limits = { clock: this.#clock, timeoutMs, abort: this.#current };
    // Async, so that a target that throws at once is no different from one that rejects.
    const outcome = await attempt(async (signal) => this.#target.send(first.parcel.body, signal), limits);
    first.isInFlight = false;
    if (!this.#isClosed) this.#settle(first, outcome);
  }

  #settle(first: QueuedParcel, outcome: SendOutcome): void {
    this.#tally.request(outcome.status);
    if (outcome.status === 'delivered') {
      this.#circuit.succeed();
      this.#arrived(first, outcome.rejected ?? 0, outcome.note);
      return;
    }
    this.#trouble(first.round, outcome.note);
    if (outcome.status === 'refused') this.#refused(first, outcome);
    else this.#postponed(first, outcome);
  }

  #arrived(first: QueuedParcel, rejected: number, note: string | undefined): void {
    const { parcel, round } = first;
    this.#queue.remove((each) => each === first);
    this.#lastTrouble = undefined;
    this.#tally.send(parcel.points - rejected);
    if (rejected > 0) this.#tally.drop('rejected', rejected);
    if (note !== undefined) this.#trouble(round, note);
    round.delivered(parcel.points, rejected);
  }

  #refused(first: QueuedParcel, { fault }: Refused): void {
    if (fault === 'access') {
      this.#circuit.fail(this.#clock.monotonicMs());
      this.#giveOne(first, 'access_denied');
    } else {
      // The target is there and answers.
      this.#circuit.succeed();
      this.#giveOne(first, 'refused');
    }
  }

  #postponed(first: QueuedParcel, { retryAfterMs, isUnclear = false }: Postponed): void {
    first.attempts += 1;
    this.#circuit.fail(this.#clock.monotonicMs(), retryAfterMs);
    if (isUnclear) {
      first.isUnclear = true;
      if (this.#target.isIdempotent !== true) this.#tally.doubt(first.parcel.points);
    }
    if (this.#mustNotRepeat(first)) this.#giveOne(first, 'unclear');
    else if (first.attempts >= this.#options.maxAttempts) this.#giveOne(first, 'retries_exhausted');
    else if (this.#target.backlog === 'latest' && this.#queue.hasOtherThan(first.round)) {
      this.#owes = true;
      this.#giveOne(first, 'superseded');
    }
  }

  #mustNotRepeat({ isUnclear }: QueuedParcel): boolean {
    return isUnclear && this.#options.whenUnclear === 'drop' && this.#target.isIdempotent !== true;
  }

  #giveOne(one: QueuedParcel, reason: DropReason): void {
    this.#give(
      this.#queue.remove((each) => each === one),
      reason,
    );
  }

  /** Gives parcels up. */
  #give(parcels: readonly QueuedParcel[], reason: DropReason): void {
    for (const each of parcels) {
      this.#tally.drop(reason, each.parcel.points);
      // Only what is wrong with a refused one is lost for good.
      if (reason !== 'refused') this.#takeBack(each);
      each.round.dropped(each.parcel.points);
    }
  }

  /** Increases go back to the target, which makes them part of another body: no longer the one that may have arrived. */
  #takeBack({ parcel, isUnclear }: QueuedParcel): void {
    if (parcel.takeBack === undefined) return;
    if (isUnclear && this.#target.isIdempotent === true) this.#tally.doubt(parcel.points);
    if (!isUnclear || this.#options.whenUnclear === 'repeat') parcel.takeBack();
  }

  #trouble(round: Round, note: string): void {
    round.trouble(note);
    // The first words say what kind it is, such as `answered 400`; the rest may be a server's text of that moment.
    const kind = note.split(' ', 2).join(' ');
    if (kind === this.#lastTrouble) return;
    this.#lastTrouble = kind;
    this.#onError(new Error(`Metrics for ${this.#target.name}: ${note}`));
  }
}

function isWaiting({ isInFlight }: QueuedParcel): boolean {
  return !isInFlight;
}
