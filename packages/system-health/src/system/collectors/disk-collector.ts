import { type Clock, SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { OptionalFile } from '../readings/optional-file.ts';
import { RecentReading } from '../readings/recent-reading.ts';
import type { FileSystemSpace, SystemReadings } from '../readings/system-readings.ts';
import type { SystemCollector, SystemContext } from '../system-collector.ts';

/** How long a file system may take to say its space, in milliseconds. */
const STATFS_TIMEOUT_MS = 1_000;
const SECTOR_BYTES = 512;
/** Devices and file systems that are told apart. */
const MOST_DISKS = 100;

/** Space of file systems, and traffic of block devices. */
export function createDiskCollector(mounts: readonly string[]): SystemCollector {
  return (context) => {
    collectSpace(context, mounts);
    collectTraffic(context);
    return undefined;
  };
}

function collectSpace({ metrics, readings, clock }: SystemContext, mounts: readonly string[]): void {
  const disks = mounts.map((mount) => ({ mount, space: new DiskSpace(mount, readings, clock) }));
  const recent = new RecentReading(clock, () =>
    Promise.all(disks.map(async ({ mount, space }) => ({ mount, space: await space.read() }))),
  );
  const show =
    (value: (space: FileSystemSpace) => number) =>
    async ({ set }: { readonly set: (labels: { readonly mount: string }, value: number) => void }): Promise<void> => {
      for (const { mount, space } of await recent.get()) if (space !== undefined) set({ mount }, value(space));
    };
  const bounded = { maxSeries: MOST_DISKS };
  metrics.gauge({ ...SystemMetricDefinitions.DISK_USAGE_BYTES, ...bounded, collect: show(usedOf) });
  metrics.gauge({ ...SystemMetricDefinitions.DISK_USAGE_PERCENT, ...bounded, collect: show(percentOf) });
  metrics.gauge({ ...SystemMetricDefinitions.DISK_SIZE_BYTES, ...bounded, collect: show(({ size }) => size) });
}

function usedOf({ size, free }: FileSystemSpace): number {
  return size - free;
}

/** As `df` counts: what is reserved for root is neither in use nor there for others, and 100 is full. */
function percentOf(space: FileSystemSpace): number {
  const used = usedOf(space);
  const usable = used + space.available;
  return usable === 0 ? 0 : (used / usable) * 100;
}

/** Space of one file system. One that does not answer is absent, and is not asked again until it does. */
class DiskSpace {
  readonly #path: string;
  readonly #readings: SystemReadings;
  readonly #clock: Clock;
  #isWaiting = false;

  constructor(path: string, readings: SystemReadings, clock: Clock) {
    this.#path = path;
    this.#readings = readings;
    this.#clock = clock;
  }

  /** Its space; `undefined` when there is none, or no answer in time. */
  async read(): Promise<FileSystemSpace | undefined> {
    if (this.#isWaiting) return undefined;
    this.#isWaiting = true;
    let giveUp: () => void = () => undefined;
    const over = new Promise<undefined>((resolve) => (giveUp = () => resolve(undefined)));
    const timer = this.#clock.setTimer(STATFS_TIMEOUT_MS, giveUp);
    const space = await Promise.race([this.#ask(), over]);
    timer.cancel();
    return space;
  }

  async #ask(): Promise<FileSystemSpace | undefined> {
    try {
      return await this.#readings.statfs(this.#path);
    } catch {
      return undefined;
    } finally {
      this.#isWaiting = false;
    }
  }
}

interface DeviceTraffic {
  readonly device: string;
  readonly read: number;
  readonly written: number;
}

function collectTraffic({ metrics, readings, clock }: SystemContext): void {
  const diskstats = new OptionalFile(readings, '/proc/diskstats');
  const devices = new BlockDevices(readings);
  const recent = new RecentReading(clock, () => trafficOf(diskstats.read() ?? '', devices));
  const show =
    (direction: 'read' | 'written') =>
    ({ set }: { readonly set: (labels: { readonly device: string }, value: number) => void }): void => {
      for (const traffic of recent.get()) set({ device: traffic.device }, traffic[direction] * SECTOR_BYTES);
    };
  const bounded = { maxSeries: MOST_DISKS };
  if (diskstats.read() === undefined) return;
  metrics.counter({ ...SystemMetricDefinitions.DISK_READ_BYTES, ...bounded, collect: show('read') });
  metrics.counter({ ...SystemMetricDefinitions.DISK_WRITTEN_BYTES, ...bounded, collect: show('written') });
}

/** Which devices are disks. They are listed anew only when one turns up that is not known yet. */
class BlockDevices {
  readonly #readings: SystemReadings;
  readonly #isDisk = new Map<string, boolean>();

  constructor(readings: SystemReadings) {
    this.#readings = readings;
  }

  /** Whole devices only: their partitions would count everything twice, and loop devices and RAM disks are no disks. */
  isDisk(device: string): boolean {
    const known = this.#isDisk.get(device);
    if (known !== undefined) return known;
    const whole = this.#readings.list('/sys/block') ?? [];
    const isDisk = whole.includes(device) && !/^(?:loop|ram|zram)\d/.test(device);
    this.#isDisk.set(device, isDisk);
    return isDisk;
  }
}

function trafficOf(diskstats: string, devices: BlockDevices): readonly DeviceTraffic[] {
  return diskstats.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const device = fields[2] ?? '';
    return devices.isDisk(device) ? [{ device, read: Number(fields[5]), written: Number(fields[9]) }] : [];
  });
}
