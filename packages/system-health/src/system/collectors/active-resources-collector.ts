import process from 'node:process';
import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import type { SystemContext } from '../system-collector.ts';

/** Types that are told apart; Node.js has some thirty. */
const MOST_TYPES = 50;

/** What keeps the event loop alive, by type: sockets, timers, files … Costs O(resources). */
export function collectActiveResources({ metrics }: SystemContext): undefined {
  metrics.gauge({
    ...SystemMetricDefinitions.ACTIVE_RESOURCES,
    maxSeries: MOST_TYPES,
    collect: ({ set }) => {
      const counts = new Map<string, number>();
      for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
      for (const [type, count] of counts) set({ type }, count);
    },
  });
}
