import type { Clock } from '../interfaces/clock.ts';
import type { GatherOptions, Gatherer } from '../interfaces/gatherer.ts';
import type { Counter, Gauge, Histogram, Info, Metric, StateSet, Summary } from '../interfaces/instruments.ts';
import type { LabelSchema, LabelSet, LabelsOf } from '../interfaces/label-set.ts';
import type {
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  InfoDefinition,
  MetricDefinition,
  StateSetDefinition,
  SummaryDefinition,
} from '../interfaces/metric-definition.ts';
import type { EncoderRegistry, MetricEncoder } from '../interfaces/metric-encoder.ts';
import type { FamilyBlock, MetricFamily } from '../interfaces/metric-family.ts';
import type { MetricFormat } from '../interfaces/metric-format.ts';
import type { MetricRecorder } from '../interfaces/metric-recorder.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { MetricType } from '../interfaces/metric-type.ts';
import type { Registerer } from '../interfaces/registerer.ts';
import type { Timer } from '../interfaces/timer.ts';
import { checkLabelName, quote } from '../definition/metric-names.ts';
import { resolveDefinition } from '../definition/resolve-definition.ts';
import { ElapsedTimer } from '../metrics/elapsed-timer.ts';
import type { MetricBase } from '../metrics/metric-base.ts';
import type { MetricContext } from '../metrics/metric-context.ts';
import { systemClock } from '../primitives/system-clock.ts';
import { createMetric } from '../registry/create-metric.ts';
import { MetricRegistry } from '../registry/metric-registry.ts';
import { CallbackRunner } from './callback-runner.ts';
import type { CollectorInspection } from './collector-inspection.ts';
import { type CollectorParts, registerParts } from './collector-parts.ts';
import type { MetricsCollectorOptions } from './metrics-collector-options.ts';
import { nearestNames } from './nearest-names.ts';
import { ProblemLog } from './problem-log.ts';

const DEFAULT_SERIES_PER_METRIC = 10_000;

/**
 * Defines, records and reads metrics.
 *
 * Recording never throws and never blocks: what cannot be stored is dropped, counted in `metrics_dropped_total` with a
 * reason and reported once through `onError`. Memory is bounded: every metric has a series budget, and what goes beyond
 * lands in one overflow series.
 */
export class MetricsCollector implements Registerer, MetricRecorder, Gatherer, EncoderRegistry {
  readonly #registry = new MetricRegistry();
  readonly #encoders = new Map<string, MetricEncoder>();
  readonly #problems: ProblemLog;
  readonly #context: MetricContext;
  readonly #callbacks: CallbackRunner;
  readonly #clock: Clock;
  readonly #seriesPerMetric: number;
  readonly #parts: CollectorParts;

  /** @throws MetricsError `METRICS_ERR_DEFINITION_INVALID` for a default label that cannot be exposed. */
  constructor(options: MetricsCollectorOptions = {}) {
    const defaultLabels = checkedDefaultLabels(options.defaultLabels ?? {});
    const clock = options.clock ?? systemClock;
    this.#clock = clock;
    this.#seriesPerMetric = options.limits?.seriesPerMetric ?? DEFAULT_SERIES_PER_METRIC;
    this.#problems = new ProblemLog({
      clock,
      strict: options.strict ?? false,
      onError: options.onError ?? warn,
      defaultLabels,
    });
    this.#context = {
      clock,
      defaultLabels,
      allowCodeGeneration: options.allowCodeGeneration ?? true,
      exemplarSource: options.exemplarSource,
      problemsOf: (metric) => this.#problems.problemsOf(metric),
    };
    this.#callbacks = new CallbackRunner({
      clock,
      onFailure: (metric, failure, detail, cause) => this.#problems.callbackFailed(metric, failure, detail, cause),
    });
    for (const metric of this.#problems.metrics()) this.#registry.getOrCreate(metric.resolved, () => metric);
    this.#parts = {
      clock,
      callbacks: this.#callbacks,
      problems: this.#problems,
      metrics: (names) => this.#wanted(names),
      processes: undefined,
      follower: undefined,
    };
    registerParts(this, this.#parts);
  }

  registerMetric(definition: MetricDefinition): void {
    this.#define(definition);
  }

  unregisterMetric(name: string): void {
    const metric = this.#registry.remove(name);
    if (metric !== undefined) this.#parts.follower?.metricRemoved(metric);
  }

  counter<const Schema extends LabelSchema = readonly []>(
    definition: CounterDefinition<Schema>,
  ): Counter<LabelsOf<Schema>> {
    return this.#instrument<Counter<LabelsOf<Schema>>>(definition, MetricType.COUNTER);
  }

  gauge<const Schema extends LabelSchema = readonly []>(definition: GaugeDefinition<Schema>): Gauge<LabelsOf<Schema>> {
    return this.#instrument<Gauge<LabelsOf<Schema>>>(definition, MetricType.GAUGE);
  }

  histogram<const Schema extends LabelSchema = readonly []>(
    definition: HistogramDefinition<Schema>,
  ): Histogram<LabelsOf<Schema>> {
    return this.#instrument<Histogram<LabelsOf<Schema>>>(definition, MetricType.HISTOGRAM);
  }

  summary<const Schema extends LabelSchema = readonly []>(
    definition: SummaryDefinition<Schema>,
  ): Summary<LabelsOf<Schema>> {
    return this.#instrument<Summary<LabelsOf<Schema>>>(definition, MetricType.SUMMARY);
  }

  info<const Schema extends LabelSchema = readonly []>(definition: InfoDefinition<Schema>): Info<LabelsOf<Schema>> {
    return this.#instrument<Info<LabelsOf<Schema>>>(definition, MetricType.INFO);
  }

  stateSet<const State extends string, const Schema extends LabelSchema = readonly []>(
    definition: StateSetDefinition<State, Schema>,
  ): StateSet<State, LabelsOf<Schema>> {
    return this.#instrument<StateSet<State, LabelsOf<Schema>>>(definition, MetricType.STATE_SET);
  }

  getMetric(name: string): Metric | undefined {
    return this.#registry.get(name);
  }

  /** All metrics, by name. */
  getAllMetrics(): Metric[] {
    return [...this.#registry.all()];
  }

  increment(name: string, labels?: LabelSet, value = 1): void {
    const metric = this.#registry.get(name);
    if (metric === undefined) this.#unknown(name);
    else metric.increment(labels, value);
  }

  decrement(name: string, labels?: LabelSet, value = 1): void {
    const metric = this.#registry.get(name);
    if (metric === undefined) this.#unknown(name);
    else metric.decrement(labels, value);
  }

  set(name: string, value: number, labels?: LabelSet): void {
    const metric = this.#registry.get(name);
    if (metric === undefined) this.#unknown(name);
    else metric.assign(labels, value);
  }

  observe(name: string, value: number, labels?: LabelSet): void {
    const metric = this.#registry.get(name);
    if (metric === undefined) this.#unknown(name);
    else metric.observation(labels, value);
  }

  startTimer(name: string, labels?: LabelSet): Timer {
    const metric = this.#registry.get(name);
    return metric?.timer(labels) ?? new ElapsedTimer(this.#clock, 'seconds', () => this.#unknown(name));
  }

  async recordDuration<T>(name: string, fn: () => Promise<T>, labels?: LabelSet): Promise<T> {
    const timer = this.startTimer(name, labels);
    try {
      return await fn();
    } finally {
      timer.stop();
    }
  }

  async gather(options: GatherOptions = {}): Promise<readonly MetricFamily[]> {
    const metrics = this.#wanted(options.names);
    await Promise.all([this.#callbacks.run(metrics, options.signal), this.#parts.processes?.refresh(options)]);
    return this.#read(metrics, options, true);
  }

  gatherSync(options: GatherOptions = {}): readonly MetricFamily[] {
    const metrics = this.#wanted(options.names);
    this.#callbacks.runNow(metrics);
    return this.#read(metrics, options, false);
  }

  /** How much each metric holds, the largest first. O(series). */
  inspect(): CollectorInspection {
    const metrics = this.#registry.all().map((metric) => metric.inspect());
    return {
      series: metrics.reduce((sum, { series }) => sum + series, 0),
      bytes: metrics.reduce((sum, { bytes }) => sum + bytes, 0),
      metrics: metrics.toSorted((a, b) => b.bytes - a.bytes),
    };
  }

  registerEncoder(encoder: MetricEncoder): void {
    this.#encoders.set(encoder.format, encoder);
  }

  /**
   * Renders all metrics of this process in one format.
   *
   * @throws MetricsError `METRICS_ERR_FORMAT_MISSING` when no encoder of that format is registered.
   */
  exportMetrics(format: MetricFormat | (string & {})): string {
    const encoder = this.#encoders.get(format);
    if (encoder === undefined) {
      throw new MetricsError(
        MetricsErrorCode.FORMAT_MISSING,
        `No encoder of format ${quote(format)} is registered (registered: ${[...this.#encoders.keys()].join(', ') || 'none'}). ` +
          'Install @bduf/metrics-exporters and create `new MetricsExporter(collector)`, or call `registerEncoder`.',
      );
    }
    const chunks = encoder.encode(this.gatherSync(), { nowMs: this.#clock.now() });
    return Buffer.concat([...chunks].map((chunk) => Buffer.from(chunk))).toString('utf8');
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- The caller says which instrument the type makes.
  #instrument<Instrument extends Metric>(definition: object, type: MetricType): Instrument {
    // The typed definition is a definition of that type, and the metric made from it has exactly the operations of the
    // instrument: labels come first where the definition has any.
    return this.#define({ ...definition, type } as MetricDefinition) as unknown as Instrument;
  }

  #define(definition: MetricDefinition): MetricBase {
    const resolved = resolveDefinition(definition, this.#seriesPerMetric);
    return this.#registry.getOrCreate(resolved, () => {
      const metric = createMetric(resolved, this.#context);
      this.#parts.follower?.metricDefined(metric);
      return metric;
    });
  }

  #read(metrics: readonly MetricBase[], options: GatherOptions, withProcesses: boolean): readonly MetricFamily[] {
    const { processes } = this.#parts;
    const families = processes?.read(metrics, options, withProcesses) ?? metrics.map((metric) => metric.read());
    return families.filter(({ blocks }) => blocks.some(hasVisibleRow));
  }

  #wanted(names: ReadonlySet<string> | undefined): readonly MetricBase[] {
    const metrics = this.#registry.all();
    return names === undefined ? metrics : metrics.filter(({ name }) => names.has(name));
  }

  #unknown(name: unknown): void {
    this.#problems.unknownMetric(name, () => {
      const near = nearestNames(
        String(name),
        this.#registry.all().map((metric) => metric.name),
      );
      return `it is not defined; define it before recording${near.length > 0 ? `, or did you mean ${near.join(' or ')}?` : ''}`;
    });
  }
}

function hasVisibleRow({ hidden }: FamilyBlock): boolean {
  return hidden === undefined || hidden.includes(0);
}

function checkedDefaultLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const name of Object.keys(labels)) {
    checkLabelName('the default labels', MetricType.HISTOGRAM, name);
    checkLabelName('the default labels', MetricType.SUMMARY, name);
  }
  return Object.freeze(
    Object.fromEntries(Object.entries<unknown>(labels).map(([name, value]) => [name, String(value)])),
  );
}

function warn(error: MetricsError): void {
  process.emitWarning(error.message, { type: 'MetricsWarning', code: error.code });
}
