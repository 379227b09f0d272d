import { HistoryGap } from '../../interfaces/history-source.ts';
import type { LabelMatcher } from '../../interfaces/label-matcher.ts';
import type { MetricFamily } from '../../interfaces/metric-family.ts';
import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import type { SeriesSelector } from '../../interfaces/query-expression.ts';
import type { MetricObservation, SampleReader, SampledSeries } from '../../interfaces/sampled-series.ts';
import { compileMatchers } from '../matching/compile-matchers.ts';
import { type AppendLosses, RecentMetric } from './recent-metric.ts';
import type { RecentSeries } from './recent-series.ts';
import { SampleBudget } from './sample-budget.ts';

/** Options of {@link RecentSamples}. */
export interface RecentSamplesOptions {
  /** How long samples are kept, in milliseconds. Default: one hour. */
  readonly retentionMs?: number;
  /** Bytes of samples at most. Default: 16 MiB. */
  readonly maxBytes?: number;
  /** A distance of samples, in milliseconds, from which on a value does not hold between them. Default: 5 minutes. */
  readonly interruptedAfterMs?: number;
}

/** How much {@link RecentSamples} holds. */
export interface RecentSamplesStatus {
  /** Series with samples. */
  readonly seriesCount: number;
  /** Samples. */
  readonly sampleCount: number;
  /** Bytes of the columns. */
  readonly usedBytes: number;
  /** Samples that had to go before their time, for want of room, ever. */
  readonly evictedSamples: number;
  /** How often a series could not be kept, for want of room, ever. */
  readonly refusedSeries: number;
}

interface Selection {
  readonly metric: RecentMetric;
  readonly version: number;
  readonly series: readonly RecentSeries[];
}

const NO_MATCHERS: readonly LabelMatcher[] = [];

/**
 * The samples of the last minutes, uncompressed: what rules are evaluated on when no history store is there. Its owner appends
 * read-outs; whoever asks gets columns without a copy.
 *
 * Memory is bounded by time and bytes. Without room for more, series that are there keep fewer samples, new ones are refused, and
 * both is counted.
 */
export class RecentSamples implements SampleReader {
  readonly #retentionMs: number;
  readonly #interruptedAfterMs: number;
  readonly #budget: SampleBudget;
  readonly #metrics = new Map<string, RecentMetric>();
  readonly #selections = new WeakMap<readonly LabelMatcher[], Map<string, Selection>>();
  /** Since when metrics are tracked; NaN until the next append. */
  readonly #tracked = new Map<string, number>();
  #firstMs = NaN;
  #lastMs = NaN;
  readonly #losses: AppendLosses = { evictedSamples: 0, refusedSeries: 0 };

  /** @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an option that is not above 0. */
  constructor(options: RecentSamplesOptions = {}) {
    const { retentionMs = 3_600_000, maxBytes = 16 * 2 ** 20, interruptedAfterMs = 300_000 } = options;
    for (const [name, value] of Object.entries({ retentionMs, maxBytes, interruptedAfterMs })) {
      if (value > 0) continue;
      throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `${name} is ${value}. Use a number above 0.`);
    }
    this.#retentionMs = retentionMs;
    this.#interruptedAfterMs = interruptedAfterMs;
    this.#budget = new SampleBudget(maxBytes);
  }

  /**
   * Says that these metrics are part of every read-out from the next one on, as soon as they have a series: until then they
   * count as observed, and not as unknown. What is appended without being tracked is kept as well.
   */
  track(metrics: Iterable<string>): void {
    for (const name of metrics) {
      if (!this.#tracked.has(name)) this.#tracked.set(name, this.#metrics.get(name)?.observedSinceMs ?? NaN);
    }
  }

  /**
   * Appends a read-out. Series and metrics that were there before and are not in it end.
   *
   * @param families - All metrics that are kept here; copied.
   * @param atMs - When it was read, in milliseconds since the epoch; after the one before, else it is ignored.
   */
  append(families: readonly MetricFamily[], atMs: number): void {
    if (atMs <= this.#lastMs) return;
    if (Number.isNaN(this.#firstMs)) this.#firstMs = atMs;
    for (const [name, sinceMs] of this.#tracked) if (Number.isNaN(sinceMs)) this.#tracked.set(name, atMs);
    const moment = { atMs, keepFromMs: atMs - this.#retentionMs, interruptedAfterMs: this.#interruptedAfterMs };
    const missing = new Set(this.#metrics.values());
    for (const family of families) {
      const metric = this.#metricOf(family, atMs);
      missing.delete(metric);
      metric.append(family, moment, this.#losses);
    }
    for (const metric of missing) metric.cutAll();
    this.#lastMs = atMs;
  }

  /** Series of a metric with all their samples. Valid until the next {@link RecentSamples.append}. */
  select(selector: SeriesSelector): readonly SampledSeries[] {
    const { metric: name, matchers = NO_MATCHERS } = selector;
    const metric = this.#metrics.get(name);
    return metric === undefined ? [] : this.#selected(name, metric, matchers).map((series) => series.view());
  }

  /** Since when a metric is known. */
  observation(metric: string): MetricObservation {
    const sinceMs = this.#metrics.get(metric)?.observedSinceMs ?? this.#tracked.get(metric);
    if (sinceMs === undefined) return { sinceMs: Infinity, reason: HistoryGap.UNKNOWN_METRIC };
    if (Number.isNaN(sinceMs)) return { sinceMs: Infinity, reason: HistoryGap.NOT_TRACKED };
    const keptSince = this.#lastMs - this.#retentionMs;
    return keptSince > sinceMs
      ? { sinceMs: keptSince, reason: HistoryGap.BEFORE_RETENTION }
      : { sinceMs, reason: HistoryGap.OBSERVATION_BEGAN };
  }

  /** How much is held. O(series). */
  status(): RecentSamplesStatus {
    let seriesCount = 0;
    let sampleCount = 0;
    for (const metric of this.#metrics.values()) {
      seriesCount += metric.seriesCount;
      for (const series of metric.series) sampleCount += series.size;
    }
    return { seriesCount, sampleCount, usedBytes: this.#budget.usedBytes, ...this.#losses };
  }

  #metricOf(family: MetricFamily, atMs: number): RecentMetric {
    const known = this.#metrics.get(family.name);
    if (known?.fits(family) === true) return known;
    // The same name with other columns is another metric.
    known?.release();
    const metric = new RecentMetric(this.#observedSince(family, atMs), this.#budget);
    this.#metrics.set(family.name, metric);
    return metric;
  }

  /** A metric whose series were all born since the last read-out was not left out of it: there was nothing to see. */
  #observedSince({ name, blocks }: MetricFamily, atMs: number): number {
    const tracked = this.#tracked.get(name);
    if (tracked !== undefined) return tracked;
    const isNew = blocks.every(({ createdMs, rowCount }) =>
      createdMs.subarray(0, rowCount).every((created) => created >= this.#lastMs),
    );
    return isNew ? this.#firstMs : atMs;
  }

  /** Rules ask the same again and again, so that what matches is kept until series come or go. */
  #selected(name: string, metric: RecentMetric, matchers: readonly LabelMatcher[]): readonly RecentSeries[] {
    let selections = this.#selections.get(matchers);
    if (selections === undefined) {
      selections = new Map();
      this.#selections.set(matchers, selections);
    }
    const known = selections.get(name);
    if (known?.metric === metric && known.version === metric.version) return known.series;
    const test = compileMatchers(matchers);
    const series = Array.from(metric.series).filter(({ labels }) => test(labels));
    selections.set(name, { metric, version: metric.version, series });
    return series;
  }
}
