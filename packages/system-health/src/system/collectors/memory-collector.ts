import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { createCgroupMemoryReader } from '../cgroup/cgroup-memory.ts';
import { fieldOf } from '../readings/field-of.ts';
import { OptionalFile } from '../readings/optional-file.ts';
import { RecentReading } from '../readings/recent-reading.ts';
import type { SystemReadings } from '../readings/system-readings.ts';
import type { SystemContext } from '../system-collector.ts';

interface MemoryOfScope {
  readonly scope: 'host' | 'container' | 'process';
  readonly used: number;
  /** The limit of the scope itself, which a process has not. */
  readonly limit?: number;
  /** What the use is compared with. */
  readonly available: number;
}

/** Memory in use by the host, the container and the process; the latter two against the limit of the container, if any. */
export function collectMemory({ metrics, readings, clock }: SystemContext): undefined {
  const recent = new RecentReading(clock, createMemoryReader(readings));
  metrics.gauge({
    ...SystemMetricDefinitions.MEMORY_USAGE_BYTES,
    collect: ({ set }) => {
      for (const { scope, used } of recent.get()) set({ scope }, used);
    },
  });
  metrics.gauge({
    ...SystemMetricDefinitions.MEMORY_USAGE_PERCENT,
    collect: ({ set }) => {
      for (const { scope, used, available } of recent.get()) set({ scope }, (used / available) * 100);
    },
  });
  metrics.gauge({
    ...SystemMetricDefinitions.MEMORY_LIMIT_BYTES,
    collect: ({ set }) => {
      for (const { scope, limit } of recent.get()) {
        if (limit !== undefined && scope !== 'process') set({ scope }, limit);
      }
    },
  });
}

function createMemoryReader(readings: SystemReadings): () => readonly MemoryOfScope[] {
  const meminfo = new OptionalFile(readings, '/proc/meminfo');
  const readCgroup = createCgroupMemoryReader(readings);
  return () => {
    const host = hostMemory(meminfo.read()) ?? nativeHostMemory(readings);
    const cgroup = readCgroup();
    const available = cgroup?.limit ?? host.total;
    const container: MemoryOfScope[] =
      cgroup === undefined
        ? []
        : [
            {
              scope: 'container',
              used: cgroup.used,
              available,
              ...(cgroup.limit === undefined ? {} : { limit: cgroup.limit }),
            },
          ];
    return [
      { scope: 'host', used: host.used, limit: host.total, available: host.total },
      ...container,
      { scope: 'process', used: readings.residentMemory(), available },
    ];
  };
}

interface HostMemory {
  readonly total: number;
  readonly used: number;
}

function hostMemory(meminfo: string | undefined): HostMemory | undefined {
  const total = fieldOf(meminfo ?? '', 'MemTotal:');
  const available = fieldOf(meminfo ?? '', 'MemAvailable:');
  if (total === undefined || available === undefined) return undefined;
  return { total: total * 1_024, used: (total - available) * 1_024 };
}

function nativeHostMemory(readings: SystemReadings): HostMemory {
  const total = readings.totalMemory();
  return { total, used: total - readings.freeMemory() };
}
