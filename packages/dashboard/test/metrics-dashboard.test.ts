import { describe, expect, it } from '@jest/globals';
import { ManualClock, query } from '@bduf/metrics-core/primitives';
import { MetricsDashboard, type MetricsSnapshot } from '../src/index.ts';
import {
  alertStatusSchema,
  businessMetricsSchema,
  metricsSnapshotSchema,
  performanceMetricsSchema,
  systemOverviewSchema,
} from '../src/schema.ts';
import { FakeAlerts } from './support/fake-alerts.ts';
import { RecordedHistory } from './support/recorded-history.ts';
import { Traffic } from './support/traffic.ts';

const START = Date.UTC(2026, 0, 1);
const traffic = new Traffic(START);
traffic.replay(900, 240);
const nowMs = traffic.clock.now();
const alerts = new FakeAlerts(nowMs);
const dashboard = new MetricsDashboard({ history: traffic.history }, { alerts, clock: traffic.clock });

function asked(
  of:
    | { expression: ReturnType<typeof query>['expression'] }
    | { expression: Parameters<RecordedHistory['readSync']>[0][number]['expression'] },
): number | undefined {
  const [answer] = traffic.history.readSync([{ expression: of.expression, startMs: nowMs, endMs: nowMs, stepMs: 0 }]);
  return answer?.series[0]?.values[0];
}

describe('the overview', () => {
  it('agrees with the questions that anybody can ask, at one moment', async () => {
    const overview = await dashboard.getSystemOverview();
    expect(overview.asOf).toBe(new Date(nowMs).toISOString());
    expect(overview.requestRate).toStrictEqual({
      value: asked(query('http_requests_total').rate(300_000).sum()),
      unit: 'per_second',
      windowSeconds: 300,
    });
    expect(overview.latencyP95.value).toBe(
      asked(query('http_request_duration_seconds').rate(300_000).sum().quantile(0.95)),
    );
    expect(overview.errorRatio.value).toBeGreaterThan(0.05);
    expect(overview.firingAlerts).toStrictEqual({ info: 0, warning: 0, error: 1, critical: 0 });
    expect(overview.status).toBe('degraded');
    expect(systemOverviewSchema.parse(overview)).toStrictEqual(overview);
  });

  it('says null for what nobody knows, and unknown without anybody to ask', async () => {
    const empty = await new MetricsDashboard(new RecordedHistory(), { clock: traffic.clock }).getSystemOverview();
    expect(empty).toMatchObject({
      status: 'unknown',
      requestRate: { value: null },
      errorRatio: { value: null },
      firingAlerts: null,
      health: null,
      coverage: 0,
    });
    expect(systemOverviewSchema.parse(empty)).toStrictEqual(empty);
  });

  it('is unhealthy by the worst of its checks', async () => {
    const check = {
      name: 'disk',
      status: 'unhealthy',
      message: 'full',
      duration: 3,
      timestamp: new Date(nowMs),
    } as const;
    const unwell = new MetricsDashboard(traffic.history, {
      clock: traffic.clock,
      health: { runHealthChecks: () => Promise.resolve([check]) },
    });
    expect(await unwell.getSystemOverview()).toMatchObject({
      status: 'unhealthy',
      health: [{ name: 'disk', timestamp: new Date(nowMs).toISOString() }],
    });
  });
});

describe('performance and business', () => {
  it('lists the slowest first, with errors of zero where nothing failed', async () => {
    const performance = await dashboard.getPerformanceMetrics();
    expect(performance.routes[0]?.name).toBe('/api/orders');
    expect(performance.routes[0]?.errorRatio.value).toBeGreaterThan(0.1);
    expect(performance.queries.every(({ errorRatio }) => errorRatio.value === 0)).toBe(true);
    expect(performance.cacheHitRatio['projects']?.value).toBeGreaterThan(
      performance.cacheHitRatio['analysis']?.value ?? 1,
    );
    expect(performance.poolSaturation['main']?.value).toBeGreaterThan(0.7);
    const [slow] = performance.routes;
    expect(slow?.apdex.value).toBeGreaterThan(0);
    expect(slow?.apdex.value).toBeLessThan(0.9);
    expect(performanceMetricsSchema.parse(performance)).toStrictEqual(performance);
  });

  it('counts exactly', async () => {
    const business = await dashboard.getBusinessMetrics();
    const counted = traffic.collector.gatherSync().find(({ name }) => name === 'tasks_completed_total')?.blocks[0]
      ?.values[0];
    expect(business.tasksCompleted.total).toStrictEqual({ value: counted, unit: 'count', windowSeconds: null });
    expect(Number.isInteger(business.tasksCompleted.recent.value)).toBe(true);
    expect(businessMetricsSchema.parse(business)).toStrictEqual(business);
  });

  it('tells the state of alerts, with dates as text', async () => {
    const status = await dashboard.getAlertStatus();
    expect(status).toMatchObject({ isConnected: true, pending: 1, firing: { error: 1 }, deadLetters: 1 });
    expect(status.history[0]?.type).toBe('notified');
    expect(alertStatusSchema.parse(status)).toStrictEqual(status);
  });
});

describe('the stream of frames', () => {
  async function settle(): Promise<void> {
    for (let n = 0; n < 30; n += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  it('begins at once, never overlaps, and counts what a busy consumer missed', async () => {
    const clock = new ManualClock(nowMs);
    const frames: MetricsSnapshot[] = [];
    const stop = new AbortController();
    let release: (() => void) | undefined;
    let running = 0;
    const streaming = new MetricsDashboard(traffic.history, { clock }).streamMetrics(
      async (frame) => {
        frames.push(frame);
        running += 1;
        expect(running).toBe(1);
        if (frame.seq === 2) await new Promise<void>((resolve) => (release = resolve));
        running -= 1;
      },
      { signal: stop.signal, intervalMs: 1000 },
    );
    await settle();
    expect(frames).toHaveLength(1);
    expect(metricsSnapshotSchema.parse(frames[0])).toStrictEqual(frames[0]);
    clock.advance(1000);
    await settle();
    clock.advance(3500);
    await settle();
    expect(frames).toHaveLength(2);
    release?.();
    await settle();
    clock.advance(500);
    await settle();
    expect(frames.map(({ seq, skipped }) => [seq, skipped])).toStrictEqual([
      [1, 0],
      [2, 0],
      [3, 3],
    ]);
    expect(frames[2]?.asOf).toBe(new Date(nowMs + 5000).toISOString());
    stop.abort();
    await streaming;
    expect(clock.pendingTimers).toBe(0);
  });

  it('goes on after a callback that throws, and a history that fails', async () => {
    const clock = new ManualClock(nowMs);
    const stop = new AbortController();
    let calls = 0;
    const streaming = new MetricsDashboard(traffic.history, { clock }).streamMetrics(
      () => {
        calls += 1;
        throw new Error('consumer');
      },
      { signal: stop.signal, intervalMs: 100 },
    );
    await settle();
    clock.advance(100);
    await settle();
    expect(calls).toBe(2);
    stop.abort();
    await streaming;
    let reads = 0;
    const failing = new MetricsDashboard({ read: () => Promise.reject(new Error(`down ${(reads += 1)}`)) }, { clock });
    const again = new AbortController();
    const ended = failing.streamMetrics(() => undefined, { signal: again.signal, intervalMs: 100 });
    await settle();
    clock.advance(100);
    await settle();
    again.abort();
    await ended;
    expect(reads).toBeGreaterThan(3);
  });
});
