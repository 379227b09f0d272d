import {
  type ClockTimer,
  type Gatherer,
  type GatherOptions,
  type Histogram,
  type HistoryAnswer,
  type HistoryQuery,
  type LocalHistorySource,
  type MetricFamily,
  type MetricObservation,
  MetricsError,
  MetricsErrorCode,
  type Registerer,
  type SampledSeries,
  type SampleReader,
  type SeriesSelector,
} from '@bduf/metrics-core/interfaces';
import { evaluateQueries } from '@bduf/metrics-core/primitives';
import { chooseTier } from '../store/tier-choice.ts';
import { askedMetrics } from './asked-metrics.ts';
import { type HistorySettings, historySettings, type MetricsHistoryOptions } from './history-options.ts';
import { HistoryReader } from './history-reader.ts';
import { historySelfMetrics } from './history-self-metrics.ts';
import type { MetricDescription, MetricsHistoryStatus } from './history-status.ts';
import { HistoryStore } from './history-store.ts';
import { SeriesSelection } from './series-selection.ts';

/** A question that ends so little before now, in milliseconds, ends now. */
const NOW_TOLERANCE_MS = 1000;

/**
 * The past of metrics, in memory: takes a snapshot of the tracked metrics every few seconds, keeps it compressed, first as it is, then
 * as cells of a minute and of ten minutes, and answers questions about it.
 *
 * Memory is bounded by retention and by bytes; what had to go before its time is counted. Without {@link MetricsHistory.start} it only
 * remembers what is appended, or snapped by {@link MetricsHistory.tick}.
 */
export class MetricsHistory implements LocalHistorySource, SampleReader {
  readonly #metrics: Gatherer & Registerer;
  readonly #settings: HistorySettings;
  readonly #store: HistoryStore;
  readonly #selection = new SeriesSelection();
  /** Since when metrics are tracked; NaN until the first tick. */
  readonly #tracked = new Map<string, number>();
  readonly #durations: Histogram | undefined;
  #timer: ClockTimer | undefined;
  #isTicking = false;
  #sliceEndMs = 0;
  #isStarted = false;
  #isClosed = false;
  #lastTickMs = -Infinity;
  #lastTickMonotonicMs = 0;
  #ticks = 0;
  #skippedTicks = 0;

  /**
   * @param metrics - What to remember.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an option out of range.
   */
  constructor(metrics: Gatherer & Registerer, options: MetricsHistoryOptions = {}) {
    this.#metrics = metrics;
    this.#settings = historySettings(options);
    this.#store = new HistoryStore(this.#settings);
    if (this.#settings.selfMetrics) this.#durations = historySelfMetrics(metrics, () => this.status());
    this.track(this.#settings.track);
  }

  /** Begins to keep these metrics with the next tick. Beyond the greatest number of metrics, names are ignored. */
  track(metrics: Iterable<string>): void {
    for (const name of metrics) {
      if (this.#tracked.has(name) || this.#tracked.size >= this.#settings.maxMetrics) continue;
      this.#tracked.set(name, NaN);
    }
  }

  /** Takes a snapshot at every multiple of the interval. The timer does not keep the process alive. Harmless when started. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    this.#schedule();
  }

  /** Takes no more snapshots by itself. What is remembered can still be asked. */
  stop(): void {
    this.#isStarted = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Stops and forgets everything. Questions are answered as if nothing had been tracked. */
  close(): void {
    this.stop();
    this.#isClosed = true;
    this.#store.clear();
    this.#tracked.clear();
  }

  /** As {@link MetricsHistory.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Takes a snapshot of the tracked metrics now, callback metrics included. Works in slices, so that others run in between. While one
   * is at work, further calls are counted and ignored. Rejects when the metrics cannot be read.
   */
  async tick(): Promise<void> {
    if (this.#isTicking || this.#isClosed) {
      this.#skippedTicks++;
      return;
    }
    this.#isTicking = true;
    const { clock } = this.#settings;
    const startedMs = clock.monotonicMs();
    try {
      const families = await this.#metrics.gather(this.#wanted());
      if (this.#settings.tracksAll) this.track(families.map(({ name }) => name));
      this.#sliceEndMs = clock.monotonicMs() + this.#settings.sliceMs;
      await this.#remember(families, this.#tickTime());
      this.#ticks++;
      this.#durations?.observe((clock.monotonicMs() - startedMs) / 1000);
    } finally {
      this.#isTicking = false;
    }
  }

  /**
   * Appends read-outs with a time of their own: to import, to replay, to test. Metrics need not be tracked. Series of a family that were
   * there before and are not in it end. Compresses at once, without slices.
   *
   * @param families - Copied.
   * @param atMs - When they were read, in milliseconds since the epoch; after all samples of these metrics.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when one of them has samples of that time or a later one. Nothing is appended
   *   then.
   */
  append(families: readonly MetricFamily[], atMs: number): void {
    for (const { name } of families) {
      const lastMs = this.#store.timeline(name)?.lastMs ?? -Infinity;
      if (atMs > lastMs && Number.isFinite(atMs)) continue;
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `Samples of ${JSON.stringify(name)} at ${atMs} do not come after those at ${lastMs}. Append them in order of time.`,
      );
    }
    if (this.#isClosed) return;
    for (const family of families) this.#appendFamily(family, atMs);
    this.#store.work(atMs);
  }

  /** Answers at once. Callback metrics show what they gave last. */
  readSync(batch: readonly HistoryQuery[]): readonly HistoryAnswer[] {
    const asked = askedMetrics(batch);
    const nowMs = this.#settings.clock.now();
    const families = this.#isAboutNow(batch, nowMs) ? this.#metrics.gatherSync({ names: asked }) : [];
    return this.#answer(batch, asked, { atMs: presentTime(batch, nowMs), families });
  }

  /** Answers after callback metrics were asked for their values, if the questions are about the present. */
  async read(batch: readonly HistoryQuery[]): Promise<readonly HistoryAnswer[]> {
    const asked = askedMetrics(batch);
    const nowMs = this.#settings.clock.now();
    const families = this.#isAboutNow(batch, nowMs) ? await this.#metrics.gather({ names: asked }) : [];
    return this.#answer(batch, asked, { atMs: presentTime(batch, nowMs), families });
  }

  /**
   * The samples of series themselves, the present included when the span ends now. Does not begin to track. The samples are those of
   * the finest tier that reaches back to the start of the span.
   */
  select(selector: SeriesSelector, fromMs: number, toMs: number): Iterable<SampledSeries> {
    const nowMs = this.#settings.clock.now();
    const isAboutNow = toMs >= nowMs - NOW_TOLERANCE_MS;
    const families = isAboutNow ? this.#metrics.gatherSync({ names: new Set([selector.metric]) }) : [];
    return this.#reader({ atMs: Math.min(nowMs, toMs), families }).select(selector, fromMs, toMs);
  }

  /** Since when a metric is known. */
  observation(metric: string): MetricObservation {
    return this.#reader({ atMs: NaN, families: [] }).observation(metric);
  }

  /** What a metric is that there are samples of. */
  describe(metric: string): MetricDescription | undefined {
    const timeline = this.#store.timeline(metric);
    if (timeline === undefined) return undefined;
    const { shape, leastSchema } = timeline;
    return { type: shape.type, upperBounds: shape.upperBounds, leastSchema };
  }

  /**
   * Distance of the samples that answer a question about a moment, in milliseconds; `undefined` when nothing is known of it. Windows
   * that are shorter see less than there was.
   */
  resolutionMs(metric: string, atMs: number): number | undefined {
    const timeline = this.#store.timeline(metric);
    if (timeline === undefined) return undefined;
    return chooseTier(timeline, atMs).stepMs;
  }

  /** How much is held. O(metrics). */
  status(): MetricsHistoryStatus {
    let seriesCount = 0;
    const tiers = this.#settings.tiers.map(({ stepMs }) => ({ stepMs, samples: 0, bytes: 0 }));
    for (const timeline of this.#store.timelines) {
      seriesCount += timeline.slots.size;
      for (const [at, tier] of timeline.tiers.entries()) {
        const sum = tiers[at];
        if (sum === undefined) continue;
        sum.samples += tier.sealedSamples;
        sum.bytes += tier.sealedBytes;
      }
    }
    return {
      trackedMetrics: this.#tracked.size,
      seriesCount,
      usedBytes: this.#store.usedBytes,
      tiers,
      ...this.#store.losses,
      ticks: this.#ticks,
      skippedTicks: this.#skippedTicks,
    };
  }

  #schedule(): void {
    const { clock, intervalMs } = this.#settings;
    this.#timer = clock.setTimer(intervalMs - (clock.now() % intervalMs), () => {
      this.#schedule();
      this.tick().catch((error: unknown) => this.#report(error));
    });
  }

  #report(cause: unknown): void {
    const message = `A snapshot of the metrics failed: ${String(cause)}. The next one is taken in due time.`;
    this.#settings.onError(new MetricsError(MetricsErrorCode.CALLBACK_FAILED, message, { cause }));
  }

  /** Never goes back: after a jump of the wall clock into the past, the monotonic clock leads on. */
  #tickTime(): number {
    const { clock } = this.#settings;
    const monotonicMs = clock.monotonicMs();
    const leastMs = this.#lastTickMs + Math.max(1, Math.floor(monotonicMs - this.#lastTickMonotonicMs));
    this.#lastTickMs = Math.max(Math.floor(clock.now()), leastMs);
    this.#lastTickMonotonicMs = monotonicMs;
    return this.#lastTickMs;
  }

  async #remember(families: readonly MetricFamily[], atMs: number): Promise<void> {
    for (const [name, sinceMs] of this.#tracked) if (Number.isNaN(sinceMs)) this.#tracked.set(name, atMs);
    for (const family of families) {
      if (!this.#tracked.has(family.name)) continue;
      const prepare = (isTimeUp: () => boolean): boolean =>
        this.#store.prepare(family, this.#sinceOf(family.name, atMs), isTimeUp) !== undefined;
      // oxlint-disable-next-line eslint/no-await-in-loop -- Slices follow one another.
      await this.#inSlices(prepare);
      if (this.#isClosed) return;
      this.#appendFamily(family, atMs);
    }
    const present = new Set(families.map(({ name }) => name));
    for (const name of this.#tracked.keys()) {
      if (!present.has(name)) this.#store.timeline(name)?.appendAbsence(atMs);
    }
    await this.#inSlices((isTimeUp) => this.#store.work(atMs, isTimeUp));
  }

  /** Calls a function until it has done its work, letting others run in between. */
  async #inSlices(work: (isTimeUp: () => boolean) => boolean): Promise<void> {
    const { clock, sliceMs } = this.#settings;
    for (;;) {
      const endMs = Math.max(this.#sliceEndMs, clock.monotonicMs());
      if (work(() => clock.monotonicMs() >= endMs)) return;
      // oxlint-disable-next-line eslint/no-await-in-loop -- Slices follow one another.
      await this.#pause();
      this.#sliceEndMs = clock.monotonicMs() + sliceMs;
    }
  }

  #appendFamily(family: MetricFamily, atMs: number): void {
    const timeline = this.#store.prepare(family, this.#sinceOf(family.name, atMs));
    // A metric whose samples were imported may be ahead of the clock.
    if (timeline !== undefined && atMs > timeline.lastMs) this.#store.append(timeline, family, atMs);
  }

  #sinceOf(name: string, atMs: number): number {
    const sinceMs = this.#tracked.get(name) ?? NaN;
    return Number.isNaN(sinceMs) ? atMs : sinceMs;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#settings.clock.setTimer(0, resolve);
    });
  }

  #isAboutNow(batch: readonly HistoryQuery[], nowMs: number): boolean {
    return batch.some(({ endMs }) => endMs >= nowMs - NOW_TOLERANCE_MS);
  }

  #answer(
    batch: readonly HistoryQuery[],
    asked: ReadonlySet<string>,
    { atMs, families }: { readonly atMs: number; readonly families: readonly MetricFamily[] },
  ): readonly HistoryAnswer[] {
    const { lookbackMs } = this.#settings;
    const answers = evaluateQueries(batch, this.#reader({ atMs, families }), { lookbackMs });
    for (const name of asked) {
      this.#store.ask(name);
      // What was only imported is not read from the collector.
      if (this.#store.timeline(name) === undefined && !this.#isClosed) this.track([name]);
    }
    return answers;
  }

  #reader({ atMs, families }: { readonly atMs: number; readonly families: readonly MetricFamily[] }): HistoryReader {
    return new HistoryReader({
      store: this.#store,
      selection: this.#selection,
      present: { atMs, families: new Map(families.map((family) => [family.name, family])) },
      lookbackMs: this.#settings.lookbackMs,
      trackedSince: (metric) => this.#tracked.get(metric) ?? (this.#settings.tracksAll ? NaN : undefined),
    });
  }

  #wanted(): GatherOptions {
    return this.#settings.tracksAll ? {} : { names: new Set(this.#tracked.keys()) };
  }
}

/** The present is that of the last question, which may be a little earlier than the clock by now. */
function presentTime(batch: readonly HistoryQuery[], nowMs: number): number {
  const endMs = batch.reduce((latest, query) => Math.max(latest, query.endMs), -Infinity);
  return Math.min(nowMs, endMs);
}
