import type {
  Clock,
  Gatherer,
  HistorySource,
  Registerer,
  TimeGranularity,
  TimeRange,
} from '@bduf/metrics-core/interfaces';
import { durationMs, systemClock } from '@bduf/metrics-core/primitives';
import { MetricsHistory } from '../history/metrics-history.ts';
import { aggregateGroups } from './aggregate-by-labels.ts';
import { aggregateBuckets } from './aggregate-by-time.ts';
import type {
  AggregateByLabelsOptions,
  AggregateByTimeOptions,
  AggregatedMetric,
  CoveredValue,
  DetailedPercentile,
  PercentileOptions,
  TrendOptions,
} from './aggregated-metric.ts';
import { histogramPercentiles, summaryPercentiles } from './distribution-percentiles.ts';
import { MetricHistory } from './metric-history.ts';
import { metricTrend } from './metric-trend.ts';
import { quantilesOf } from './percentile-unit.ts';
import { spanOf } from './range-span.ts';
import { samplePercentiles } from './sample-percentiles.ts';
import { timeBuckets } from './time-buckets.ts';
import type { TrendAnalysis } from './trend-analysis.ts';

/** Options of {@link MetricsAggregator}. */
export interface MetricsAggregatorOptions {
  /**
   * The past. Stays the caller's: it is neither started nor closed. Default: a new `MetricsHistory` with its defaults, which is started
   * at once and closed with the aggregator.
   */
  readonly history?: HistorySource;
  /** Default: the clock of the system. */
  readonly clock?: Clock;
}

/**
 * Answers what metrics did and where they are heading: by time, by labels, as percentiles and as trends. Answers at once, so that the
 * history has to be one of this process.
 *
 * A metric that the history does not track is tracked from the first question about it, and the coverage of the answer is 0. Every method
 * throws `MetricsError` `METRICS_ERR_ARGUMENT_INVALID` for arguments without meaning, and when the history cannot answer at once.
 */
export class MetricsAggregator {
  /** The past that the answers come from. */
  readonly history: HistorySource;
  readonly #asked: MetricHistory;
  readonly #own: MetricsHistory | undefined;

  /** @param metrics - Where present values and types of metrics come from. */
  constructor(metrics: Gatherer & Registerer, options: MetricsAggregatorOptions = {}) {
    const { clock = systemClock } = options;
    if (options.history === undefined) {
      const own = new MetricsHistory(metrics, { clock });
      own.start();
      this.#own = own;
      this.history = own;
    } else this.history = options.history;
    this.#asked = new MetricHistory({ source: this.history, metrics, clock });
  }

  /**
   * What a metric did, bucket by bucket. Buckets reach from their start to before their end: seconds, minutes, hours and fixed lengths
   * are aligned to the epoch, days, weeks (from Monday) and months to the calendar of a time zone.
   *
   * Costs one pass over the samples of the range for each statistic.
   *
   * @returns One entry for each bucket of each group, groups one after the other.
   */
  aggregateByTime(
    metricName: string,
    timeRange: TimeRange,
    granularity: TimeGranularity,
    options: AggregateByTimeOptions = {},
  ): AggregatedMetric[] {
    const buckets = timeBuckets(timeRange, granularity, options.timeZone ?? 'UTC');
    return aggregateBuckets(this.#asked, { metric: metricName, buckets, options });
  }

  /**
   * Present values by labels; of histograms and summaries the number of observations. A label that a series lacks counts as the empty
   * text.
   *
   * @returns By the value of the label, or by `a="x",b="y"` when there are several; NaN where a sum is not a number.
   */
  aggregateByLabels(
    metricName: string,
    groupByLabels: readonly string[],
    options: AggregateByLabelsOptions = {},
  ): Record<string, number> {
    return numbersOf(this.aggregateByLabelsDetailed(metricName, groupByLabels, options));
  }

  /** As {@link MetricsAggregator.aggregateByLabels}, with how much of each is known. */
  aggregateByLabelsDetailed(
    metricName: string,
    groupByLabels: readonly string[],
    options: AggregateByLabelsOptions = {},
  ): Record<string, CoveredValue> {
    return aggregateGroups(this.#asked, metricName, { labels: groupByLabels, options });
  }

  /**
   * Percentiles of all series of a metric together: of the observations of a histogram; of the samples of a gauge; of the rates of a
   * counter.
   *
   * @param percentiles - Quantiles from 0 to 1; percents when any is above 1.
   * @returns By the numbers of the caller; NaN where nothing is known.
   */
  calculatePercentiles(
    metricName: string,
    percentiles: readonly number[],
    options: PercentileOptions = {},
  ): Record<number, number> {
    return numbersOf(this.calculatePercentilesDetailed(metricName, percentiles, options));
  }

  /** As {@link MetricsAggregator.calculatePercentiles}, with how each was found and how far it may be off. */
  calculatePercentilesDetailed(
    metricName: string,
    percentiles: readonly number[],
    options: PercentileOptions = {},
  ): Record<number, DetailedPercentile> {
    const { matchers, window } = options;
    const question = {
      selector: { metric: metricName, ...(matchers !== undefined && { matchers }) },
      quantiles: quantilesOf(percentiles),
      windowMs: window === undefined ? undefined : durationMs(window),
    };
    const type = this.#asked.typeOf(metricName);
    const found =
      type === 'histogram'
        ? histogramPercentiles(this.#asked, question)
        : type === 'summary'
          ? summaryPercentiles(this.#asked, question)
          : samplePercentiles(this.#asked, question, type);
    return Object.fromEntries(found.map((each, at) => [percentiles[at] ?? NaN, each] as const));
  }

  /** How a metric develops over a range: a gauge itself, the rate of a counter, the mean or a quantile of a histogram. */
  calculateTrend(metricName: string, timeRange: TimeRange, options: TrendOptions = {}): TrendAnalysis {
    return metricTrend(this.#asked, metricName, { span: spanOf(timeRange), options });
  }

  /** Closes the history, unless it was given. */
  close(): void {
    this.#own?.close();
  }

  /** As {@link MetricsAggregator.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function numbersOf(values: Readonly<Record<string, CoveredValue>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value ?? NaN]));
}
