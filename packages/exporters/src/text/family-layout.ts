import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';

/** One sample line of a series. Its number is the slot at the same index. */
export interface LineShape {
  /** Sample name, with suffix. */
  readonly name: string;
  /** A label beside those of the series, such as `le`. */
  readonly extra?: readonly [name: string, value: string];
}

/** How a text format writes one family: what stands above its samples, and the lines of each series. */
export interface FamilyLayout {
  /** Metadata lines, with line ends. */
  readonly header: string;
  /** The lines of a series, in order. */
  readonly lines: readonly LineShape[];
  /** Whether the last line holds the creation time. */
  readonly created: boolean;
  /** Whether counters and buckets may carry an exemplar. */
  readonly exemplars: boolean;
  /** Tells, of a series with these slots, which lines the format forbids; `undefined` when it forbids none. */
  readonly omits: ((slots: Float64Array, line: number) => boolean) | undefined;
}

/** A text exposition format. */
export interface TextDialect {
  /**
   * The type that each family of a document is shown as, which may depend on the others. Throws when two have the same
   * name.
   */
  shownTypes(families: readonly MetricFamily[]): readonly FamilyType[];
  /** How a family is written when it is shown as that type. */
  layoutOf(family: MetricFamily, shownAs: FamilyType): FamilyLayout;
  /** What ends a document. */
  readonly terminator: string;
}
