import type { FamilyBlock, FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { labelKey, placesByLabels } from './row-place.ts';

/** Column from which on the numbers of a row only grow; the ones before it are values of the moment. */
function firstGrowingColumn(family: MetricFamily): number {
  return family.type === 'summary' ? family.quantiles.length : 0;
}

const GROWING_TYPES: ReadonlySet<FamilyType> = new Set(['counter', 'histogram', 'summary']);

/** The state of one metric that has been handed out. */
interface Account {
  /** The read-out as it was. Read-outs are copies, so keeping it costs no further one. */
  readonly family: MetricFamily;
  /** What was handed out and came back, by block, laid out as its values; absent where nothing did. */
  readonly owed: (Float64Array | undefined)[];
}

/**
 * Turns sums since the start into differences, for systems that add up what they are sent.
 *
 * A difference counts against what was handed out and not given back: what was delivered, and what is still under way.
 * So each count is part of exactly one parcel at any time. When a parcel is given up, its rows are given back and are
 * part of the next differences, and an outage neither loses a count nor sends it twice.
 *
 * A series that began anew since (removed and recorded again, a process of the cluster restarted) counts from zero.
 */
export class DeltaLedger {
  /** By identity of the metric: whoever forgets the metric forgets its account. */
  readonly #accounts = new WeakMap<object, Account>();

  /**
   * The differences since the last call. Read-outs must come in order of time.
   *
   * @returns Families in the same layout. Counters and histograms hold differences, summaries differences of sum and
   *   count; rows without any are hidden, unless a summary has current values. Other types are as they were.
   */
  take(families: readonly MetricFamily[]): readonly MetricFamily[] {
    return families.map((family) => (GROWING_TYPES.has(family.type) ? this.#difference(family) : family));
  }

  /**
   * Gives the numbers of one row back.
   *
   * @param family - One that {@link DeltaLedger.take} returned.
   */
  giveBack(family: MetricFamily, blockIndex: number, row: number): void {
    const account = this.#accounts.get(family.identity);
    const given = family.blocks[blockIndex];
    if (account === undefined || given === undefined || !GROWING_TYPES.has(family.type)) return;
    const place =
      account.family.epoch === family.epoch
        ? { block: blockIndex, row }
        : placesByLabels(account.family).get(labelKey(family, given, row));
    const block = place === undefined ? undefined : account.family.blocks[place.block];
    if (place === undefined || block === undefined) return;
    const { width } = family;
    const owed = (account.owed[place.block] ??= new Float64Array(block.values.length));
    for (let column = firstGrowingColumn(family); column < width; column++) {
      owed[place.row * width + column] =
        (owed[place.row * width + column] ?? 0) + (given.values[row * width + column] ?? 0);
    }
  }

  #difference(family: MetricFamily): MetricFamily {
    const before = this.#accounts.get(family.identity);
    this.#accounts.set(family.identity, { family, owed: [] });
    const previous = before === undefined ? () => undefined : rowFinder(before, family);
    const blocks = family.blocks.map((block, index) => differenceOf(family, block, (row) => previous(index, row)));
    return { ...family, blocks };
  }
}

/** The numbers of a row as they were, and what is owed of it. */
interface PreviousRow {
  readonly values: Float64Array;
  readonly createdMs: number;
  readonly owed: Float64Array | undefined;
}

/** Finds rows of the read-out before. Rows have the same place unless they were renumbered since. */
function rowFinder(before: Account, family: MetricFamily): (block: number, row: number) => PreviousRow | undefined {
  const { width } = family;
  const rowAt = (blockIndex: number, row: number): PreviousRow | undefined => {
    const block = before.family.blocks[blockIndex];
    if (block === undefined || row >= block.rowCount) return undefined;
    return {
      values: block.values.subarray(row * width, (row + 1) * width),
      createdMs: block.createdMs[row] ?? NaN,
      owed: before.owed[blockIndex]?.subarray(row * width, (row + 1) * width),
    };
  };
  if (before.family.epoch === family.epoch) return rowAt;
  const places = placesByLabels(before.family);
  return (blockIndex, row) => {
    const block = family.blocks[blockIndex];
    const place = block === undefined ? undefined : places.get(labelKey(family, block, row));
    return place === undefined ? undefined : rowAt(place.block, place.row);
  };
}

function differenceOf(
  family: MetricFamily,
  block: FamilyBlock,
  previousOf: (row: number) => PreviousRow | undefined,
): FamilyBlock {
  const { width } = family;
  const values = block.values.slice();
  const hidden = new Uint8Array(block.rowCount);
  for (let row = 0; row < block.rowCount; row++) {
    const isHidden = block.hidden?.[row] === 1;
    const numbers = values.subarray(row * width, (row + 1) * width);
    const previous = previousOf(row);
    const hasChanged = subtract(family, numbers, {
      // What a series that has left had counted was handed out with earlier read-outs, but for what came back.
      base: isHidden ? numbers : baseOf(family, numbers, block.createdMs[row], previous),
      owed: previous?.owed,
    });
    hidden[row] = hasChanged || (family.type === 'summary' && !isHidden) ? 0 : 1;
  }
  return { ...block, values, hidden, exemplars: [], native: undefined };
}

/** What a row counts from: what it was, or nothing when it is new or began anew. */
function baseOf(
  family: MetricFamily,
  numbers: Float64Array,
  createdMs: number | undefined,
  previous: PreviousRow | undefined,
): Float64Array | undefined {
  if (previous === undefined || previous.createdMs !== createdMs) return undefined;
  // The sum of a histogram or summary may fall with negative observations; counts may not.
  const sumColumn = { counter: -1, histogram: family.width - 1, summary: family.width - 2 }[family.type as string];
  for (let column = firstGrowingColumn(family); column < family.width; column++) {
    if (column !== sumColumn && (numbers[column] ?? 0) < (previous.values[column] ?? 0)) return undefined;
  }
  return previous.values;
}

function subtract(
  family: MetricFamily,
  numbers: Float64Array,
  { base, owed }: { readonly base: Float64Array | undefined; readonly owed: Float64Array | undefined },
): boolean {
  let hasChanged = false;
  for (let column = firstGrowingColumn(family); column < family.width; column++) {
    const difference = (numbers[column] ?? 0) - (base?.[column] ?? 0) + (owed?.[column] ?? 0);
    numbers[column] = difference;
    hasChanged ||= difference !== 0;
  }
  return hasChanged;
}
