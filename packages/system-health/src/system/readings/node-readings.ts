import { readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { FileSystems } from './file-systems.ts';
import { HeldFiles } from './held-files.ts';
import type { HostCpuTime, SystemReadings } from './system-readings.ts';

const MICROSECONDS = 1e6;

/** The machine and the process themselves, for as long as somebody reads them. */
export interface NodeReadings extends SystemReadings {
  /** Gives up what is kept between readings. */
  readonly close: () => void;
}

/**
 * The machine and the process themselves. Files are read synchronously: procfs answers in 10 µs, the thread pool in 130.
 *
 * @param keepsFiles - Whether files stay open between readings, until the readings are closed. Default false.
 */
export function createNodeReadings(keepsFiles = false): NodeReadings {
  const files = new HeldFiles();
  const fileSystems = new FileSystems();
  const readFile = keepsFiles ? (path: string) => files.read(path) : (path: string) => readFileSync(path, 'utf8');
  return {
    platform: process.platform,
    readText: (path) => orUndefined(() => readFile(path)),
    list: (path) => orUndefined(() => readdirSync(path)),
    sizeOf: (path) => orUndefined(() => statSync(path).size),
    statfs: (path) => fileSystems.space(path),
    hostCpuTime,
    cpuCount: () => os.availableParallelism(),
    totalMemory: () => os.totalmem(),
    freeMemory: () => os.freemem(),
    processCpuTime: () => {
      const { user, system } = process.cpuUsage();
      return { user: user / MICROSECONDS, system: system / MICROSECONDS };
    },
    residentMemory: () => process.memoryUsage.rss(),
    processUptime: () => process.uptime(),
    eventLoopTime: () => performance.eventLoopUtilization(),
    close: () => files.close(),
  };
}

/** For single readings. */
export const nodeReadings: SystemReadings = createNodeReadings();

function hostCpuTime(): HostCpuTime {
  let busy = 0;
  let total = 0;
  for (const { times } of os.cpus()) {
    const active = times.user + times.nice + times.sys + times.irq;
    busy += active / 1_000;
    total += (active + times.idle) / 1_000;
  }
  return { busy, total };
}

/** What cannot be read is absent, whatever the reason. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
