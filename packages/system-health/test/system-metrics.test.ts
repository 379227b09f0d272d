import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, jest } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import {
  type FileSystemSpace,
  SystemHealthMonitor,
  SystemMetrics,
  SystemMetricsCollection,
  type SystemMetricsOptions,
} from '@bduf/metrics-system-health';
import { cgroupV1, cgroupV2, FakeSystem } from './fake-system.ts';

function world(readings: FakeSystem, options: SystemMetricsOptions = {}) {
  const clock = new ManualClock();
  const metrics = new MetricsCollector({ clock, strict: true });
  const system = new SystemMetricsCollection(metrics, { readings, clock, ...options });
  return { clock, metrics, system, readings };
}

/** Series of a metric as `label,label value`. */
async function shown(metrics: MetricsCollector, name: string): Promise<readonly string[]> {
  await metrics.gather();
  return (metrics.getMetric(name)?.values() ?? []).map(({ labels, value }) =>
    `${Object.values(labels ?? {}).join(',')} ${value}`.trim(),
  );
}

const MEMINFO = 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\nBuffers: 1 kB\n';

describe('CPU', () => {
  it('of the host is what is not idle, by /proc/stat', async () => {
    const { metrics, clock, readings } = world(
      new FakeSystem({ '/proc/stat': 'cpu  10 0 10 80 0 0 0 0 7 0\ncpu0 1\n' }),
    );
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual([]); // Nothing is known in the first second.
    readings.files['/proc/stat'] = 'cpu  20 5 15 110 20 2 2 1 9 0\ncpu0 1\n';
    clock.advance(999);
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual([]);
    clock.advance(1);
    // 25 of 75 ticks; the guest's are part of the user's.
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual([`host ${(25 / 75) * 100}`, 'process 0']);
  });

  it('of the host comes from Node.js where there is no procfs', async () => {
    const readings = new FakeSystem();
    readings.platform = 'darwin';
    const { metrics, clock } = world(readings);
    readings.hostTime = { busy: 3, total: 4 };
    clock.advance(1_000);
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual(['host 75', 'process 0']);
  });

  it('of the process is against all CPUs when there is no limit, and of one second at least', async () => {
    const { metrics, clock, readings } = world(new FakeSystem());
    readings.cpuTime = { user: 1, system: 1 };
    clock.advance(1_000);
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual(['process 50']);
    expect(await shown(metrics, 'process_cpu_time_seconds')).toEqual(['user 1', 'system 1']);
    clock.advance(500); // Another scraper, half a second later, sees the same.
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual(['process 50']);
    clock.advance(500);
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual(['process 0']);
  });
});

interface CgroupCase {
  readonly files: Readonly<Record<string, string>>;
  /** What the files say a second later. */
  readonly later?: Readonly<Record<string, string>>;
  readonly cpu: readonly string[];
  readonly memory: readonly string[];
  readonly percent: readonly string[];
  readonly limits: readonly string[];
  readonly throttled: readonly string[];
}

const POD = '/kubepods.slice/pod1.slice';
const GIB = 2 ** 30;

/** The process used 1 CPU second of that second on a host with 4 CPUs, and holds 100 bytes. */
const CGROUPS: Readonly<Record<string, CgroupCase>> = {
  'version 2 in a container: the mount is the group': {
    files: {
      ...cgroupV2('/'),
      '/sys/fs/cgroup/cpu.max': '200000 100000\n',
      '/sys/fs/cgroup/cpu.stat':
        'usage_usec 5000000\nuser_usec 1\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2500000\n',
      '/sys/fs/cgroup/memory.max': '1000\n',
      '/sys/fs/cgroup/memory.current': '700\n',
      '/sys/fs/cgroup/memory.stat': 'anon 1\ninactive_file 200\nactive_file 3\n',
    },
    later: {
      '/sys/fs/cgroup/cpu.stat':
        'usage_usec 6500000\nuser_usec 1\nnr_periods 20\nnr_throttled 5\nthrottled_usec 3000000\n',
    },
    cpu: ['container 75', 'process 50'],
    memory: ['host 12000000000', 'container 500', 'process 100'],
    percent: ['host 75', 'container 50', 'process 10'],
    limits: ['host 16000000000', 'container 1000'],
    throttled: ['20', '5', '3', '2'],
  },
  'version 2 nested: the group above has the smaller limit': {
    files: {
      ...cgroupV2(`${POD}/app:1`),
      [`/sys/fs/cgroup${POD}/app:1/cpu.max`]: 'max 100000\n',
      [`/sys/fs/cgroup${POD}/app:1/cpu.stat`]: 'usage_usec 0\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n',
      [`/sys/fs/cgroup${POD}/app:1/memory.max`]: 'max\n',
      [`/sys/fs/cgroup${POD}/app:1/memory.current`]: '10\n',
      [`/sys/fs/cgroup${POD}/app:1/memory.stat`]: 'inactive_file 0\n',
      [`/sys/fs/cgroup${POD}/cpu.max`]: '50000 100000\n',
      [`/sys/fs/cgroup${POD}/cpu.stat`]: 'usage_usec 1000000\nnr_periods 3\nnr_throttled 2\nthrottled_usec 1000000\n',
      [`/sys/fs/cgroup${POD}/memory.max`]: '400\n',
      [`/sys/fs/cgroup${POD}/memory.current`]: '350\n',
      [`/sys/fs/cgroup${POD}/memory.stat`]: 'inactive_file 50\n',
      '/sys/fs/cgroup/kubepods.slice/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/kubepods.slice/memory.max': '8000000000\n',
      '/sys/fs/cgroup/cpu.stat': 'usage_usec 0\n',
    },
    later: {
      [`/sys/fs/cgroup${POD}/cpu.stat`]: 'usage_usec 1250000\nnr_periods 3\nnr_throttled 2\nthrottled_usec 1000000\n',
    },
    cpu: ['container 50', 'process 200'],
    memory: ['host 12000000000', 'container 300', 'process 100'],
    percent: ['host 75', 'container 75', 'process 25'],
    limits: ['host 16000000000', 'container 400'],
    throttled: ['3', '2', '1', '0.5'],
  },
  'version 1 of Docker: the mount hides the path of the host': {
    files: {
      ...cgroupV1('/docker/abc', '/docker/abc'),
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '200000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.stat': 'nr_periods 5\nnr_throttled 1\nthrottled_time 1500000000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '1000\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '900\n',
      '/sys/fs/cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 400\n',
    },
    later: { '/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage': '9000000000\n' },
    cpu: ['process 50'],
    memory: ['host 12000000000', 'container 500', 'process 100'],
    percent: ['host 75', 'container 50', 'process 10'],
    limits: ['host 16000000000', 'container 1000'],
    throttled: ['5', '1', '1.5', '2'],
  },
  'version 1 nested, without a limit: against the machine': {
    files: {
      ...cgroupV1('/system.slice/app.service'),
      '/sys/fs/cgroup/cpu,cpuacct/system.slice/app.service/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu,cpuacct/system.slice/app.service/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu,cpuacct/system.slice/app.service/cpuacct.usage': '1000000000\n',
      '/sys/fs/cgroup/memory/system.slice/app.service/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/system.slice/app.service/memory.usage_in_bytes': '1600000000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    },
    later: { '/sys/fs/cgroup/cpu,cpuacct/system.slice/app.service/cpuacct.usage': '3000000000\n' },
    cpu: ['container 50', 'process 25'],
    memory: ['host 12000000000', 'container 1600000000', 'process 100'],
    percent: ['host 75', 'container 10', `process ${(100 / 16e9) * 100}`],
    limits: ['host 16000000000'],
    throttled: [],
  },
  'a machine with version 2 and no group': {
    files: { ...cgroupV2('/'), '/sys/fs/cgroup/cpu.stat': 'usage_usec 1\n', '/sys/fs/cgroup/memory.stat': 'anon 1\n' },
    cpu: ['process 25'],
    memory: ['host 12000000000', 'process 100'],
    percent: ['host 75', `process ${(100 / 16e9) * 100}`],
    limits: ['host 16000000000'],
    throttled: [],
  },
  'a machine with version 1 and no group': {
    files: {
      ...cgroupV1('/'),
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${2 ** 63}\n`,
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${GIB}\n`,
    },
    cpu: ['process 25'],
    memory: ['host 12000000000', 'process 100'],
    percent: ['host 75', `process ${(100 / 16e9) * 100}`],
    limits: ['host 16000000000'],
    throttled: [],
  },
  'a path outside of what is mounted counts as the top': {
    files: { ...cgroupV2('/../other'), '/sys/fs/cgroup/memory.max': '200\n', '/sys/fs/cgroup/memory.current': '50\n' },
    cpu: ['process 25'],
    memory: ['host 12000000000', 'container 50', 'process 100'],
    percent: ['host 75', 'container 25', 'process 50'],
    limits: ['host 16000000000', 'container 200'],
    throttled: [],
  },
  'no control groups at all': {
    files: {},
    cpu: ['process 25'],
    memory: ['host 12000000000', 'process 100'],
    percent: ['host 75', `process ${(100 / 16e9) * 100}`],
    limits: ['host 16000000000'],
    throttled: [],
  },
};

describe('control groups', () => {
  it.each(Object.entries(CGROUPS))('%s', async (_, { files, later = {}, ...expected }) => {
    const { metrics, clock, readings } = world(new FakeSystem(files));
    Object.assign(readings.files, later);
    readings.cpuTime = { user: 1, system: 0 };
    clock.advance(1_000);
    expect(await shown(metrics, 'cpu_usage_percent')).toEqual(expected.cpu);
    expect(await shown(metrics, 'memory_usage_bytes')).toEqual(expected.memory);
    expect(await shown(metrics, 'memory_usage_percent')).toEqual(expected.percent);
    expect(await shown(metrics, 'memory_limit_bytes')).toEqual(expected.limits);
    const throttling = [
      SystemMetrics.CONTAINER_CPU_PERIODS,
      SystemMetrics.CONTAINER_CPU_THROTTLED_PERIODS,
      SystemMetrics.CONTAINER_CPU_THROTTLED_TIME,
      SystemMetrics.CONTAINER_CPU_LIMIT,
    ];
    const seen = await Promise.all(throttling.map((name) => shown(metrics, name)));
    expect(seen.flat()).toEqual(expected.throttled);
  });

  it('follow a limit that changes while the process runs', async () => {
    const { metrics, clock, readings } = world(
      new FakeSystem(CGROUPS['version 2 in a container: the mount is the group']?.files),
    );
    readings.files['/sys/fs/cgroup/memory.max'] = '2000\n';
    readings.files['/sys/fs/cgroup/cpu.max'] = '100000 100000\n';
    clock.advance(1_000);
    expect(await shown(metrics, 'memory_usage_percent')).toEqual(['host 75', 'container 25', 'process 5']);
    expect(await shown(metrics, 'container_cpu_limit_cores')).toEqual(['1']);
  });
});

describe('memory of the host', () => {
  it('counts what is not available, by /proc/meminfo', async () => {
    const { metrics } = world(new FakeSystem({ '/proc/meminfo': MEMINFO }));
    expect(await shown(metrics, 'memory_usage_bytes')).toEqual([`host ${750 * 1024}`, 'process 100']);
    expect((await shown(metrics, 'memory_usage_percent'))[0]).toBe('host 75');
  });
});

describe('disks', () => {
  it('are as full as df says: what is reserved is no longer there', async () => {
    const { metrics } = world(new FakeSystem(), { disks: ['/', '/data'] });
    expect(await shown(metrics, 'disk_usage_bytes')).toEqual(['/ 600', '/data 600']);
    expect(await shown(metrics, 'disk_size_bytes')).toEqual(['/ 1000', '/data 1000']);
    expect((await shown(metrics, 'disk_usage_percent'))[0]).toBe(`/ ${(600 / 900) * 100}`);
  });

  it('that do not answer are absent, and are not asked again until they do', async () => {
    const readings = new FakeSystem();
    const pending: ((space: FileSystemSpace) => void)[] = [];
    readings.space = jest.fn(() => new Promise<FileSystemSpace>((resolve) => pending.push(resolve)));
    const { metrics, clock } = world(readings);
    const read = async (): Promise<readonly string[]> => {
      const values = shown(metrics, 'disk_usage_bytes');
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1_000);
      return values;
    };
    expect(await read()).toEqual([]);
    expect(await read()).toEqual([]);
    expect(readings.space).toHaveBeenCalledTimes(1);
    pending[0]?.({ size: 10, free: 5, available: 5 });
    await new Promise((resolve) => setImmediate(resolve));
    readings.space = () => Promise.resolve({ size: 10, free: 4, available: 4 });
    expect(await read()).toEqual(['/ 6']);
    readings.space = () => Promise.reject(new Error('ENOENT'));
    expect(await read()).toEqual([]);
  });

  it('show the traffic of whole devices', async () => {
    const { metrics } = world(
      new FakeSystem({
        '/proc/diskstats': [
          '   8  0 sda 1 2 30 4 5 6 70 8 0 0 0',
          '   8  1 sda1 1 2 30 4 5 6 70 8 0 0 0',
          '   7  0 loop0 1 2 30 4 5 6 70 8 0 0 0',
          '',
        ].join('\n'),
        '/sys/block/sda/size': '1',
        '/sys/block/loop0/size': '1',
      }),
    );
    expect(await shown(metrics, 'disk_read_bytes_total')).toEqual([`sda ${30 * 512}`]);
    expect(await shown(metrics, 'disk_written_bytes_total')).toEqual([`sda ${70 * 512}`]);
  });
});

describe('the network', () => {
  const files = {
    '/proc/net/dev': [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
      '    lo: 175 4 0 0 0 0 0 0 176 4 0 0 0 0 0 0',
      'eth0:1:9007199254740000 1 0 0 0 0 0 0 12 1 0 0 0 0 0 0',
      '',
    ].join('\n'),
    '/proc/net/sockstat':
      'sockets: used 23\nTCP: inuse 9 orphan 0 tw 30 alloc 9 mem 44\nUDP: inuse 2 mem 0\nUDPLITE: inuse 7\n',
    '/proc/net/sockstat6': 'TCP6: inuse 3\nUDP6: inuse 0\n',
  };

  it('shows traffic by interface and connections by protocol', async () => {
    const { metrics } = world(new FakeSystem(files));
    expect(await shown(metrics, 'network_bytes_received_total')).toEqual(['lo 175', 'eth0:1 9007199254740000']);
    expect(await shown(metrics, 'network_bytes_sent_total')).toEqual(['lo 176', 'eth0:1 12']);
    expect(await shown(metrics, 'network_connections_active')).toEqual(['tcp 9', 'udp 2', 'tcp6 3', 'udp6 0']);
  });

  it('shows what there is: without IPv6, and nothing without procfs', async () => {
    const { metrics } = world(new FakeSystem({ '/proc/net/sockstat': files['/proc/net/sockstat'] }));
    expect(await shown(metrics, 'network_connections_active')).toEqual(['tcp 9', 'udp 2']);
    expect(metrics.getMetric('network_bytes_sent_total')).toBeUndefined();
  });
});

const RUN_SOURCES = ['--conditions=@bduf/source', '--import=@bduf/jest-preset/run-sources'];

describe('the process', () => {
  function inFolder<T>(use: (folder: string) => T): T {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'restarts-'));
    try {
      return use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('shows uptime, start and file descriptors', async () => {
    const { metrics, clock } = world(
      new FakeSystem({
        '/proc/self/fd/0': '',
        '/proc/self/fd/1': '',
        '/proc/self/fd/9': '',
        '/proc/self/limits':
          'Limit  Soft Limit  Hard Limit\nMax open files            1024                 4096                 files\n',
      }),
    );
    expect(await shown(metrics, 'process_uptime_seconds')).toEqual(['100']);
    expect(await shown(metrics, 'process_start_time_seconds')).toEqual([String(clock.now() / 1_000 - 100)]);
    expect(await shown(metrics, 'process_open_fds')).toEqual(['2']);
    expect(await shown(metrics, 'process_max_fds')).toEqual(['1024']);
    expect(await shown(metrics, 'process_restart_count_total')).toEqual(['0']);
  });

  it('counts its restarts in a folder that outlives it, once for each process', () => {
    inFolder((folder) => {
      // Each run is a process of its own, as after a restart.
      const script = `
        const { MetricsCollector } = await import('@bduf/metrics-core');
        const { SystemMetricsCollection } = await import('@bduf/metrics-system-health');
        for (let time = 0; time < 3; time++) {
          const metrics = new MetricsCollector();
          const system = new SystemMetricsCollection(metrics, { stateDirectory: ${JSON.stringify(path.join(folder, 'state'))} });
          metrics.gatherSync();
          console.log(metrics.getMetric('process_restart_count_total').values()[0].value);
          system.stop();
        }`;
      const runs = [0, 1, 2].map(() =>
        execFileSync(process.execPath, [...RUN_SOURCES, '--input-type=module', '-e', script], {
          encoding: 'utf8',
          timeout: 60_000,
        })
          .trim()
          .split('\n'),
      );
      expect(runs).toEqual([Array(3).fill('0'), Array(3).fill('1'), Array(3).fill('2')]);
    });
  });

  it('starts anew with a state that is broken, and reports a folder it cannot write', async () => {
    const onError = jest.fn();
    const restarts = await inFolder((folder) => {
      writeFileSync(path.join(folder, 'restarts.json'), '{"restarts":');
      const { metrics } = world(new FakeSystem(), { stateDirectory: folder, onError });
      expect(JSON.parse(readFileSync(path.join(folder, 'restarts.json'), 'utf8'))).toMatchObject({ restarts: 0 });
      return shown(metrics, 'process_restart_count_total');
    });
    expect(restarts).toEqual(['0']);
    expect(onError).not.toHaveBeenCalled();
    world(new FakeSystem(), { stateDirectory: '/proc/none', onError });
    expect(onError).toHaveBeenCalledTimes(1);
  });
});

describe('the event loop', () => {
  it('shows how late it was, cumulatively', () => {
    const { metrics, clock } = world(new FakeSystem(), { eventLoopResolutionMs: 20 });
    clock.advance(200);
    const delay = metrics.getMetric('event_loop_delay_seconds');
    expect(delay?.values()[0]?.value).toBe(10);
    expect(delay?.read().blocks[0]?.values.at(-1)).toBe(0);
    for (let scrape = 0; scrape < 3; scrape++) expect(delay?.values()[0]?.value).toBe(10); // Nobody resets it.
  });

  it('shows its utilization, and its time for those who compute their own', async () => {
    const { metrics, clock, readings } = world(new FakeSystem());
    readings.loopTime = { active: 300, idle: 700 };
    clock.advance(1_000);
    expect(await shown(metrics, 'event_loop_utilization_ratio')).toEqual(['0.3']);
    expect(await shown(metrics, 'event_loop_time_seconds_total')).toEqual(['active 0.3', 'idle 0.7']);
  });

  it('that is blocked shows in the histogram of a real process', async () => {
    const metrics = new MetricsCollector();
    const system = new SystemMetricsCollection(metrics, { eventLoopResolutionMs: 5 });
    await new Promise((resolve) => setImmediate(resolve));
    for (const end = performance.now() + 130; performance.now() < end;);
    const deadline = performance.now() + 10_000;
    const delay = metrics.getMetric('event_loop_delay_seconds');
    const longest = (): number => delay?.read().blocks[0]?.values.at(-1) ?? 0;
    while (longest() < 0.1 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(longest()).toBeGreaterThan(0.1);
    system.stop();
  });
});

describe('memory of JavaScript', () => {
  it('shows heap spaces, limit and collections', async () => {
    const metrics = new MetricsCollector();
    const system = new SystemMetricsCollection(metrics);
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    collectGarbage();
    const deadline = performance.now() + 10_000;
    let kinds: readonly string[] = [];
    while (!kinds.some((kind) => /^major [1-9]/.test(kind)) && performance.now() < deadline) {
      await new Promise((resolve) => setImmediate(resolve));
      kinds = await shown(metrics, 'gc_duration_seconds');
    }
    expect(kinds).toContainEqual(expect.stringMatching(/^major [1-9]/));
    expect(await shown(metrics, 'heap_space_used_bytes')).toContainEqual(
      expect.stringMatching(/^old_space [1-9]\d{5}/),
    );
    expect(await shown(metrics, 'heap_limit_bytes')).toEqual([expect.stringMatching(/^\d{8,}$/)]);
    system.stop();
  });
});

describe('pressure', () => {
  const stalls = (some: number): string =>
    `some avg10=0.00 avg60=0.00 avg300=0.00 total=${some}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${some / 2}\n`;

  it('shows what tasks waited for, on the host and in the container', async () => {
    const { metrics } = world(
      new FakeSystem({
        ...cgroupV2('/'),
        '/sys/fs/cgroup/cgroup.type': 'domain\n',
        '/sys/fs/cgroup/memory.pressure': stalls(2_000_000),
        '/proc/pressure/io': stalls(8_000_000),
      }),
    );
    expect(await shown(metrics, 'pressure_stall_seconds_total')).toEqual([
      'host,io,some 8',
      'host,io,full 4',
      'container,memory,some 2',
      'container,memory,full 1',
    ]);
  });
});

describe('a collection', () => {
  it('does not look again for files that a kernel lacks', async () => {
    const { metrics, clock, readings } = world(new FakeSystem({ '/proc/meminfo': MEMINFO }));
    await metrics.gather();
    clock.advance(2_000);
    readings.reads.length = 0;
    await metrics.gather();
    expect(readings.reads).toEqual(['/proc/meminfo']);
  });

  it('collects the areas that are asked for', () => {
    const off = { cpu: false, disk: false, eventLoop: false, gc: false, heap: false, network: false, process: false };
    const { metrics } = world(new FakeSystem(), { areas: off });
    const known = (name: string): boolean => metrics.getMetric(name) !== undefined;
    expect(known('memory_usage_bytes')).toBe(true);
    const gone = ['cpu_usage_percent', 'disk_usage_bytes', 'event_loop_delay_seconds', 'gc_duration_seconds'];
    expect(gone.filter(known)).toEqual([]);
  });

  it('leaves nothing behind when it is stopped', () => {
    const { metrics, clock, system } = world(
      new FakeSystem(CGROUPS['version 2 in a container: the mount is the group']?.files),
    );
    system.stop();
    system[Symbol.dispose]();
    expect(Object.values(SystemMetrics).filter((name) => metrics.getMetric(name) !== undefined)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('refuses a resolution that no timer has', () => {
    for (const eventLoopResolutionMs of [0, -1, Number.NaN, Infinity]) {
      expect(() => world(new FakeSystem(), { eventLoopResolutionMs })).toThrow(
        expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID' }),
      );
    }
  });

  it('lives and ends with a monitor', () => {
    const clock = new ManualClock();
    const metrics = new MetricsCollector({ clock });
    const monitor = new SystemHealthMonitor(metrics, 1_000, { clock, system: { readings: new FakeSystem() } });
    const isKnown = (): boolean => metrics.getMetric('cpu_usage_percent') !== undefined;
    const seen = [isKnown()];
    for (const step of ['startMonitoring', 'stopMonitoring', 'startMonitoring'] as const) {
      monitor[step]();
      seen.push(isKnown());
    }
    expect(seen).toEqual([false, true, false, true]);
    monitor.stopMonitoring();
  });
});

/** Metrics that this machine or this test cannot have. */
const ELSEWHERE = new Set<string>([
  'database_connections_active',
  SystemMetrics.HEALTH_CHECK_STATUS,
  SystemMetrics.HEALTH_CHECK_DURATION,
  SystemMetrics.COMPONENT_AVAILABILITY,
  // Only where a CPU limit binds.
  SystemMetrics.CONTAINER_CPU_LIMIT,
  SystemMetrics.CONTAINER_CPU_PERIODS,
  SystemMetrics.CONTAINER_CPU_THROTTLED_PERIODS,
  SystemMetrics.CONTAINER_CPU_THROTTLED_TIME,
]);

(process.platform === 'linux' ? describe : describe.skip)('this machine', () => {
  it('shows every system metric, with values that agree with what others say of it', async () => {
    const clock = new ManualClock();
    const metrics = new MetricsCollector({ strict: true });
    const system = new SystemMetricsCollection(metrics, { clock });
    for (const end = performance.now() + 50; performance.now() < end;);
    clock.advance(1_000);
    const values = new Map<string, readonly string[]>();
    for (const name of Object.values(SystemMetrics)) values.set(name, await shown(metrics, name));
    const silent = [...values].filter(([name, series]) => series.length === 0 && !ELSEWHERE.has(name));
    // Without a pressure interface the kernel has no such numbers.
    expect(silent.map(([name]) => name).filter((name) => name !== SystemMetrics.PRESSURE_STALL_TIME)).toEqual([]);
    const valueOf = (name: string, labels: string): number =>
      Number(
        values
          .get(name)
          ?.find((series) => series.startsWith(labels))
          ?.split(' ')
          .at(-1),
      );
    const within = (value: number, expected: number, share: number): void => {
      expect(Math.abs(value - expected)).toBeLessThan(expected * share);
    };
    within(valueOf('memory_limit_bytes', 'host'), os.totalmem(), 0.001);
    within(valueOf('memory_usage_bytes', 'process'), process.memoryUsage.rss(), 0.2);
    within(valueOf('process_uptime_seconds', ''), process.uptime(), 0.2);
    const df = execFileSync('df', ['-B1', '--output=size,used,pcent', '/'], { encoding: 'utf8' }).split('\n')[1] ?? '';
    const [size = 0, used = 0, percent = 0] = df
      .trim()
      .split(/[\s%]+/)
      .map(Number);
    within(valueOf('disk_size_bytes', '/'), size, 0.001);
    within(valueOf('disk_usage_bytes', '/'), used, 0.01);
    expect(Math.abs(valueOf('disk_usage_percent', '/') - percent)).toBeLessThan(2);
    const openFiles = async (): Promise<number> => Number((await shown(metrics, SystemMetrics.PROCESS_OPEN_FDS))[0]);
    const before = await openFiles();
    const opened = Array.from({ length: 40 }, () => openSync('/dev/null', 'r'));
    // The runner of the tests opens and closes a file of its own now and then.
    expect(Math.abs((await openFiles()) - before - opened.length)).toBeLessThan(5);
    for (const file of opened) closeSync(file);
    expect(valueOf('cpu_usage_percent', 'process')).toBeGreaterThan(0);
    system.stop();
  });
});
