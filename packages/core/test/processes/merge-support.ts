import { MetricsCollector } from '@bduf/metrics-core';
import type { LabelSet, MetricFamily } from '@bduf/metrics-core/interfaces';
import { ManualClock, seriesOf } from '@bduf/metrics-core/primitives';
import type { MetricBase } from '../../src/metrics/metric-base.ts';
import type { SourceFamily } from '../../src/metrics/source-family.ts';
import { FamilyMerger, OWN_SOURCE } from '../../src/processes/merge/family-merger.ts';

/** Workers as plain collectors in this process, merged without any transport. */
export class MergeBench {
  readonly clock: ManualClock = new ManualClock();
  readonly conflicts: string[] = [];
  readonly collectors: Map<string, MetricsCollector> = new Map();
  readonly merger: FamilyMerger = new FamilyMerger({
    now: () => this.clock.now(),
    onConflict: (source, metric, difference) => this.conflicts.push(`${source} ${metric}: ${difference}`),
  });

  /** Starts a worker; the one named {@link OWN_SOURCE} is the collector that merges. */
  start(source: string, defaultLabels: Record<string, string> = {}): MetricsCollector {
    const collector = new MetricsCollector({ clock: this.clock, defaultLabels, onError: () => undefined });
    this.collectors.set(source, collector);
    return collector;
  }

  merge(withWindows = false): readonly SourceFamily[] {
    const own = [...this.collectors].filter(([source]) => source === OWN_SOURCE);
    const others = [...this.collectors].filter(([source]) => source !== OWN_SOURCE);
    const readings = [...own, ...others].map(([source, collector]) => ({ source, families: read(collector) }));
    return this.merger
      .merge(readings, undefined, withWindows)
      .filter(({ family }) => !family.name.startsWith('metrics_'));
  }

  /** The merged family of a name. */
  family(name: string): MetricFamily {
    const found = this.merge().find(({ family }) => family.name === name);
    if (found === undefined) throw new Error(`no family ${name}`);
    return found.family;
  }

  /** Merged values by labels as text. */
  shown(name: string): Record<string, number> {
    return valuesOf(this.merge().find(({ family }) => family.name === name)?.family);
  }

  exit(source: string): void {
    const collector = this.collectors.get(source);
    if (collector === undefined) return;
    this.collectors.delete(source);
    const own = this.collectors.get(OWN_SOURCE);
    this.merger.keep({ source, families: read(collector) }, own === undefined ? [] : read(own));
  }
}

/** What a collector gives to a merger. */
export function read(collector: MetricsCollector): readonly SourceFamily[] {
  // A collector holds no other metrics than these.
  return collector.getAllMetrics().map((metric) => (metric as MetricBase).readSource());
}

/** Values of the visible series by labels as text. */
export function valuesOf(family: MetricFamily | undefined): Record<string, number> {
  if (family === undefined) return {};
  return Object.fromEntries([...seriesOf(family)].map(({ labels, value }) => [labelKey(labels), value]));
}

/** Labels as a short text, ordered by name. */
export function labelKey(labels: LabelSet): string {
  return Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',');
}
