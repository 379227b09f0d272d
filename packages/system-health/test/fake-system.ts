import type { FileSystemSpace, HostCpuTime, SystemReadings } from '@bduf/metrics-system-health';

/** A machine that tests write: files by path, and numbers to change. */
export class FakeSystem implements SystemReadings {
  readonly files: Record<string, string> = {};
  readonly reads: string[] = [];
  platform = 'linux';
  cpuTime = { user: 0, system: 0 };
  hostTime = { busy: 0, total: 0 };
  loopTime = { active: 0, idle: 0 };
  uptime = 100;
  cpus = 4;
  rss = 100;
  memory = { total: 16_000_000_000, free: 4_000_000_000 };
  space: () => Promise<FileSystemSpace> = () => Promise.resolve({ size: 1_000, free: 400, available: 300 });

  constructor(files: Readonly<Record<string, string>> = {}) {
    Object.assign(this.files, files);
  }

  readonly readText = (path: string): string | undefined => {
    this.reads.push(path);
    return this.files[path];
  };

  readonly list = (path: string): readonly string[] | undefined => {
    const below = Object.keys(this.files).filter((file) => file.startsWith(`${path}/`));
    return below.length === 0 ? undefined : below.map((file) => file.slice(path.length + 1).split('/')[0] ?? '');
  };

  readonly sizeOf = (path: string): number | undefined => (this.list(path) === undefined ? undefined : 0);
  readonly statfs = (): Promise<FileSystemSpace> => this.space();
  readonly hostCpuTime = (): HostCpuTime => this.hostTime;
  readonly cpuCount = (): number => this.cpus;
  readonly totalMemory = (): number => this.memory.total;
  readonly freeMemory = (): number => this.memory.free;
  readonly processCpuTime = (): { user: number; system: number } => this.cpuTime;
  readonly residentMemory = (): number => this.rss;
  readonly processUptime = (): number => this.uptime;
  readonly eventLoopTime = (): { active: number; idle: number } => this.loopTime;
}

/** Mount of version 2, and the group of a process by its path. */
export function cgroupV2(group: string, root = '/'): Readonly<Record<string, string>> {
  return {
    '/proc/self/cgroup': `0::${group}\n`,
    '/proc/self/mountinfo': [
      '22 1 0:20 / /proc rw,nosuid - proc proc rw',
      `31 22 0:26 ${root} /sys/fs/cgroup rw,nosuid shared:4 master:9 - cgroup2 cgroup2 rw,nsdelegate`,
      '',
    ].join('\n'),
  };
}

/** Mounts of version 1 as Docker made them, with version 2 beside them without controllers. */
export function cgroupV1(group: string, root = '/'): Readonly<Record<string, string>> {
  return {
    '/proc/self/cgroup': `9:name=systemd:${group}\n4:memory:${group}\n2:cpu,cpuacct:${group}\n0::/\n`,
    '/proc/self/mountinfo': [
      `33 31 0:30 ${root} /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct`,
      `35 31 0:32 ${root} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory`,
      '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
    ].join('\n'),
  };
}
