import type { Clock } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { ALERTS_URI, HEALTH_URI, MetricResources, uriOfMetric } from './resources/metric-resources.ts';
import { ResourceWatch } from './resources/resource-watch.ts';
import type { MetricSources } from './sources.ts';

/** Tells subscribers of resources. `createMcpHandler(…).notify` of SDK version 2 is one. */
export interface ResourceNotifier {
  /** Says that a resource changed. */
  resourceUpdated(uri: string): void;
}

/** Options of {@link publishMetricUpdates}. */
export interface PublishUpdatesOptions extends MetricSources {
  /** Metrics to watch, by name. Default: all that have data when it is called. */
  readonly metrics?: readonly string[];
  /** Shortest time between two notifications about the same resource, in milliseconds. Default 1000. */
  readonly intervalMs?: number;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
}

/** A running publication. */
export interface MetricUpdates {
  /** Ends it. */
  close(): void;
}

const DEFAULT_INTERVAL_MS = 1000;

/**
 * Tells a notifier which resources of `metrics://` change, for subscribers that no single server knows: with protocol revision
 * 2026-07-28 a client subscribes at the entry, and each request has a server of its own.
 *
 * @returns A promise of the publication, which resolves once the present state is known.
 */
export async function publishMetricUpdates(
  notifier: ResourceNotifier,
  options: PublishUpdatesOptions,
): Promise<MetricUpdates> {
  const { clock = systemClock, intervalMs = DEFAULT_INTERVAL_MS } = options;
  const resources = new MetricResources(options, clock);
  const watch = new ResourceWatch({
    resources,
    clock,
    intervalMs,
    notify: (uri) => Promise.resolve(notifier.resourceUpdated(uri)),
    isActive: () => true,
  });
  const names = options.metrics ?? (await resources.metricNames());
  await Promise.all([ALERTS_URI, HEALTH_URI, ...names.map(uriOfMetric)].map((uri) => watch.add(uri)));
  return { close: () => watch.stop() };
}
