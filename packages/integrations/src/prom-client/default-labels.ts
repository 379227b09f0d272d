import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { LabelPairs } from '../samples/label-pairs.ts';
import type { PromClientMetric } from './prom-client-metric.ts';

/**
 * Gives families labels that they do not have. Each family has another identity afterwards, the same for as long as the
 * labels are: encoders must not take one for the other.
 */
export class DefaultLabels {
  readonly #labels: LabelPairs;
  readonly #identities = new WeakMap<object, object>();

  /** @param labels - Of series that do not have them. */
  constructor(labels: Readonly<Record<string, unknown>> = {}) {
    this.#labels = Object.entries(labels).map(([name, value]) => [name, String(value)]);
  }

  /** The family with the labels; itself when there are none. */
  addTo(family: MetricFamily): MetricFamily {
    const taken = new Set([...family.labelNames, ...family.constantLabels.map(([name]) => name)]);
    const added = this.#labels.filter(([name]) => !taken.has(name));
    if (added.length === 0) return family;
    return {
      ...family,
      constantLabels: [...family.constantLabels, ...added],
      identity: this.#identityOf(family.identity),
    };
  }

  /** As {@link DefaultLabels.addTo}, for a metric of prom-client. */
  addToMetric(metric: PromClientMetric): PromClientMetric {
    if (this.#labels.length === 0) return metric;
    const defaults = Object.fromEntries(this.#labels);
    return { ...metric, values: metric.values.map((each) => ({ ...each, labels: { ...defaults, ...each.labels } })) };
  }

  #identityOf(identity: object): object {
    const known = this.#identities.get(identity) ?? {};
    this.#identities.set(identity, known);
    return known;
  }
}
