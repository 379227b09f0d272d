import type { FamilyBlock, MetricFamily, NativeHistogramBlock } from '@bduf/metrics-core/interfaces';
import { type NativeRow, nativeBlockOf } from '../native/native-row.ts';
import { CellBuilder } from './cell-builder.ts';
import { cellWidth } from './cell-columns.ts';
import { HistoryTier, type TierPlan } from './history-tier.ts';
import { type MetricShape, shapeOf } from './metric-shape.ts';
import { RowSlots } from './row-slots.ts';
import { SampleTrails } from './sample-trail.ts';
import { SegmentSealing } from './segment-sealing.ts';
import { SpareColumns } from './spare-columns.ts';
import { type Tick, TickSegment } from './tick-segment.ts';

/** What a {@link MetricTimeline} needs to know. */
export interface TimelineOptions {
  /** Finest first. */
  readonly tiers: readonly TierPlan[];
  /** A distance of ticks from which on a value does not hold between them. */
  readonly interruptedAfterMs: number;
  /** Since when the metric is observed. */
  readonly observedSinceMs: number;
}

interface Sealing {
  readonly tier: number;
  readonly work: SegmentSealing;
  readonly cells: CellBuilder | undefined;
}

const NEVER = (): boolean => false;

/** All that is remembered of one metric. */
export class MetricTimeline {
  /** What its numbers mean. */
  readonly shape: MetricShape;
  /** Since when it is observed, whether it had series then or not. */
  readonly observedSinceMs: number;
  /** A distance of ticks from which on a value does not hold between them. */
  readonly interruptedAfterMs: number;
  /** Finest first: samples as they are, then cells. */
  readonly tiers: readonly HistoryTier[];
  /** Its series by slot. */
  readonly slots: RowSlots = new RowSlots();
  /** How far samples have become cells. */
  readonly trails: SampleTrails;
  readonly #spare = new SpareColumns();
  #sealing: Sealing | undefined;
  #createdMs = new Float64Array(0);
  #seenMs = new Float64Array(0);
  #leastSchema: number | undefined;
  #lastMs = -Infinity;
  #isAbsent = true;

  constructor(family: MetricFamily, { tiers, interruptedAfterMs, observedSinceMs }: TimelineOptions) {
    this.shape = shapeOf(family);
    this.observedSinceMs = observedSinceMs;
    this.interruptedAfterMs = interruptedAfterMs;
    const { width } = this.shape;
    this.tiers = tiers.map((plan, at) => new HistoryTier(plan, at === 0 ? width : cellWidth(width), at > 0));
    this.trails = new SampleTrails(width);
  }

  /** Time of the last tick. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Least resolution of all native histograms that there were; `undefined` without any. */
  get leastSchema(): number | undefined {
    return this.#leastSchema;
  }

  /** Bytes held. */
  get byteLength(): number {
    const columns = this.#createdMs.byteLength + this.#seenMs.byteLength + this.#spare.byteLength;
    return this.tiers.reduce(
      (sum, { byteLength }) => sum + byteLength,
      this.slots.byteLength + this.trails.byteLength + columns,
    );
  }

  /** Bytes that a tick of the family takes before it is compressed. */
  tickBytes(): number {
    return 96 + this.slots.series.length * (8 * this.shape.width + 1);
  }

  /**
   * Appends the visible rows of a family whose rows the slots have learnt; series that are not among them end.
   *
   * @param family - Copied.
   * @param atMs - After all other ticks.
   */
  append(family: MetricFamily, atMs: number): void {
    this.tiers[0]?.push(this.#tickOf(family, atMs));
    this.#lastMs = atMs;
    this.#isAbsent = false;
  }

  /** Says that the metric has no series at a moment. */
  appendAbsence(atMs: number): void {
    if (this.#isAbsent) return;
    const slots = this.slots.series.length;
    const values = new Float64Array(slots * this.shape.width);
    this.tiers[0]?.push({ atMs, slots, values, present: new Uint8Array(slots), native: undefined });
    this.#lastMs = atMs;
    this.#isAbsent = true;
  }

  /** A read-out as a segment of its own, not kept: the present beside the past. */
  present(family: MetricFamily, atMs: number): TickSegment {
    const segment = new TickSegment(Infinity);
    segment.push(this.#tickOf(family, atMs));
    return segment;
  }

  /**
   * Compresses what is full and turns it into cells, until time is up.
   *
   * @returns Whether nothing is left to do.
   */
  work(isTimeUp: () => boolean = NEVER): boolean {
    for (;;) {
      this.#sealing ??= this.#nextSealing();
      if (this.#sealing === undefined) return true;
      const { tier, work, cells } = this.#sealing;
      const sealed = work.run((slot) => this.slots.series[slot], isTimeUp);
      if (sealed === undefined) return false;
      this.#sealing = undefined;
      const columns = this.tiers[tier]?.replaceOldestFull(sealed) ?? [];
      if (tier === 0) this.#spare.give(columns);
      for (const tick of cells?.finish() ?? []) this.tiers[tier + 1]?.push(tick);
      if (isTimeUp()) return this.#nextSealing() === undefined;
    }
  }

  /** Drops what is older than the tiers keep, and series without samples. */
  expire(nowMs: number): void {
    let dropped = false;
    // Cells that are still to come from a finer tier belong to the same segment.
    let completeMs = nowMs;
    for (const tier of this.tiers) {
      tier.closeBefore(completeMs);
      completeMs = Math.min(completeMs, tier.recent[0]?.firstMs ?? Infinity);
      dropped = tier.dropExpired(nowMs) || dropped;
    }
    if (dropped) this.#releaseSeries();
  }

  /** Gives memory back that is only kept for ticks to come. Returns whether there was any. */
  dropSpare(): boolean {
    return this.#spare.drop();
  }

  /** Drops the oldest compressed segment of the tier that has most bytes. Returns how many samples that were, 0 without any. */
  evict(): number {
    const [largest] = this.tiers.toSorted((a, b) => b.sealedBytes - a.sealedBytes);
    const evicted = largest?.dropOldest() ?? 0;
    if (evicted > 0) this.#releaseSeries();
    return evicted;
  }

  /** Drops what is not compressed, and returns how many samples that were. */
  evictRecent(): number {
    this.work();
    return this.tiers.reduce((sum, tier) => sum + tier.dropRecent(), 0);
  }

  #nextSealing(): Sealing | undefined {
    const tier = this.tiers.findIndex(({ nextToSeal }) => nextToSeal !== undefined);
    const segment = this.tiers[tier]?.nextToSeal;
    if (segment === undefined) return undefined;
    const next = this.tiers[tier + 1];
    const cells =
      next &&
      new CellBuilder({
        shape: this.shape,
        stepMs: next.plan.stepMs,
        timestampsMs: segment.timestampsMs,
        slots: segment.slots,
        trails: tier === 0 ? this.trails : undefined,
        interruptedAfterMs: this.interruptedAfterMs,
      });
    const width = this.tiers[tier]?.width ?? 0;
    return { tier, work: new SegmentSealing(segment, width, cells), cells };
  }

  #tickOf(family: MetricFamily, atMs: number): Tick {
    const slots = this.slots.series.length;
    const { width } = this.shape;
    const values = this.#spare.take(slots * width);
    const present = new Uint8Array(slots);
    const natives: (NativeRow | undefined)[] = [];
    this.#makeRoom(slots);
    let count = 0;
    for (const [at, block] of family.blocks.entries()) {
      const rows = this.slots.rowsOf(at);
      count += copyRows(block, rows, { values, present, width });
      this.#see(block, rows, atMs);
      if (block.native !== undefined) this.#seeNatives({ block: block.native, hidden: block.hidden }, rows, natives);
    }
    const native = natives.length === 0 ? undefined : nativesBySlot(natives, slots);
    return { atMs, slots, values, present: count === slots ? undefined : present, native };
  }

  #see({ createdMs, hidden, rowCount }: FamilyBlock, rows: Int32Array, atMs: number): void {
    const [created, seen] = [this.#createdMs, this.#seenMs];
    for (let row = 0; row < rowCount; row++) {
      const slot = rows[row] ?? -1;
      if (slot < 0 || hidden?.[row] === 1) continue;
      seen[slot] = atMs;
      const bornMs = createdMs[row] ?? NaN;
      const known = created[slot] ?? NaN;
      // Infinity marks a slot that is new.
      if (known === bornMs || (Number.isNaN(known) && Number.isNaN(bornMs))) continue;
      created[slot] = bornMs;
      this.slots.series[slot]?.live(atMs, bornMs);
    }
  }

  #seeNatives(
    { block, hidden }: { readonly block: NativeHistogramBlock; readonly hidden: Uint8Array | undefined },
    rows: Int32Array,
    natives: (NativeRow | undefined)[],
  ): void {
    for (let row = 0; row < block.schemas.length; row++) {
      const slot = rows[row] ?? -1;
      if (slot < 0 || hidden?.[row] === 1) continue;
      natives[slot] = { block, row };
      const schema = block.schemas[row] ?? 0;
      this.#leastSchema = Math.min(this.#leastSchema ?? schema, schema);
    }
  }

  #makeRoom(slots: number): void {
    if (slots <= this.#createdMs.length) return;
    const capacity = Math.max(4, slots, Math.ceil(1.5 * this.#createdMs.length));
    const createdMs = new Float64Array(capacity).fill(Infinity);
    createdMs.set(this.#createdMs);
    this.#createdMs = createdMs;
    const seenMs = new Float64Array(capacity);
    seenMs.set(this.#seenMs);
    this.#seenMs = seenMs;
  }

  #releaseSeries(): void {
    const keptMs = Math.min(...this.tiers.map((tier) => tier.keptSinceMs));
    const gone: number[] = [];
    for (const [slot, series] of this.slots.series.entries()) {
      if (series === undefined) continue;
      series.trim(keptMs);
      if ((this.#seenMs[slot] ?? NaN) >= keptMs) continue;
      gone.push(slot);
      this.trails.forget(slot);
      this.#createdMs[slot] = Infinity;
    }
    this.slots.release(gone);
  }
}

function nativesBySlot(natives: readonly (NativeRow | undefined)[], slots: number): NativeHistogramBlock {
  return nativeBlockOf(Array.from({ length: slots }, (_, slot) => natives[slot]));
}

/** Copies the visible rows of a block to their slots, and returns how many those are. Loops over plain columns: 2 ns a row. */
function copyRows(
  { values: from, hidden, rowCount }: FamilyBlock,
  rows: Int32Array,
  { values, present, width }: { readonly values: Float64Array; readonly present: Uint8Array; readonly width: number },
): number {
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    const slot = rows[row] ?? -1;
    if (slot < 0 || hidden?.[row] === 1) continue;
    for (let number = 0; number < width; number++) values[slot * width + number] = from[row * width + number] ?? NaN;
    present[slot] = 1;
    count++;
  }
  return count;
}
