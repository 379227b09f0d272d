import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { RecentReading } from '../readings/recent-reading.ts';
import type { SystemContext } from '../system-collector.ts';

/** Spaces and limit of the JavaScript heap, and what it holds outside. */
export function collectHeap({ metrics, clock }: SystemContext): undefined {
  const spaces = new RecentReading(clock, getHeapSpaceStatistics);
  const show =
    (field: 'space_used_size' | 'space_size') =>
    ({ set }: { readonly set: (labels: { readonly space: string }, value: number) => void }): void => {
      for (const space of spaces.get()) set({ space: space.space_name }, space[field]);
    };
  metrics.gauge({ ...SystemMetricDefinitions.HEAP_SPACE_USED_BYTES, collect: show('space_used_size') });
  metrics.gauge({ ...SystemMetricDefinitions.HEAP_SPACE_SIZE_BYTES, collect: show('space_size') });
  const statistics = new RecentReading(clock, getHeapStatistics);
  metrics.gauge({
    ...SystemMetricDefinitions.HEAP_LIMIT_BYTES,
    collect: ({ set }) => set(statistics.get().heap_size_limit),
  });
  metrics.gauge({
    ...SystemMetricDefinitions.EXTERNAL_MEMORY_BYTES,
    collect: ({ set }) => set(statistics.get().external_memory),
  });
}
