import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { findCgroup } from '../cgroup/cgroup-hierarchy.ts';
import { OptionalFile } from '../readings/optional-file.ts';
import type { SystemReadings } from '../readings/system-readings.ts';
import type { SystemContext } from '../system-collector.ts';

const RESOURCES = ['cpu', 'memory', 'io'] as const;
const MICROSECONDS = 1e6;
const TOTALS = { some: /^some .*total=(\d+)/m, full: /^full .*total=(\d+)/m };

interface PressureFile {
  readonly scope: 'host' | 'container';
  readonly resource: (typeof RESOURCES)[number];
  readonly file: OptionalFile;
}

/** How long tasks waited for CPU, memory and I/O (PSI), on the host and in the container (cgroup v2). Linux only. */
export function collectPressure({ metrics, readings }: SystemContext): undefined {
  const files = [...hostFiles(readings), ...containerFiles(readings)].filter(({ file }) => file.read() !== undefined);
  if (files.length === 0) return;
  metrics.counter({
    ...SystemMetricDefinitions.PRESSURE_STALL_TIME,
    collect: ({ set }) => {
      for (const { scope, resource, file } of files) {
        const text = file.read() ?? '';
        for (const tasks of ['some', 'full'] as const) {
          const stalled = stalledSeconds(text, tasks);
          if (stalled !== undefined) set({ scope, resource, tasks }, stalled);
        }
      }
    },
  });
}

function hostFiles(readings: SystemReadings): readonly PressureFile[] {
  return RESOURCES.map((resource) => ({
    scope: 'host',
    resource,
    file: new OptionalFile(readings, `/proc/pressure/${resource}`),
  }));
}

function containerFiles(readings: SystemReadings): readonly PressureFile[] {
  return RESOURCES.flatMap((resource) => {
    const cgroup = findCgroup(readings, resource);
    // The top group of the machine is the host, which has been read.
    if (cgroup?.version !== 2 || readings.readText(`${cgroup.folders[0]}/cgroup.type`) === undefined) return [];
    const file = new OptionalFile(readings, `${cgroup.folders[0]}/${resource}.pressure`);
    return [{ scope: 'container', resource, file } satisfies PressureFile];
  });
}

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=17`, in microseconds. */
function stalledSeconds(text: string, tasks: 'some' | 'full'): number | undefined {
  const total = TOTALS[tasks].exec(text)?.[1];
  return total === undefined ? undefined : Number(total) / MICROSECONDS;
}
