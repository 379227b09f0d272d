import { HealthStatus } from '@bduf/metrics-core/interfaces';
import type { HealthCheck, HealthCheckFinding } from '../checks/health-check.ts';
import { createCgroupMemoryReader } from '../system/cgroup/cgroup-memory.ts';
import { nodeReadings } from '../system/readings/node-readings.ts';
import type { SystemReadings } from '../system/readings/system-readings.ts';
import type { HealthCheckSettings } from './dependency-checks.ts';

/** Settings of a check of something that runs out. */
export interface ResourceCheckSettings extends HealthCheckSettings {
  /** Percent of use from which it is degraded. Default 85. */
  readonly degradedPercent?: number;
  /** Percent of use from which it is unhealthy. Default 95. */
  readonly unhealthyPercent?: number;
  /** What the numbers come from. Default: the machine. */
  readonly readings?: SystemReadings;
}

const TIMEOUT_MS = 5_000;

/** Judges how full the file system of a path is, reserved space not counted. */
export function diskSpaceCheck(path: string, settings: ResourceCheckSettings = {}): HealthCheck {
  return resourceCheck('Disk space', 'A file system has space left.', settings, async (readings) => {
    const { size, free, available } = await readings.statfs(path);
    return (size - free) / (size - free + available);
  });
}

/** Judges the memory of the container against its limit; without a limit, of the process against the machine. */
export function memoryCheck(settings: ResourceCheckSettings = {}): HealthCheck {
  const readCgroup = createCgroupMemoryReader(settings.readings ?? nodeReadings);
  return resourceCheck('Memory', 'The container has memory left.', settings, (readings) => {
    const cgroup = readCgroup();
    const share =
      cgroup?.limit === undefined ? readings.residentMemory() / readings.totalMemory() : cgroup.used / cgroup.limit;
    return Promise.resolve(share);
  });
}

/** Judges how busy the event loop was since the run before. One that was blocked all the time is not ready. */
export function eventLoopCheck(settings: ResourceCheckSettings = {}): HealthCheck {
  let before = (settings.readings ?? nodeReadings).eventLoopTime();
  return resourceCheck('Event loop', 'The event loop has time left.', settings, (readings) => {
    const start = before;
    const { active, idle } = readings.eventLoopTime();
    before = { active, idle };
    const time = active - start.active + (idle - start.idle);
    return Promise.resolve(time > 0 ? (active - start.active) / time : 0);
  });
}

function resourceCheck(
  name: string,
  description: string,
  settings: ResourceCheckSettings,
  shareInUse: (readings: SystemReadings) => Promise<number>,
): HealthCheck {
  const { degradedPercent = 85, unhealthyPercent = 95, readings = nodeReadings, ...rest } = settings;
  const check = async (): Promise<HealthCheckFinding> => {
    const percent = (await shareInUse(readings)) * 100;
    return { status: statusOf(percent, degradedPercent, unhealthyPercent), message: `${percent.toFixed(1)} % in use.` };
  };
  return { name, description, timeout: TIMEOUT_MS, ...rest, check };
}

function statusOf(percent: number, degraded: number, unhealthy: number): HealthStatus {
  if (percent >= unhealthy) return HealthStatus.UNHEALTHY;
  return percent >= degraded ? HealthStatus.DEGRADED : HealthStatus.HEALTHY;
}
