import { HistoryGap, type QuerySemantics } from '../../interfaces/history-source.ts';
import type { SelectExpression, WindowExpression } from '../../interfaces/query-expression.ts';
import type { SampleReader, SampledSeries } from '../../interfaces/sampled-series.ts';
import type { SampleColumn } from '../windows/sample-column.ts';
import { SampleWindow } from '../windows/sample-window.ts';
import type { EvaluationTimes } from './evaluation-times.ts';
import { observedShare } from './observed-share.ts';
import type { SeriesColumns } from './series-columns.ts';

/** What a leaf of an expression is asked. */
export interface LeafDemand {
  /** The leaf. */
  readonly expression: SelectExpression | WindowExpression;
  /** When. */
  readonly times: EvaluationTimes;
  /** How. */
  readonly semantics: QuerySemantics;
  /** How long a value stays valid after its sample. */
  readonly lookbackMs: number;
}

/** How much of what a leaf needs is known, and why not all. */
export interface LeafKnowledge {
  /** Share of the span that was observed. */
  readonly coverage: number;
  /** Set when it is below 1. */
  readonly reason: HistoryGap | undefined;
}

const ALL_KNOWN: LeafKnowledge = { coverage: 1, reason: undefined };

/** A leaf of an expression: takes the samples of its series one by one, and holds what came of them. */
export abstract class SeriesLeaf {
  /** Start of the samples it needs, exclusive. */
  readonly fromMs: number;
  /** End of the samples it needs. */
  readonly toMs: number;
  /** What it is asked. */
  readonly demand: LeafDemand;
  readonly #windowMs: number;
  readonly #offsetMs: number;
  #window: SampleWindow | undefined;
  #coverage = -1;
  #observedSinceMs = Infinity;

  constructor(demand: LeafDemand) {
    const { expression, times, lookbackMs } = demand;
    this.demand = demand;
    this.#offsetMs = expression.offsetMs ?? 0;
    this.#windowMs = expression.kind === 'window' ? expression.windowMs : lookbackMs;
    this.fromMs = times.startMs - this.#offsetMs - this.#windowMs;
    this.toMs = times.lastMs - this.#offsetMs;
  }

  /** Takes the samples of a series. */
  abstract add(columns: SeriesColumns): void;

  /** How much is known, after all series were added. */
  knowledge(reader: SampleReader): LeafKnowledge {
    if (this.#coverage >= 1) return ALL_KNOWN;
    const from = this.#spanStart;
    const observation = reader.observation?.(this.demand.expression.selector.metric);
    if (this.#coverage >= 0) {
      const isLate = this.#observedSinceMs > from;
      const reason = isLate ? (observation?.reason ?? HistoryGap.OBSERVATION_BEGAN) : HistoryGap.INTERRUPTED;
      return { coverage: this.#coverage, reason };
    }
    if (observation === undefined) return { coverage: 0, reason: HistoryGap.UNKNOWN_METRIC };
    const { sinceMs, reason } = observation;
    if (sinceMs <= from) return ALL_KNOWN;
    return { coverage: sinceMs >= this.toMs ? 0 : (this.toMs - sinceMs) / (this.toMs - from), reason };
  }

  /**
   * Takes note of how long a series was observed.
   *
   * @returns The share of the last window in which it was.
   */
  protected learn(series: SampledSeries): number {
    const { expression, times, lookbackMs } = this.demand;
    this.#observedSinceMs = Math.min(this.#observedSinceMs, series.observedSinceMs);
    const fromMs = this.#spanStart;
    const { toMs } = this;
    const isMoment = fromMs === toMs;
    const share = isMoment
      ? Number(series.observedSinceMs <= fromMs)
      : observedShare(series, { fromMs, toMs, lookbackMs });
    this.#coverage = Math.max(this.#coverage, share);
    if (expression.kind === 'select') return 1;
    return times.count === 1 ? share : observedShare(series, { fromMs: toMs - this.#windowMs, toMs, lookbackMs });
  }

  /** The window over a column, before its first move. */
  protected windowOver(column: SampleColumn): SampleWindow {
    const { lookbackMs, times } = this.demand;
    this.#window ??= new SampleWindow(column, { lookbackMs, moves: times.count });
    return this.#window.show(column);
  }

  /** Moves a window to an evaluation time by its number. */
  protected move(window: SampleWindow, time: number): void {
    const { startMs, stepMs } = this.demand.times;
    const evaluationMs = startMs + time * stepMs;
    const toMs = evaluationMs - this.#offsetMs;
    window.moveTo(toMs - this.#windowMs, toMs, evaluationMs);
  }

  /** Start of the span that is asked about: a last value is asked for one moment, however old it may be. */
  get #spanStart(): number {
    return this.demand.expression.kind === 'window' ? this.fromMs : this.fromMs + this.#windowMs;
  }
}
