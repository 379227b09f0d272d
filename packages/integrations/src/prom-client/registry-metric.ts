import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { familyAsMetric } from './family-as-metric.ts';
import type { PromClientMetric } from './prom-client-metric.ts';

/** What is known of a metric without reading it. */
export interface MetricHead {
  /** Name of the metric. */
  readonly name: string;
  /** One sentence for people. */
  readonly help: string;
  /** As prom-client says it. */
  readonly type: string;
  /** How values of several processes become one. */
  readonly aggregator: string;
}

/** A metric of the collector where a metric of prom-client is expected: it can be read, not recorded. */
export class RegistryMetric {
  /** A registry of OpenMetrics cuts `_total` off here. */
  name: string;
  /** One sentence for people. */
  readonly help: string;
  /** `counter`, `gauge`, `histogram` or `summary`. */
  readonly type: string;
  /** How values of several processes become one. */
  readonly aggregator: string;
  readonly #read: () => Promise<MetricFamily | undefined>;
  readonly #reset: () => void;

  /**
   * @param head - What is known of it.
   * @param read - Reads it; `undefined` when it has no series.
   * @param reset - Removes all its series.
   */
  constructor(
    { name, help, type, aggregator }: MetricHead,
    read: () => Promise<MetricFamily | undefined>,
    reset: () => void,
  ) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.aggregator = aggregator;
    this.#read = read;
    this.#reset = reset;
  }

  /** The metric with its values of now. */
  async get(): Promise<PromClientMetric> {
    const family = await this.#read();
    const { name, help, type, aggregator } = this;
    const values = family === undefined ? [] : familyAsMetric(family).values;
    return { name, help, type, aggregator, values };
  }

  /** Removes all series; a later record starts anew from zero. */
  reset(): void {
    this.#reset();
  }
}
