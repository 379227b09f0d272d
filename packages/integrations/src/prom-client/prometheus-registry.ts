import {
  type Clock,
  type MetricEncoder,
  type MetricFamily,
  MetricFormat,
  MetricsError,
} from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import type { IntegrationExporter } from '../integration/integration-exporter.ts';
import { encodeDocument } from '../targets/encode-document.ts';
import { DefaultLabels } from './default-labels.ts';
import { familyAsMetric, promClientKind } from './family-as-metric.ts';
import { ImportedRegistry } from './imported-registry.ts';
import { mergedFamilies } from './merged-families.ts';
import type { PromClientMetric } from './prom-client-metric.ts';
import { RegistryMetric } from './registry-metric.ts';
import { SharedReadOut } from './shared-read-out.ts';

/** A metric that was made with prom-client. */
export interface PromClientInstrument {
  /** Name of the metric. */
  readonly name: string;
  /** The metric with its values of now. */
  get(): Promise<PromClientMetric>;
  /** Sets it back to the beginning. */
  reset(): void;
}

/** What a collector can do beyond being read; found out when needed, since an exporter promises only the reading. */
interface MetricList {
  getAllMetrics(): readonly {
    readonly name: string;
    readonly type: MetricFamily['type'];
    readonly definition: { readonly description: string };
    remove(labels: object): number;
  }[];
}

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

/** Content types that a registry may have, and the encoder of each. */
const FORMATS: ReadonlyMap<string, MetricFormat> = new Map<string, MetricFormat>([
  [PROMETHEUS, MetricFormat.PROMETHEUS],
  [OPEN_METRICS, MetricFormat.OPENMETRICS],
]);

/**
 * A registry where one of prom-client or `@prometheus-io/client` is expected. It shows the metrics of the collector, and
 * holds those that are made with prom-client and registered here.
 *
 * The collector's metrics can be read and reset through it, but neither recorded nor removed. For `AggregatorRegistry`,
 * which insists on the class of prom-client, merge it first: `Registry.merge([registry])`.
 */
export class PrometheusRegistry {
  readonly #exporter: IntegrationExporter;
  readonly #clock: Clock;
  readonly #readOut: SharedReadOut;
  readonly #instruments = new Map<string, PromClientInstrument>();
  readonly #imported = new ImportedRegistry();
  #defaultLabels = new DefaultLabels();
  #contentType: string = PROMETHEUS;

  /**
   * @param exporter - Reads and writes the metrics.
   * @param clock - Time; by default that of the machine.
   */
  constructor(exporter: IntegrationExporter, clock: Clock = systemClock) {
    this.#exporter = exporter;
    this.#clock = clock;
    this.#readOut = new SharedReadOut(exporter.gatherer);
  }

  /** Media type of what {@link PrometheusRegistry.metrics} gives; at first that of Prometheus text. */
  get contentType(): string {
    return this.#contentType;
  }

  /**
   * Chooses between Prometheus text and OpenMetrics.
   *
   * @throws MetricsError `METRICS_ERR_FORMAT_MISSING` for another content type.
   */
  setContentType(contentType: string): void {
    if (!FORMATS.has(contentType)) {
      const choice = [...FORMATS.keys()].join('" or "');
      throw new MetricsError(
        'METRICS_ERR_FORMAT_MISSING',
        `There is no text of type "${contentType}". Use "${choice}".`,
      );
    }
    this.#contentType = contentType;
  }

  /** All metrics as text. */
  async metrics(): Promise<string> {
    return this.#textOf(await this.#families());
  }

  /** The metric of one name as text; empty when it has no series. */
  async getSingleMetricAsString(name: string): Promise<string> {
    return this.#textOf((await this.#families()).filter((family) => family.name === name));
  }

  /** As {@link PrometheusRegistry.getSingleMetricAsString}. */
  async getMetricsAsString({ name }: { readonly name: string }): Promise<string> {
    return this.getSingleMetricAsString(name);
  }

  /**
   * All metrics with their values.
   *
   * @param aggregator - Leaves out metrics with another one.
   */
  async getMetricsAsJSON(aggregator?: string): Promise<PromClientMetric[]> {
    const own = (await this.#readOut.families()).map((family) => familyAsMetric(this.#defaultLabels.addTo(family)));
    const names = new Set(own.map(({ name }) => name));
    const others = (await this.#readInstruments()).filter(({ name }) => !names.has(name));
    const all = [...own, ...others.map((metric) => this.#defaultLabels.addToMetric(metric))];
    return aggregator === undefined ? all : all.filter((metric) => (metric.aggregator ?? 'sum') === aggregator);
  }

  /**
   * All metrics, those without values included, so that they can be registered elsewhere; this is what `Registry.merge` does.
   *
   * @param aggregator - Leaves out metrics with another one.
   */
  getMetricsAsArray(aggregator?: string): (RegistryMetric | PromClientInstrument)[] {
    const all = [...this.#ownMetrics(), ...this.#instruments.values()];
    if (aggregator === undefined) return all;
    return all.filter((metric) => ('aggregator' in metric ? metric.aggregator : 'sum') === aggregator);
  }

  /** A metric by name. */
  getSingleMetric(name: string): RegistryMetric | PromClientInstrument | undefined {
    return this.#instruments.get(name) ?? this.#ownMetrics().find((metric) => metric.name === name);
  }

  /**
   * Takes a metric that was made with prom-client.
   *
   * @throws MetricsError `METRICS_ERR_INTEGRATION_METRIC_EXISTS` when another one has its name.
   */
  registerMetric(metric: PromClientInstrument): void {
    const { name } = metric;
    const existing = this.getSingleMetric(name);
    if (existing !== undefined && existing !== metric) {
      throw new MetricsError(
        'METRICS_ERR_INTEGRATION_METRIC_EXISTS',
        `A metric with the name ${name} has already been registered. Use that one, or another name.`,
      );
    }
    this.#instruments.set(name, metric);
  }

  /** Forgets a metric that was registered here. Those of the collector stay. */
  removeSingleMetric(name: string): void {
    this.#instruments.delete(name);
  }

  /** Forgets all metrics that were registered here, and the default labels. Those of the collector stay. */
  clear(): void {
    this.#instruments.clear();
    this.#defaultLabels = new DefaultLabels();
  }

  /** Sets all metrics back to the beginning; of the collector's, all series are removed. */
  resetMetrics(): void {
    for (const metric of this.getMetricsAsArray()) metric.reset();
  }

  /** Gives every series that does not have them these labels, in what this registry writes. */
  setDefaultLabels(labels: Readonly<Record<string, unknown>>): void {
    this.#defaultLabels = new DefaultLabels(labels);
  }

  async #families(): Promise<readonly MetricFamily[]> {
    const [own, others] = await Promise.all([this.#readOut.families(), this.#readInstruments()]);
    // Names were compared when metrics were registered; what the collector defined since goes before.
    const families = mergedFamilies([own, this.#imported.update(others, this.#clock.now())], () => undefined);
    return families.map((family) => this.#defaultLabels.addTo(family));
  }

  async #readInstruments(): Promise<readonly PromClientMetric[]> {
    return Promise.all(Array.from(this.#instruments.values(), async (metric) => metric.get()));
  }

  #textOf(families: readonly MetricFamily[]): string {
    const reading = { families, nowMs: this.#clock.now(), drop: () => undefined };
    return encodeDocument(this.#encoder(), reading).toString('utf8');
  }

  #encoder(): MetricEncoder {
    return this.#exporter.encoderOf(FORMATS.get(this.#contentType) ?? MetricFormat.PROMETHEUS);
  }

  #ownMetrics(): readonly RegistryMetric[] {
    const { gatherer } = this.#exporter;
    if (listsMetrics(gatherer)) {
      return gatherer.getAllMetrics().map((metric) => {
        const { name, type, definition } = metric;
        const head = { name, help: definition.description, ...promClientKind(type) };
        return new RegistryMetric(head, this.#readerOf(name), () => void metric.remove({}));
      });
    }
    return gatherer.gatherSync().map(({ name, description, type }) => {
      const head = { name, help: description, ...promClientKind(type) };
      return new RegistryMetric(head, this.#readerOf(name), () => undefined);
    });
  }

  #readerOf(name: string): () => Promise<MetricFamily | undefined> {
    return async () => this.#readOut.family(name);
  }
}

function listsMetrics(gatherer: object): gatherer is MetricList {
  return 'getAllMetrics' in gatherer && typeof gatherer.getAllMetrics === 'function';
}

/**
 * Makes a registry for programs that expect one of prom-client or `@prometheus-io/client`: middlewares such as
 * express-prom-bundle, `Pushgateway`, `Registry.merge`, `collectDefaultMetrics({ register })`.
 * `Registry` is what the caller expects, that of the library; its types are stricter than what it does.
 *
 * @param exporter - Usually a `MetricsExporter`.
 * @param options - `clock`: time; by default that of the machine.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- The caller says whose registry it stands for.
export function createPrometheusRegistry<Registry = PrometheusRegistry>(
  exporter: IntegrationExporter,
  { clock }: { readonly clock?: Clock } = {},
): Registry {
  // It has what both libraries use of a registry, as the tests with both show.
  return new PrometheusRegistry(exporter, clock) as Registry;
}
