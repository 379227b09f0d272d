import type { SampleSegment } from './sample-segment.ts';
import type { SealedSegment } from './sealed-segment.ts';
import { type Tick, TickSegment } from './tick-segment.ts';

/** Ticks of a segment at most, however close they are. */
const MAX_TICKS = 240;

/** How one tier keeps samples. */
export interface TierPlan {
  /** Distance of its samples, in milliseconds. */
  readonly stepMs: number;
  /** How long they are kept. */
  readonly retentionMs: number;
  /** Length of a segment: what is compressed and dropped as a whole. A multiple of the step of the next tier. */
  readonly segmentMs: number;
}

/** The segments of one metric in one tier. */
export class HistoryTier {
  /** How samples are kept. */
  readonly plan: TierPlan;
  /** Numbers of a sample. */
  readonly width: number;
  /** Compressed segments, oldest first. */
  readonly #sealed: SealedSegment[] = [];
  /** Full segments that wait to be compressed, oldest first. */
  readonly #full: TickSegment[] = [];
  readonly #holdsCells: boolean;
  #open: TickSegment | undefined;
  #sealedBytes = 0;
  #lostUntilMs = -Infinity;

  constructor(plan: TierPlan, width: number, holdsCells: boolean) {
    this.plan = plan;
    this.width = width;
    this.#holdsCells = holdsCells;
  }

  /** Bytes held. */
  get byteLength(): number {
    let bytes = this.#sealedBytes + (this.#open?.byteLength ?? 0);
    for (const segment of this.#full) bytes += segment.byteLength;
    return bytes;
  }

  /** Bytes of compressed segments. */
  get sealedBytes(): number {
    return this.#sealedBytes;
  }

  /** Samples in compressed segments. */
  get sealedSamples(): number {
    return this.#sealed.reduce((sum, { samples }) => sum + samples, 0);
  }

  /** Time of the first sample that is left; Infinity without any. */
  get firstMs(): number {
    return this.#sealed[0]?.firstMs ?? this.recent[0]?.firstMs ?? Infinity;
  }

  /** Since when it has anything; Infinity without any. A cell has the time of its last tick, and knows what was before. */
  get keptSinceMs(): number {
    const { firstMs } = this;
    return this.#holdsCells ? Math.floor(firstMs / this.plan.stepMs) * this.plan.stepMs : firstMs;
  }

  /** Time up to which samples were dropped; -Infinity when none were. */
  get lostUntilMs(): number {
    return this.#lostUntilMs;
  }

  /** All segments, oldest first. */
  get segments(): readonly SampleSegment[] {
    return [...this.#sealed, ...this.recent];
  }

  /** Segments that the next tier does not know yet, oldest first. */
  get recent(): readonly TickSegment[] {
    return this.#open === undefined ? this.#full : [...this.#full, this.#open];
  }

  /** The oldest segment that waits to be compressed. */
  get nextToSeal(): TickSegment | undefined {
    return this.#full[0];
  }

  /** Appends a tick, after all others. */
  push(tick: Tick): void {
    this.closeBefore(tick.atMs);
    this.#open ??= new TickSegment(this.#endOfSegment(tick.atMs));
    this.#open.push(tick);
    if (this.#open.size >= MAX_TICKS) this.#close();
  }

  /** Says that no tick before a moment is to come. */
  closeBefore(atMs: number): void {
    if (this.#open !== undefined && atMs >= this.#open.endMs) this.#close();
  }

  /** Puts the compressed form of the oldest full segment in its place, and returns the columns that nobody needs any more. */
  replaceOldestFull(sealed: SealedSegment): readonly Float64Array[] {
    const columns = this.#full.shift()?.takeColumns() ?? [];
    this.#sealed.push(sealed);
    this.#sealedBytes += sealed.byteLength;
    return columns;
  }

  /** Drops segments that are older than the retention. Returns whether there were any. */
  dropExpired(nowMs: number): boolean {
    let dropped = false;
    while ((this.#sealed[0]?.lastMs ?? Infinity) < nowMs - this.plan.retentionMs) {
      this.dropOldest();
      dropped = true;
    }
    return dropped;
  }

  /** Drops the oldest compressed segment, if any, and returns how many samples that were. */
  dropOldest(): number {
    const oldest = this.#sealed.shift();
    if (oldest === undefined) return 0;
    this.#sealedBytes -= oldest.byteLength;
    this.#lostUntilMs = oldest.lastMs;
    return oldest.samples;
  }

  /** Drops what is not compressed, but for the last tick, and returns how many samples that were. */
  dropRecent(): number {
    let dropped = 0;
    for (const segment of this.recent) {
      dropped += segment.dropAllButLast();
      this.#lostUntilMs = Math.max(this.#lostUntilMs, segment.lastMs);
    }
    return dropped;
  }

  #close(): void {
    if (this.#open !== undefined) this.#full.push(this.#open);
    this.#open = undefined;
  }

  #endOfSegment(atMs: number): number {
    const { segmentMs } = this.plan;
    return (Math.floor(atMs / segmentMs) + 1) * segmentMs;
  }
}
