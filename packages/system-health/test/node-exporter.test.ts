import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { seriesOf } from '@bduf/metrics-core/primitives';
import { SystemMetrics, SystemMetricsCollection } from '@bduf/metrics-system-health';
import { parsePrometheusText } from '@bduf/metrics-testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

/** Numbers by the values of their labels, `''` without labels. */
type Numbers = ReadonlyMap<string, number>;

/** What both say about one thing: the other program before and after this one was read. */
interface Sandwich {
  readonly before: Numbers;
  readonly ours: Numbers;
  readonly after: Numbers;
}

const MIB = 2 ** 20;

await describeWithBackends(['node-exporter'], 'beside node_exporter, of the same machine at the same time', () => {
  let exporter: Awaited<ReturnType<typeof start.nodeExporter>>;
  let metrics: MetricsCollector;
  let system: SystemMetricsCollection;

  beforeAll(async () => {
    // Without a filter, so that the file system of a container is among them.
    exporter = await start.nodeExporter({ flags: ['--collector.filesystem.fs-types-exclude=^$'] });
    metrics = new MetricsCollector({ strict: true });
    system = new SystemMetricsCollection(metrics);
  }, 60_000);
  afterAll(async () => {
    system.stop();
    await exporter.stop();
  });

  const readExporter = async (): Promise<ReadonlyMap<string, Numbers>> => {
    return new Map(
      parsePrometheusText(await exporter.metrics()).map(({ name, samples }) => [
        name,
        new Map(samples.map(({ labels, value }) => [Object.values(labels).join(), value])),
      ]),
    );
  };

  const readOurs = async (name: string): Promise<Numbers> => {
    const [family] = await metrics.gather({ names: new Set([name]) });
    return new Map(
      family === undefined
        ? []
        : Array.from(seriesOf(family), ({ labels, value }) => [Object.values(labels).join(), value]),
    );
  };

  const sandwich = async (theirs: (read: ReadonlyMap<string, Numbers>) => Numbers, name: string): Promise<Sandwich> => {
    const before = theirs(await readExporter());
    // Readings are shared by metrics that are read within 100 ms; ours must not be of before.
    await wait(150);
    const ours = await readOurs(name);
    return { before, ours, after: theirs(await readExporter()) };
  };

  it.each([
    [SystemMetrics.NETWORK_BYTES_RECEIVED, 'node_network_receive_bytes_total'],
    [SystemMetrics.NETWORK_BYTES_SENT, 'node_network_transmit_bytes_total'],
    [SystemMetrics.DISK_READ_BYTES, 'node_disk_read_bytes_total'],
    [SystemMetrics.DISK_WRITTEN_BYTES, 'node_disk_written_bytes_total'],
  ])('%s lies between two readings of %s, device by device', async (name, theirs) => {
    const { before, ours, after } = await sandwich((read) => read.get(theirs) ?? new Map(), name);
    expect(ours.size).toBeGreaterThan(0);
    for (const [device, value] of ours) {
      expect(value).toBeGreaterThanOrEqual(before.get(device) ?? NaN);
      expect(value).toBeLessThanOrEqual(after.get(device) ?? NaN);
    }
  });

  it('knows the same network interfaces', async () => {
    const { before, ours } = await sandwich(
      (read) => read.get('node_network_receive_bytes_total') ?? new Map(),
      SystemMetrics.NETWORK_BYTES_RECEIVED,
    );
    expect([...ours.keys()].toSorted()).toEqual([...before.keys()].toSorted());
  });

  it('says the same of pressure', async () => {
    const PRESSURE: Readonly<Record<string, string>> = {
      'host,cpu,some': 'node_pressure_cpu_waiting_seconds_total',
      'host,memory,some': 'node_pressure_memory_waiting_seconds_total',
      'host,memory,full': 'node_pressure_memory_stalled_seconds_total',
      'host,io,some': 'node_pressure_io_waiting_seconds_total',
      'host,io,full': 'node_pressure_io_stalled_seconds_total',
    };
    const theirs = (read: ReadonlyMap<string, Numbers>): Numbers =>
      new Map(
        Object.entries(PRESSURE).flatMap(([key, name]) => {
          const value = read.get(name)?.get('');
          return value === undefined ? [] : [[key, value] as const];
        }),
      );
    const { before, ours, after } = await sandwich(theirs, SystemMetrics.PRESSURE_STALL_TIME);
    // A kernel without PSI has none of them in either.
    expect([...ours.keys()].filter((key) => key in PRESSURE).toSorted()).toEqual([...before.keys()].toSorted());
    for (const [key, value] of before) {
      expect(microseconds(ours.get(key))).toBeGreaterThanOrEqual(microseconds(value));
      expect(microseconds(ours.get(key))).toBeLessThanOrEqual(microseconds(after.get(key)));
    }
  });

  it('counts the same connections', async () => {
    const theirs = (read: ReadonlyMap<string, Numbers>): Numbers =>
      new Map(
        ['TCP', 'UDP', 'TCP6', 'UDP6'].flatMap((key) => {
          const value = read.get(`node_sockstat_${key}_inuse`)?.get('');
          return value === undefined ? [] : [[key.toLowerCase(), value] as const];
        }),
      );
    const agreed = await pollUntil(
      async () => {
        const { before, ours, after } = await sandwich(theirs, SystemMetrics.NETWORK_CONNECTIONS_ACTIVE);
        const [first, second, third] = [before, ours, after].map(textOf);
        return first === third && second === first && ours;
      },
      { what: 'a moment in which no connection came or went' },
    );
    expect(agreed.get('tcp')).toBeGreaterThan(0);
  });

  it('says the same of memory', async () => {
    const memory = (field: string) => (read: ReadonlyMap<string, Numbers>) =>
      read.get(`node_memory_${field}_bytes`)?.get('') ?? NaN;
    const total = memory('MemTotal');
    const used = await sandwich(
      (read) => new Map([['host', total(read) - memory('MemAvailable')(read)]]),
      SystemMetrics.MEMORY_USAGE_BYTES,
    );
    const limit = await sandwich((read) => new Map([['host', total(read)]]), SystemMetrics.MEMORY_LIMIT_BYTES);
    expect(limit.ours.get('host')).toBe(limit.before.get('host'));
    // It changes all the time: a hundredth of the machine's is what others may take in between.
    expectBetween(used, 'host', (limit.before.get('host') ?? NaN) / 100);
  });

  it('says the same of the file system', async () => {
    const root = (name: string) => (read: ReadonlyMap<string, Numbers>) =>
      [...(read.get(`node_filesystem_${name}_bytes`) ?? [])].find(
        ([labels]) => labels.split(',').at(-1) === '/',
      )?.[1] ?? NaN;
    const used = (read: ReadonlyMap<string, Numbers>): number => root('size')(read) - root('free')(read);
    const size = await sandwich((read) => new Map([['/', root('size')(read)]]), SystemMetrics.DISK_SIZE_BYTES);
    expect(size.ours.get('/')).toBe(size.before.get('/'));
    const usage = await sandwich((read) => new Map([['/', used(read)]]), SystemMetrics.DISK_USAGE_BYTES);
    expectBetween(usage, '/', 256 * MIB);
    const percent = await sandwich(
      (read) => new Map([['/', (100 * used(read)) / (used(read) + root('avail')(read))]]),
      SystemMetrics.DISK_USAGE_PERCENT,
    );
    expectBetween(percent, '/', 0.5);
  });

  it('says the same of the CPUs over the same seconds', async () => {
    const busy = (read: ReadonlyMap<string, Numbers>): { readonly busy: number; readonly total: number } => {
      const modes = [...(read.get('node_cpu_seconds_total') ?? [])];
      const sum = (isMeant: (mode: string) => boolean): number =>
        modes.filter(([labels]) => isMeant(labels.split(',')[1] ?? '')).reduce((all, [, value]) => all + value, 0);
      return { busy: sum((mode) => mode !== 'idle' && mode !== 'iowait'), total: sum(() => true) };
    };
    // The window of the gauge begins with the read-out before, if that was a second ago or longer.
    const endMs = performance.now() + 1100;
    while (performance.now() < endMs);
    const began = busy(await readExporter());
    await readOurs(SystemMetrics.CPU_USAGE_PERCENT);
    const burnMs = performance.now() + 3000;
    while (performance.now() < burnMs);
    const ours = (await readOurs(SystemMetrics.CPU_USAGE_PERCENT)).get('host') ?? NaN;
    const ended = busy(await readExporter());
    const theirs = (100 * (ended.busy - began.busy)) / (ended.total - began.total);
    expect(Math.abs(ours - theirs)).toBeLessThan(5);
    // One of the CPUs was busy in this process alone.
    expect(ours).toBeGreaterThan((100 / os.cpus().length) * 0.5);
  }, 30_000);
});

function textOf(numbers: Numbers): string {
  return Array.from(numbers, ([key, value]) => `${key} ${value}`)
    .toSorted()
    .join();
}

/** The kernel counts microseconds, of which both make seconds, each in its own way. */
function microseconds(seconds: number | undefined): number {
  return Math.round((seconds ?? NaN) * 1e6);
}

function expectBetween({ before, ours, after }: Sandwich, key: string, slack: number): void {
  const [low = NaN, high = NaN] = [before.get(key) ?? NaN, after.get(key) ?? NaN].toSorted((a, b) => a - b);
  expect(ours.get(key)).toBeGreaterThanOrEqual(low - slack);
  expect(ours.get(key)).toBeLessThanOrEqual(high + slack);
}
