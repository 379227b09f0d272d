import cluster, { type Worker } from 'node:cluster';
import type { Clock } from '../../interfaces/clock.ts';
import { deferred } from '../../collector/deferred.ts';
import type { SourceReading } from '../merge/family-merger.ts';
import { CLUSTER_KEY, type PrimaryMessage, type SnapshotMessage } from './cluster-messages.ts';
import { SnapshotReader } from './snapshot-reader.ts';

/** Options of a {@link ClusterGroup}. */
export interface ClusterGroupOptions {
  readonly group: string;
  readonly clock: Clock;
  /** How long a read-out waits for answers, in milliseconds. */
  readonly timeoutMs: number;
  /** A worker is heard of, or has not answered in time. */
  readonly onHeard: (worker: string, isUp: boolean) => void;
  /** A read-out goes on without the answers of some workers. */
  readonly onPartial: () => void;
  /** A worker process has exited; `last` are the metrics of its last snapshot. */
  readonly onExited: (worker: string, isOk: boolean, last: SourceReading['families']) => void;
}

interface Member {
  readonly worker: Worker;
  readonly reader: SnapshotReader;
  /** Whether it left a request unanswered and has not been heard of since. */
  isSilent: boolean;
  /** Called with its next answer. */
  answered: ((request: number | undefined) => void) | undefined;
}

/** The worker processes of this cluster that report their metrics. */
export class ClusterGroup {
  readonly #options: ClusterGroupOptions;
  readonly #members = new Map<number, Member>();
  readonly #onMessage = (worker: Worker, message: unknown): void => this.#take(worker, message);
  readonly #onGone = (worker: Worker): void => this.#settleExit(worker);
  #requests = 0;
  #running: Promise<void> | undefined;

  constructor(options: ClusterGroupOptions) {
    this.#options = options;
    cluster.on('message', this.#onMessage);
    cluster.on('disconnect', this.#onGone);
    cluster.on('exit', this.#onGone);
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker !== undefined) post(worker, { kind: 'welcome', group: options.group, probe: PROBE });
    }
  }

  /** Workers that report and live. */
  get size(): number {
    return this.#members.size;
  }

  /** The latest snapshots, with their age in milliseconds. */
  read(names: ReadonlySet<string> | undefined): readonly (SourceReading & { readonly ageMs: number })[] {
    const nowMs = this.#options.clock.now();
    return Array.from(this.#members.values(), ({ worker, reader }) => ({
      source: String(worker.id),
      families: reader.families.filter(({ family }) => names === undefined || names.has(family.name)),
      ageMs: Math.max(0, nowMs - reader.takenMs),
    }));
  }

  /**
   * Asks all workers for what is new, once for all who wait. A worker that did not answer the last time is asked again, but not
   * waited for until it is heard of.
   *
   * @param signal - Ends the waiting of this caller.
   */
  async refresh(signal: AbortSignal | undefined): Promise<void> {
    this.#running ??= this.#ask().finally(() => {
      this.#running = undefined;
    });
    if (signal === undefined) return this.#running;
    const aborted = deferred();
    if (signal.aborted) return undefined;
    signal.addEventListener('abort', aborted.resolve);
    await Promise.race([this.#running, aborted.promise]);
    signal.removeEventListener('abort', aborted.resolve);
  }

  /** Stops listening. */
  close(): void {
    cluster.off('message', this.#onMessage);
    cluster.off('disconnect', this.#onGone);
    cluster.off('exit', this.#onGone);
  }

  async #ask(): Promise<void> {
    const { group, timeoutMs, clock } = this.#options;
    const request = ++this.#requests;
    const members = [...this.#members.values()].filter(({ worker }) => worker.isConnected());
    const waiting = new Set(members.filter(({ isSilent }) => !isSilent));
    const { promise, resolve } = deferred();
    for (const member of members) {
      member.answered = (answer) => {
        if (answer === request || !member.worker.isConnected()) waiting.delete(member);
        if (waiting.size === 0) resolve();
      };
      post(member.worker, { kind: 'collect', group, probe: PROBE, request, timeoutMs });
    }
    if (waiting.size > 0) {
      const timer = clock.setTimer(timeoutMs, resolve);
      await promise;
      timer.cancel();
    }
    for (const member of waiting) member.isSilent = true;
    const living = members.filter(({ worker }) => this.#members.has(worker.id));
    for (const { worker, isSilent } of living) this.#options.onHeard(String(worker.id), !isSilent);
    if (living.some(({ isSilent }) => isSilent)) this.#options.onPartial();
  }

  #take(worker: Worker, message: unknown): void {
    const snapshot = snapshotOf(message);
    if (snapshot === undefined || snapshot.group !== this.#options.group) return;
    const member = this.#members.get(worker.id) ?? this.#join(worker);
    member.reader.read(snapshot);
    if (member.isSilent) this.#options.onHeard(String(worker.id), true);
    member.isSilent = false;
    member.answered?.(snapshot.request);
  }

  #join(worker: Worker): Member {
    const member = { worker, reader: new SnapshotReader(), isSilent: false, answered: undefined };
    this.#members.set(worker.id, member);
    this.#options.onHeard(String(worker.id), true);
    return member;
  }

  /** A worker is gone when its process has exited and its channel is read to the end; either may come first. */
  #settleExit(worker: Worker): void {
    const member = this.#members.get(worker.id);
    if (member === undefined) return;
    member.answered?.(undefined);
    if (!worker.isDead() || worker.isConnected()) return;
    this.#members.delete(worker.id);
    const isOk = worker.process.exitCode === 0;
    this.#options.onExited(String(worker.id), isOk, member.reader.families);
  }
}

/** Arrives as it is only where the channel carries bytes. */
const PROBE = new Uint8Array(1);

/** Sends a message; what is closed meanwhile is dealt with when its exit is told. */
function post(worker: Worker, message: PrimaryMessage): void {
  worker.send({ [CLUSTER_KEY]: message }, () => undefined);
}

/** What a worker reports, if the message is a report. */
function snapshotOf(message: unknown): SnapshotMessage | undefined {
  if (typeof message !== 'object' || message === null || !(CLUSTER_KEY in message)) return undefined;
  // Nobody else uses the key, and it names the version.
  return message[CLUSTER_KEY] as SnapshotMessage;
}
