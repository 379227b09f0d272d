import {
  type Clock,
  type FamilyType,
  type Gatherer,
  HistoryGap,
  type HistoryAnswer,
  type HistoryQuery,
  type HistorySource,
  type LocalHistorySource,
  type MetricFamily,
  MetricsError,
  MetricsErrorCode,
  type QueryExpression,
  type Registerer,
  type SampledSeries,
  type SampleReader,
  type SeriesSelector,
} from '@bduf/metrics-core/interfaces';
import { evaluateQueries } from '@bduf/metrics-core/primitives';
import type { MetricDescription } from '../history/history-status.ts';
import { presentSamples } from './present-samples.ts';

/** What a history may offer beside answers. */
export interface DescribingHistory extends LocalHistorySource, SampleReader {
  /** As `MetricsHistory.resolutionMs`. */
  resolutionMs(metric: string, atMs: number): number | undefined;
  /** As `MetricsHistory.describe`. */
  describe(metric: string): MetricDescription | undefined;
}

/** What a {@link MetricHistory} is made of. */
export interface MetricHistoryParts {
  readonly source: HistorySource;
  readonly metrics: Gatherer & Registerer;
  readonly clock: Clock;
}

/** The history as the aggregator sees it: asked at once, with whatever else it can do, and the present beside it. */
export class MetricHistory {
  readonly #source: HistorySource;
  readonly #metrics: Gatherer & Registerer;
  readonly #clock: Clock;

  constructor({ source, metrics, clock }: MetricHistoryParts) {
    this.#source = source;
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /** Now, in milliseconds since the epoch. */
  get nowMs(): number {
    return this.#clock.now();
  }

  /**
   * Answers at once.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when the history cannot.
   */
  ask(batch: readonly HistoryQuery[]): readonly HistoryAnswer[] {
    const source = this.#source;
    if (isLocal(source)) return source.readSync(batch);
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      'The history of the aggregator cannot answer at once: it has no `readSync`. Use a history in this process, such as MetricsHistory.',
    );
  }

  /** Answers one question about one moment. */
  askAt(expression: QueryExpression, atMs: number): HistoryAnswer {
    const [answer] = this.ask([{ expression, startMs: atMs, endMs: atMs, stepMs: 0 }]);
    return answer ?? { series: [], coverage: 0, reason: HistoryGap.UNKNOWN_METRIC };
  }

  /** What a metric of this process shows now; `undefined` when it has no series. */
  presentFamily(metric: string): MetricFamily | undefined {
    return this.#metrics.gatherSync({ names: new Set([metric]) }).find(({ name }) => name === metric);
  }

  /** Answers a question about the present of one metric, which needs no history. */
  askPresent(expression: QueryExpression, metric: string): HistoryAnswer {
    const atMs = this.nowMs;
    const family = this.presentFamily(metric);
    const reader = presentSamples(family === undefined ? [] : [family], atMs);
    const [answer] = evaluateQueries([{ expression, startMs: atMs, endMs: atMs, stepMs: 0 }], reader);
    const series = answer?.series ?? [];
    return family === undefined ? { series, coverage: 0, reason: HistoryGap.UNKNOWN_METRIC } : { series, coverage: 1 };
  }

  /**
   * The samples of series themselves. Begins to track the metric.
   *
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when the history does not hand out samples.
   */
  samples(selector: SeriesSelector, fromMs: number, toMs: number): Iterable<SampledSeries> {
    const { describing } = this;
    if (describing === undefined) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `The samples of ${JSON.stringify(selector.metric)} are needed, and the history of the aggregator does not hand them out: it has no \`select\`, \`describe\` and \`resolutionMs\`. Use MetricsHistory.`,
      );
    }
    describing.track([selector.metric]);
    return describing.select(selector, fromMs, toMs);
  }

  /** The history, if it hands out samples and knows its metrics. */
  get describing(): DescribingHistory | undefined {
    const source = this.#source;
    return isLocal(source) && isDescribing(source) ? source : undefined;
  }

  /** Type of a metric; `unknown` when nobody knows. */
  typeOf(metric: string): FamilyType {
    return this.#metrics.getMetric(metric)?.type ?? this.describing?.describe(metric)?.type ?? 'unknown';
  }
}

function isLocal(source: HistorySource): source is LocalHistorySource {
  return 'readSync' in source;
}

function isDescribing(source: LocalHistorySource): source is DescribingHistory {
  return 'select' in source && 'describe' in source && 'resolutionMs' in source;
}
