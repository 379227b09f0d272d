import { fieldOf } from '../readings/field-of.ts';
import { OptionalFile } from '../readings/optional-file.ts';
import type { SystemReadings } from '../readings/system-readings.ts';
import { type CgroupHierarchy, findCgroup } from './cgroup-hierarchy.ts';

/** How often a group had to wait for its CPU limit, since it exists. */
export interface CpuThrottling {
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
}

/** CPU of a control group. */
export interface CgroupCpu {
  /** Cores that the group may use; `undefined` without a limit. */
  readonly limitCores: () => number | undefined;
  /** CPU time the group used, in seconds; `undefined` when nobody counts it. */
  readonly usedSeconds: () => number | undefined;
  readonly throttling: () => CpuThrottling | undefined;
}

interface CpuLevel {
  readonly limitCores: () => number | undefined;
  readonly stat: OptionalFile;
}

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/**
 * CPU of the control group around this process. Limits of outer groups bind as well, so that use, limit and throttling
 * are those of the group with the smallest limit. `undefined` outside of containers: without a group, or in the top group
 * without a limit.
 */
export function findCgroupCpu(readings: SystemReadings): CgroupCpu | undefined {
  const hierarchy = findCgroup(readings, 'cpu');
  if (hierarchy === undefined) return undefined;
  const levels = hierarchy.folders.map((folder) => levelOf(readings, hierarchy.version, folder));
  const limits = levels.map(({ limitCores }) => limitCores() ?? Infinity);
  const binding = limits.indexOf(Math.min(...limits));
  if (levels.length === 1 && limits[0] === Infinity && !isContainerTop(readings, hierarchy)) return undefined;
  const level = levels[binding];
  return {
    limitCores: () => level?.limitCores(),
    usedSeconds: hierarchy.version === 2 ? () => usedV2(level?.stat) : usedV1(readings, binding),
    throttling: () => throttlingOf(level?.stat.read(), hierarchy.version),
  };
}

/** The top group of the machine itself has no `cpu.max`. */
function isContainerTop(readings: SystemReadings, { version, folders }: CgroupHierarchy): boolean {
  return version === 2 && readings.readText(`${folders[0]}/cpu.max`) !== undefined;
}

function levelOf(readings: SystemReadings, version: 1 | 2, folder: string): CpuLevel {
  const file = (name: string): OptionalFile => new OptionalFile(readings, `${folder}/${name}`);
  const stat = file('cpu.stat');
  if (version === 2) {
    const max = file('cpu.max');
    return { stat, limitCores: () => coresOf(...(max.read() ?? '').split(' ').map(Number)) };
  }
  const quota = file('cpu.cfs_quota_us');
  const period = file('cpu.cfs_period_us');
  return { stat, limitCores: () => coresOf(quota.readNumber(), period.readNumber()) };
}

/** A quota of `max` or -1 is no limit. */
function coresOf(quota?: number, period?: number): number | undefined {
  return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : undefined;
}

function usedV2(stat: OptionalFile | undefined): number | undefined {
  const used = fieldOf(stat?.read() ?? '', 'usage_usec');
  return used === undefined ? undefined : used / MICROSECONDS;
}

/** Version 1 counts in a controller of its own, whose groups usually are the same ones. */
function usedV1(readings: SystemReadings, level: number): () => number | undefined {
  const folders = findCgroup(readings, 'cpuacct')?.folders ?? [];
  const folder = folders[Math.min(level, folders.length - 1)];
  const usage = new OptionalFile(readings, `${folder}/cpuacct.usage`);
  return () => {
    const used = usage.readNumber();
    return used === undefined ? undefined : used / NANOSECONDS;
  };
}

function throttlingOf(stat: string | undefined, version: 1 | 2): CpuThrottling | undefined {
  const periods = fieldOf(stat ?? '', 'nr_periods');
  const throttledPeriods = fieldOf(stat ?? '', 'nr_throttled');
  const throttled = fieldOf(stat ?? '', version === 2 ? 'throttled_usec' : 'throttled_time');
  if (periods === undefined || throttledPeriods === undefined || throttled === undefined) return undefined;
  return { periods, throttledPeriods, throttledSeconds: throttled / (version === 2 ? MICROSECONDS : NANOSECONDS) };
}
