import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import type { SystemReadings } from '../readings/system-readings.ts';
import type { SystemContext } from '../system-collector.ts';

const FOLDER = '/proc/self/fd';

/** File descriptors that are open and that may be. Linux only. */
export function collectFileDescriptors({ metrics, readings }: SystemContext): undefined {
  if (openFds(readings) === undefined) return;
  metrics.gauge({
    ...SystemMetricDefinitions.PROCESS_OPEN_FDS,
    collect: ({ set }) => {
      const open = openFds(readings);
      if (open !== undefined) set(open);
    },
  });
  const most = /^Max open files\s+(\d+)/m.exec(readings.readText('/proc/self/limits') ?? '')?.[1];
  if (most === undefined) return;
  metrics.gauge({ ...SystemMetricDefinitions.PROCESS_MAX_FDS, collect: ({ set }) => set(Number(most)) });
}

/** Since Linux 6.2 the folder's size is the count; before it is 0, and the folder must be listed, by a descriptor more. */
function openFds(readings: SystemReadings): number | undefined {
  const size = readings.sizeOf(FOLDER);
  if (size !== undefined && size > 0) return size;
  const names = readings.list(FOLDER);
  return names === undefined ? undefined : names.length - 1;
}
