import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { ImportedMetric } from './imported-metric.ts';
import type { PromClientMetric } from './prom-client-metric.ts';
import { readMetric } from './read-metric.ts';

/** The metrics of another registry as families, from one read-out to the next. */
export class ImportedRegistry {
  readonly #metrics = new Map<string, ImportedMetric>();
  #readMs: number = performance.timeOrigin;

  /**
   * Takes a read-out. Metrics that are no longer there are forgotten.
   *
   * @param nowMs - When it was taken, in milliseconds since the epoch.
   * @returns Families with series, in the order of the metrics.
   */
  update(metrics: readonly PromClientMetric[], nowMs: number): readonly MetricFamily[] {
    const names = new Set(metrics.map(({ name }) => name));
    for (const name of this.#metrics.keys()) if (!names.has(name)) this.#metrics.delete(name);
    const families = metrics.flatMap((metric) => this.#family(metric) ?? []);
    this.#readMs = nowMs;
    return families;
  }

  #family(metric: PromClientMetric): MetricFamily | undefined {
    const { shape, series } = readMetric(metric);
    const known = this.#metrics.get(metric.name) ?? new ImportedMetric(shape);
    this.#metrics.set(metric.name, known);
    return known.update(shape, series, this.#readMs);
  }
}
