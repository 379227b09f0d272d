import { HistoryGap, type MetricFamily, type MetricObservation } from '@bduf/metrics-core/interfaces';
import { hasShape } from '../store/metric-shape.ts';
import { MetricTimeline } from '../store/metric-timeline.ts';
import { tierSinceMs } from '../store/tier-choice.ts';
import type { HistorySettings } from './history-options.ts';

/** What a new series is counted with before its labels are known. */
const SERIES_BYTES = 400;

/** What had to go, ever. */
export interface HistoryLosses {
  /** Samples and cells that had to go before their time, for want of room. */
  evictedSamples: number;
  /** How often a series could not be kept, for want of room. */
  refusedSeries: number;
}

interface StoredMetric {
  readonly timeline: MetricTimeline;
  /** Number of the last question about it; 0 when nobody has asked yet. */
  askedAt: number;
}

const NEVER = (): boolean => false;

/** The timelines of all metrics, within one budget. */
export class HistoryStore {
  /** What had to go. */
  readonly losses: HistoryLosses = { evictedSamples: 0, refusedSeries: 0 };
  readonly #settings: HistorySettings;
  readonly #metrics = new Map<string, StoredMetric>();
  #usedBytes = 0;
  /** Of those, what series take without their samples. */
  #seriesBytes = 0;
  #questions = 0;

  constructor(settings: HistorySettings) {
    this.#settings = settings;
  }

  /** Bytes held. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** All timelines. */
  get timelines(): readonly MetricTimeline[] {
    return Array.from(this.#metrics.values(), ({ timeline }) => timeline);
  }

  /** The timeline of a metric. */
  timeline(name: string): MetricTimeline | undefined {
    return this.#metrics.get(name)?.timeline;
  }

  /** Takes note that somebody asks about a metric: it is evicted later than others. */
  ask(name: string): void {
    const metric = this.#metrics.get(name);
    if (metric !== undefined) metric.askedAt = ++this.#questions;
  }

  /**
   * Makes a timeline for a family if there is none, and finds the series of its rows.
   *
   * @param observedSinceMs - Of a timeline that is made.
   * @returns The timeline when all rows are known; `undefined` when time was up before.
   */
  prepare(family: MetricFamily, observedSinceMs: number, isTimeUp: () => boolean = NEVER): MetricTimeline | undefined {
    const timeline = this.#timelineOf(family, observedSinceMs);
    return timeline.slots.learn(family, () => this.#admit(), isTimeUp) ? timeline : undefined;
  }

  /** Appends a family that was prepared. */
  append(timeline: MetricTimeline, family: MetricFamily, atMs: number): void {
    if (this.#makeRoom(timeline.tickBytes())) timeline.append(family, atMs);
    else this.losses.evictedSamples += timeline.slots.size;
    this.count();
  }

  /** Compresses, and drops what is too old or too much. Returns whether nothing is left to do. */
  work(nowMs: number, isTimeUp: () => boolean = NEVER): boolean {
    for (const { timeline } of this.#metrics.values()) {
      if (!timeline.work(isTimeUp)) return false;
    }
    for (const { timeline } of this.#metrics.values()) timeline.expire(nowMs);
    this.#makeRoom(0);
    return true;
  }

  /** Since when a metric is known, from its timeline. */
  observation(name: string): MetricObservation | undefined {
    const timeline = this.timeline(name);
    if (timeline === undefined) return undefined;
    const sinceMs = Math.min(...timeline.tiers.map((_, tier) => tierSinceMs(timeline, tier)));
    const isLost = sinceMs > timeline.observedSinceMs;
    return { sinceMs, reason: isLost ? HistoryGap.BEFORE_RETENTION : HistoryGap.OBSERVATION_BEGAN };
  }

  /** Forgets all. */
  clear(): void {
    this.#metrics.clear();
    this.count();
  }

  /** Counts the bytes anew. */
  count(): void {
    let [bytes, seriesBytes] = [0, 0];
    for (const { timeline } of this.#metrics.values()) {
      bytes += timeline.byteLength;
      seriesBytes += timeline.slots.byteLength;
    }
    this.#usedBytes = bytes;
    this.#seriesBytes = seriesBytes;
  }

  #timelineOf(family: MetricFamily, observedSinceMs: number): MetricTimeline {
    const known = this.#metrics.get(family.name);
    if (known !== undefined && hasShape(family, known.timeline.shape)) return known.timeline;
    // The same name with other numbers is another metric.
    const { tiers, interruptedAfterMs } = this.#settings;
    const timeline = new MetricTimeline(family, { tiers, interruptedAfterMs, observedSinceMs });
    this.#metrics.set(family.name, { timeline, askedAt: known?.askedAt ?? 0 });
    return timeline;
  }

  /** Series that took all the room would leave none for samples, not even for those of series that were there before. */
  #admit(): boolean {
    const isFair = this.#seriesBytes + SERIES_BYTES <= this.#settings.maxBytes / 2;
    if (isFair && this.#makeRoom(SERIES_BYTES)) {
      this.#usedBytes += SERIES_BYTES;
      this.#seriesBytes += SERIES_BYTES;
      return true;
    }
    this.losses.refusedSeries++;
    return false;
  }

  /** Evicts until so many bytes are free. Returns whether they are. */
  #makeRoom(bytes: number): boolean {
    const { maxBytes } = this.#settings;
    if (this.#usedBytes + bytes <= maxBytes) return true;
    this.count();
    while (this.#usedBytes + bytes > maxBytes) {
      if (!this.#evictOnce()) return false;
      this.count();
    }
    return true;
  }

  /** Evicts from the metric that nobody has asked about for the longest time. */
  #evictOnce(): boolean {
    for (const { timeline } of this.#metrics.values()) if (timeline.dropSpare()) return true;
    const byQuestion = [...this.#metrics.values()].toSorted((a, b) => a.askedAt - b.askedAt);
    for (const evict of ['evict', 'evictRecent'] as const) {
      for (const { timeline } of byQuestion) {
        const before = timeline.byteLength;
        this.losses.evictedSamples += timeline[evict]();
        if (timeline.byteLength < before) return true;
      }
    }
    return false;
  }
}
