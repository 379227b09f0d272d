import { fieldOf } from '../readings/field-of.ts';
import { OptionalFile } from '../readings/optional-file.ts';
import type { SystemReadings } from '../readings/system-readings.ts';
import { findCgroup } from './cgroup-hierarchy.ts';

/** Memory of a control group, in bytes. */
export interface CgroupMemory {
  /** Without the cached files that can be dropped at once: what counts when memory gets short. */
  readonly used: number;
  /** What the group may use; `undefined` without a limit. */
  readonly limit: number | undefined;
}

interface MemoryLevel {
  readonly limit: OptionalFile;
  readonly usage: OptionalFile;
  readonly stat: OptionalFile;
}

const FILES = {
  1: { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', inactive: 'total_inactive_file' },
  2: { limit: 'memory.max', usage: 'memory.current', inactive: 'inactive_file' },
} as const;

/**
 * Reads the memory of the control group around this process. Limits of outer groups bind as well: of all levels the one
 * with the smallest limit is shown. The reader gives `undefined` outside of containers: without a group, or in the top
 * group without a limit.
 */
export function createCgroupMemoryReader(readings: SystemReadings): () => CgroupMemory | undefined {
  const hierarchy = findCgroup(readings, 'memory');
  if (hierarchy === undefined) return () => undefined;
  const { version, folders } = hierarchy;
  const files = FILES[version];
  const total = readings.totalMemory();
  const levels = folders.map((folder): MemoryLevel => ({
    limit: new OptionalFile(readings, `${folder}/${files.limit}`),
    usage: new OptionalFile(readings, `${folder}/${files.usage}`),
    stat: new OptionalFile(readings, `${folder}/memory.stat`),
  }));
  return () => {
    const limits = levels.map(({ limit }) => limit.readNumber() ?? Infinity);
    const smallest = Math.min(...limits);
    // Version 1 writes "no limit" as the largest multiple of a page; what exceeds the machine is no limit either.
    const isLimited = smallest < total;
    const level = isLimited ? levels[limits.indexOf(smallest)] : levels[0];
    if (level === undefined || (!isLimited && version === 1 && levels.length === 1)) return undefined;
    const used = usedOf(level, files.inactive);
    return used === undefined ? undefined : { used, limit: isLimited ? smallest : undefined };
  };
}

/** The top group of the machine itself has no `memory.current`, and is absent by that. */
function usedOf({ usage, stat }: MemoryLevel, inactive: string): number | undefined {
  const used = usage.readNumber();
  if (used === undefined) return undefined;
  return Math.max(0, used - (fieldOf(stat.read() ?? '', inactive) ?? 0));
}
