import { afterEach, describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { metricsDashboard, type MetricsDashboardOptions, type MountedDashboard } from '../src/index.ts';
import { FrameRing } from '../src/stream/frame-ring.ts';
import { type TestServer, serve } from './support/http.ts';
import { SseReader } from './support/sse.ts';

interface Stage {
  readonly clock: ManualClock;
  readonly collector: MetricsCollector;
  readonly dashboard: MountedDashboard;
  readonly server: TestServer;
  gathers(): number;
}

const open: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function stage(options: Partial<MetricsDashboardOptions> = {}): Promise<Stage> {
  const clock = new ManualClock();
  const collector = new MetricsCollector({ clock });
  let gathers = 0;
  const counted = {
    gather: (how?: Parameters<MetricsCollector['gather']>[0]) => {
      gathers += 1;
      return collector.gather(how);
    },
    gatherSync: (how?: Parameters<MetricsCollector['gather']>[0]) => collector.gatherSync(how),
  };
  const dashboard = metricsDashboard({ collector: counted, clock, intervalMs: 1000, ...options });
  const server = await serve(dashboard);
  open.push(
    () => server.stop(),
    () => dashboard.close(),
  );
  return { clock, collector, dashboard, server, gathers: () => gathers };
}

function read(server: TestServer, lastEventId?: string): SseReader {
  const reader = new SseReader(server.port, '/api/live', lastEventId);
  open.push(() => reader.close());
  return reader;
}

/** Lets the timer fire and what follows settle. */
async function tick({ clock }: Stage, reader: SseReader): Promise<void> {
  const before = reader.events.length;
  await until(() => clock.pendingTimers > 0);
  clock.advance(1000);
  await reader.until(({ events }) => events.length > before);
}

async function until(isIt: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!isIt()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 5 s.');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('the live stream', () => {
  it('begins with a snapshot and goes on with what changed, as columns', async () => {
    const scene = await stage();
    const requests = scene.collector.counter({
      name: 'requests_total',
      type: 'counter',
      description: 'd',
      labels: ['route'],
    });
    requests.inc({ route: '/a' }, 3);
    requests.inc({ route: '/b' }, 5);
    const reader = read(scene.server);
    await reader.until(({ events }) => events.length === 1);
    const series = reader.events[0]?.data.s?.filter(({ m }) => m === 'requests_total');
    expect(reader.events[0]?.event).toBe('snapshot');
    expect(series?.map(({ l, f }) => [l['route'], f])).toStrictEqual([
      ['/a', 'value'],
      ['/b', 'value'],
    ]);
    requests.inc({ route: '/b' }, 2);
    await tick(scene, reader);
    const id = series?.[1]?.i;
    const delta = reader.named('delta')[0]?.data;
    const at = delta?.i?.indexOf(id ?? -1) ?? -1;
    expect(delta?.v?.[at]).toBe(7);
    expect(delta?.i).not.toContain(series?.[0]?.i);
    expect(delta?.s).toBeUndefined();
  });

  it('tells new series with the delta that has their first value, and null for one that is gone', async () => {
    const scene = await stage();
    const gauge = scene.collector.gauge({ name: 'depth', type: 'gauge', description: 'd', labels: ['queue'] });
    gauge.set({ queue: 'a' }, 1);
    const reader = read(scene.server);
    await reader.until(({ events }) => events.length === 1);
    gauge.set({ queue: '<b>' }, 4);
    await tick(scene, reader);
    const [fresh] = reader.named('delta').at(-1)?.data.s ?? [];
    expect(fresh).toMatchObject({ m: 'depth', l: { queue: '<b>' } });
    gauge.remove({ queue: 'a' });
    await tick(scene, reader);
    expect(reader.named('delta').at(-1)?.data.v).toContain(null);
  });

  it('gives a client that comes back what it missed, as one frame, and a stranger a snapshot', async () => {
    const scene = await stage();
    const gauge = scene.collector.gauge({ name: 'depth', type: 'gauge', description: 'd' });
    gauge.set(1);
    const stays = read(scene.server);
    const leaves = read(scene.server);
    await leaves.until(({ events }) => events.length === 1);
    await stays.until(({ events }) => events.length === 1);
    const lastId = leaves.events[0]?.id;
    leaves.close();
    for (const value of [2, 3]) {
      gauge.set(value);
      await tick(scene, stays);
    }
    const back = read(scene.server, lastId);
    await back.until(({ events }) => events.length === 1);
    const depth = stays.events[0]?.data.s?.find(({ m }) => m === 'depth')?.i ?? -1;
    expect(back.events[0]?.event).toBe('delta');
    expect(back.events[0]?.data.v?.[back.events[0].data.i?.indexOf(depth) ?? -1]).toBe(3);
    const stranger = read(scene.server, 'ffffffffffff-1');
    await stranger.until(({ events }) => events.length === 1);
    expect(stranger.events[0]?.event).toBe('snapshot');
  });

  it('samples while somebody looks and not otherwise', async () => {
    const scene = await stage();
    expect(scene.gathers()).toBe(0);
    const reader = read(scene.server);
    await reader.until(({ events }) => events.length === 1);
    expect(scene.gathers()).toBe(1);
    await until(() => scene.clock.pendingTimers === 1);
    reader.close();
    await until(() => scene.clock.pendingTimers === 0);
    scene.clock.advance(60_000);
    expect(scene.gathers()).toBe(1);
  });

  it('refuses more clients than it may have, and says when to come back', async () => {
    const scene = await stage({ maxClients: 1 });
    const first = read(scene.server);
    await first.until(({ events }) => events.length === 1);
    const second = read(scene.server);
    await second.until(({ status }) => status !== 0);
    expect(second.status).toBe(503);
  });

  it('keeps a connection alive with comments', async () => {
    const scene = await stage();
    const reader = read(scene.server);
    await reader.until(({ events }) => events.length === 1);
    for (let n = 0; n < 15; n += 1) await tick(scene, reader);
    await reader.until(({ comments }) => comments > 0);
    expect(reader.comments).toBe(1);
  });

  it('leaves frames out for a client that reads too slowly, and gives it the newest values afterwards', async () => {
    const scene = await stage();
    const wide = scene.collector.gauge({ name: 'wide', type: 'gauge', description: 'd', labels: ['n'] });
    const text = 'x'.repeat(200);
    const round = (value: number): void => {
      for (let n = 0; n < 4000; n += 1) wide.set({ n: `${text}${n}` }, value + n / 10_000);
    };
    round(0);
    const slow = read(scene.server);
    const quick = read(scene.server);
    await quick.until(({ events }) => events.length === 1);
    await slow.until(({ events }) => events.length === 1);
    slow.pause();
    // Enough for the buffers of both kernels and of the server to fill.
    for (let value = 1; value <= 150; value += 1) {
      round(value);
      await tick(scene, quick);
    }
    const received = slow.events.length;
    slow.resume();
    round(1000);
    await tick(scene, quick);
    round(1001);
    await tick(scene, quick);
    const one = quick.events[0]?.data.s?.find(({ m }) => m === 'wide')?.i ?? -1;
    const newest = (reader: SseReader): number | null | undefined => {
      const last = reader.events.at(-1)?.data;
      return last?.v?.[last.i?.indexOf(one) ?? -1];
    };
    for (let n = 0; n < 20 && newest(slow) !== newest(quick); n += 1) {
      round(1002 + n);
      await tick(scene, quick);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(newest(slow)).toBe(newest(quick));
    expect(slow.events.length).toBeLessThan(quick.events.length);
    expect(received).toBeLessThan(150);
  }, 30_000);
});

describe('the ring of frames', () => {
  it('puts frames together with the newest value of each id, and forgets old ones', () => {
    const ring = new FrameRing(3);
    for (let seq = 1; seq <= 4; seq += 1) ring.push({ seq, t: seq * 10, i: [seq % 2, 7], v: [seq, -seq] });
    expect(ring.since(2)).toStrictEqual({ seq: 4, t: 40, i: [1, 7, 0], v: [3, -4, 4] });
    expect(ring.since(4)).toStrictEqual({ seq: 4, t: 40, i: [], v: [] });
    expect(ring.since(0)).toBeUndefined();
    expect(ring.since(9)).toBeUndefined();
  });
});
