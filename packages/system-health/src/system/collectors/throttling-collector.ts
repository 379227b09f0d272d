import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { type CpuThrottling, findCgroupCpu } from '../cgroup/cgroup-cpu.ts';
import { RecentReading } from '../readings/recent-reading.ts';
import type { SystemContext } from '../system-collector.ts';

/** How often the container had to wait for its CPU limit. */
export function collectThrottling({ metrics, readings, clock }: SystemContext): undefined {
  const container = findCgroupCpu(readings);
  if (container === undefined) return;
  const recent = new RecentReading(clock, () => container.throttling());
  const show =
    (field: keyof CpuThrottling) =>
    ({ set }: { readonly set: (value: number) => void }): void => {
      const throttling = recent.get();
      if (throttling !== undefined) set(throttling[field]);
    };
  metrics.counter({ ...SystemMetricDefinitions.CONTAINER_CPU_PERIODS, collect: show('periods') });
  metrics.counter({ ...SystemMetricDefinitions.CONTAINER_CPU_THROTTLED_PERIODS, collect: show('throttledPeriods') });
  metrics.counter({ ...SystemMetricDefinitions.CONTAINER_CPU_THROTTLED_TIME, collect: show('throttledSeconds') });
}
