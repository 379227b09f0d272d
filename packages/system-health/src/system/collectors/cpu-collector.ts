import { type Clock, SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { type CgroupCpu, findCgroupCpu } from '../cgroup/cgroup-cpu.ts';
import { OptionalFile } from '../readings/optional-file.ts';
import type { HostCpuTime, SystemReadings } from '../readings/system-readings.ts';
import { type CumulativeUse, UsageWindow } from '../readings/usage-window.ts';
import type { SystemContext } from '../system-collector.ts';

/** CPU in use by the host, the container and the process; the latter two against the limit of the container, if it has one. */
export function collectCpu({ metrics, readings, clock }: SystemContext): undefined {
  const container = findCgroupCpu(readings);
  const cores = new AvailableCores(clock, () => container?.limitCores() ?? readings.cpuCount());
  const windows = {
    host: new UsageWindow(clock, createHostReader(readings)),
    container: new UsageWindow(clock, () => useOf(container?.usedSeconds(), cores)),
    process: new UsageWindow(clock, () => useOf(processSeconds(readings), cores)),
  };
  metrics.gauge({
    ...SystemMetricDefinitions.CPU_USAGE_PERCENT,
    collect: ({ set }) => {
      for (const scope of ['host', 'container', 'process'] as const) {
        const share = windows[scope].share();
        if (share !== undefined) set({ scope }, share * 100);
      }
    },
  });
  metrics.counter({
    ...SystemMetricDefinitions.PROCESS_CPU_TIME,
    collect: ({ set }) => {
      const { user, system } = readings.processCpuTime();
      set({ mode: 'user' }, user);
      set({ mode: 'system' }, system);
    },
  });
  if (container !== undefined) collectContainerCpu({ metrics, container });
}

function collectContainerCpu({ metrics, container }: Pick<SystemContext, 'metrics'> & { container: CgroupCpu }): void {
  metrics.gauge({
    ...SystemMetricDefinitions.CONTAINER_CPU_LIMIT,
    collect: ({ set }) => {
      const cores = container.limitCores();
      if (cores !== undefined) set(cores);
    },
  });
}

/** Core seconds that could have been used so far: the integral of the limit, which may change, over time. */
class AvailableCores {
  readonly #clock: Clock;
  readonly #cores: () => number;
  #seconds = 0;
  #atMs: number;

  constructor(clock: Clock, cores: () => number) {
    this.#clock = clock;
    this.#cores = cores;
    this.#atMs = clock.monotonicMs();
  }

  get seconds(): number {
    const nowMs = this.#clock.monotonicMs();
    // Both readers of one read-out ask at nearly the same time.
    if (nowMs > this.#atMs) this.#seconds += ((nowMs - this.#atMs) / 1_000) * this.#cores();
    this.#atMs = nowMs;
    return this.#seconds;
  }
}

function useOf(used: number | undefined, cores: AvailableCores): CumulativeUse | undefined {
  return used === undefined ? undefined : { used, available: cores.seconds };
}

function processSeconds(readings: SystemReadings): number {
  const { user, system } = readings.processCpuTime();
  return user + system;
}

function createHostReader(readings: SystemReadings): () => CumulativeUse {
  const stat = new OptionalFile(readings, '/proc/stat');
  return () => {
    const { busy, total } = hostCpuTimeOf(stat.read()) ?? readings.hostCpuTime();
    return { used: busy, available: total };
  };
}

/** `cpu  user nice system idle iowait irq softirq steal guest guest_nice`; guest time is part of user time (proc_stat(5)). */
function hostCpuTimeOf(stat: string | undefined): HostCpuTime | undefined {
  if (stat?.startsWith('cpu ') !== true) return undefined;
  const times = stat.slice(4, stat.indexOf('\n')).trim().split(' ').slice(0, 8).map(Number);
  const total = times.reduce((sum, time) => sum + time, 0);
  return { busy: total - (times[3] ?? 0) - (times[4] ?? 0), total };
}
