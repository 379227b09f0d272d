import {
  HistoryGap,
  type LabelMatcher,
  type MetricFamily,
  type MetricObservation,
  type SampleReader,
  type SampledSeries,
  type SeriesSelector,
} from '@bduf/metrics-core/interfaces';
import { compileMatchers } from '@bduf/metrics-core/primitives';
import { CellReading } from '../store/cell-reading.ts';
import type { HistorySeries } from '../store/history-series.ts';
import type { MetricTimeline } from '../store/metric-timeline.ts';
import { SampleReading } from '../store/sample-reading.ts';
import type { SampleSegment } from '../store/sample-segment.ts';
import { chooseTier } from '../store/tier-choice.ts';
import type { HistoryStore } from './history-store.ts';
import type { SeriesSelection } from './series-selection.ts';

/** The present, which belongs to questions that end now. */
export interface PresentFamilies {
  /** When they were read. */
  readonly atMs: number;
  /** Read-outs by name. */
  readonly families: ReadonlyMap<string, MetricFamily>;
}

/** What a {@link HistoryReader} reads from. */
export interface HistoryReaderParts {
  readonly store: HistoryStore;
  readonly selection: SeriesSelection;
  readonly present: PresentFamilies | undefined;
  /** How long a value stays valid after its sample. */
  readonly lookbackMs: number;
  /** Since when a metric is tracked; NaN before its first tick, `undefined` when it is not. */
  readonly trackedSince: (metric: string) => number | undefined;
}

const NO_MATCHERS: readonly LabelMatcher[] = [];

/** Hands the samples of a store to the functions of queries, for one batch of questions. */
export class HistoryReader implements SampleReader {
  readonly #parts: HistoryReaderParts;

  constructor(parts: HistoryReaderParts) {
    this.#parts = parts;
  }

  *select(
    { metric, matchers = NO_MATCHERS }: SeriesSelector,
    fromMs: number,
    toMs: number,
  ): Generator<SampledSeries, void, undefined> {
    const { selection } = this.#parts;
    const timeline = this.#timelineOf(metric);
    if (timeline === undefined) {
      // The regular expressions of an unknown metric are checked all the same.
      compileMatchers(matchers);
      return;
    }
    const reading = this.#readingOf(metric, timeline, { fromMs, toMs });
    for (const series of selection.of(timeline, matchers)) {
      const sampled = reading.read(series);
      if (sampled !== undefined) yield sampled;
    }
  }

  observation(metric: string): MetricObservation {
    const known = this.#parts.store.observation(metric);
    if (known !== undefined) return known;
    const sinceMs = this.#parts.trackedSince(metric);
    if (sinceMs === undefined || Number.isNaN(sinceMs)) return { sinceMs: Infinity, reason: HistoryGap.NOT_TRACKED };
    return { sinceMs, reason: HistoryGap.OBSERVATION_BEGAN };
  }

  /** A tracked metric that had no series at any tick may have some now. */
  #timelineOf(metric: string): MetricTimeline | undefined {
    const { store, present, trackedSince } = this.#parts;
    const sinceMs = trackedSince(metric);
    const family = present?.families.get(metric);
    if (present === undefined || family === undefined || sinceMs === undefined) return store.timeline(metric);
    return store.prepare(family, Number.isNaN(sinceMs) ? present.atMs : sinceMs);
  }

  #readingOf(
    metric: string,
    timeline: MetricTimeline,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): { read(series: HistorySeries): SampledSeries | undefined } {
    const choice = chooseTier(timeline, fromMs);
    // A value is carried into the span from as far back as it may be valid.
    const sinceMs = fromMs - Math.max(this.#parts.lookbackMs, 2 * choice.stepMs);
    const isWanted = ({ firstMs, lastMs }: SampleSegment): boolean => lastMs >= sinceMs && firstMs <= toMs;
    const samples = [...choice.samples.filter(isWanted), ...this.#presentOf(metric, timeline, toMs)];
    if (choice.cells.length === 0) return new SampleReading(timeline, samples, choice.observedSinceMs);
    return new CellReading(timeline, { ...choice, samples, cells: choice.cells.filter(isWanted) });
  }

  #presentOf(metric: string, timeline: MetricTimeline, toMs: number): readonly SampleSegment[] {
    const { present, store } = this.#parts;
    const family = present?.families.get(metric);
    if (present === undefined || family === undefined) return [];
    if (present.atMs > toMs || present.atMs <= timeline.lastMs) return [];
    return store.prepare(family, timeline.observedSinceMs) === timeline ? [timeline.present(family, present.atMs)] : [];
  }
}
