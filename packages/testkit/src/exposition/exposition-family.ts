/** A metric family as read from exposition text. */
export interface ExpositionFamily {
  /** Name on the metadata lines; of OpenMetrics counters without `_total`. */
  readonly name: string;
  /** The word of the TYPE line; `untyped` (0.0.4) or `unknown` (OpenMetrics) without one. */
  readonly type: string;
  /** Unit; empty without a UNIT line. */
  readonly unit: string;
  /** Unescaped HELP; empty without one. */
  readonly help: string;
  /** Samples in order of appearance. */
  readonly samples: readonly ExpositionSample[];
}

/** One sample line. */
export interface ExpositionSample {
  /** Sample name, with suffix. */
  readonly name: string;
  /** Unescaped labels, in order of appearance. */
  readonly labels: Readonly<Record<string, string>>;
  /** The value. */
  readonly value: number;
  /** Timestamp as written: milliseconds in 0.0.4, seconds in OpenMetrics. */
  readonly timestamp?: number;
  /** Exemplar, in OpenMetrics only. */
  readonly exemplar?: ExpositionExemplar;
}

/** An exemplar behind a sample. */
export interface ExpositionExemplar {
  /** Unescaped labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** The measured value. */
  readonly value: number;
  /** Seconds since the epoch, when given. */
  readonly timestamp?: number;
}
