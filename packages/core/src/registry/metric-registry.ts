import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { sampleNames } from '../definition/metric-names.ts';
import { type ResolvedDefinition, sameShape } from '../definition/resolve-definition.ts';
import type { MetricBase } from '../metrics/metric-base.ts';

/** The metrics of a collector by name. No two of them ever expose a sample of the same name. */
export class MetricRegistry {
  readonly #metrics = new Map<string, MetricBase>();
  /** Metric that owns each sample name. */
  readonly #owners = new Map<string, string>();

  get(name: string): MetricBase | undefined {
    return this.#metrics.get(name);
  }

  /** All metrics by name, in code-unit order. */
  all(): readonly MetricBase[] {
    return [...this.#metrics.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * The metric of a definition: the one that exists, if it has the same shape, or a new one.
   *
   * @throws MetricsError `METRICS_ERR_DEFINITION_CONFLICT`.
   */
  getOrCreate(resolved: ResolvedDefinition, create: () => MetricBase): MetricBase {
    const existing = this.#metrics.get(resolved.name);
    if (existing !== undefined) {
      if (sameShape(existing.resolved, resolved)) {
        existing.adopt(resolved);
        return existing;
      }
      throw new MetricsError(
        MetricsErrorCode.DEFINITION_CONFLICT,
        `Metric ${resolved.name} exists with another shape (${difference(existing.resolved, resolved)}). ` +
          'Define it once and share it, or give one of the two another name.',
      );
    }
    const names = sampleNames(resolved.name, resolved.type);
    this.#checkOwners(resolved, names);
    const metric = create();
    for (const name of names) this.#owners.set(name, resolved.name);
    this.#metrics.set(resolved.name, metric);
    return metric;
  }

  /** Forgets a metric; returns it if there was one. */
  remove(name: string): MetricBase | undefined {
    const metric = this.#metrics.get(name);
    if (metric === undefined) return undefined;
    this.#metrics.delete(name);
    for (const sample of sampleNames(name, metric.type)) this.#owners.delete(sample);
    metric.dispose();
    return metric;
  }

  #checkOwners(resolved: ResolvedDefinition, names: readonly string[]): void {
    for (const name of names) {
      const owner = this.#owners.get(name);
      if (owner === undefined) continue;
      throw new MetricsError(
        MetricsErrorCode.DEFINITION_CONFLICT,
        `The ${resolved.type} ${resolved.name} would expose samples named ${name}, as ${owner} already does. ` +
          'Give one of the two another name.',
      );
    }
  }
}

function difference(a: ResolvedDefinition, b: ResolvedDefinition): string {
  const aspects: readonly (readonly [string, (resolved: ResolvedDefinition) => unknown])[] = [
    ['type', ({ type }) => type],
    ['labels', ({ labels }) => labels.names],
    ['unit', ({ unit }) => unit],
    ['buckets', ({ buckets }) => buckets],
    ['native', ({ native }) => native ?? false],
    ['quantiles', ({ quantiles }) => quantiles],
    ['states', ({ states }) => states],
  ];
  return aspects
    .filter(([, read]) => JSON.stringify(read(a)) !== JSON.stringify(read(b)))
    .map(([aspect, read]) => `${aspect}: ${JSON.stringify(read(a))}, now ${JSON.stringify(read(b))}`)
    .join('; ');
}
