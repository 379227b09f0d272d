import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { aggregateWorkers, reportToPrimary, shareWithMain } from '@bduf/metrics-core/processes';
import type { ClusterResults } from './fixtures/cluster-main.ts';
import type { ThreadResults } from './fixtures/thread-main.ts';
import { Fixtures } from './run-fixture.ts';

const fixtures = new Fixtures();
/** Longer than the programs take on a busy machine. */
const RUN_MS = 60_000;

const THREAD_SCENARIOS: readonly (readonly (keyof ThreadResults)[])[] = [
  ['concurrent', 'crash', 'terminate', 'blocked', 'churn', 'gauges'],
  ['nested', 'late', 'fill', 'conflict', 'misplaced', 'restarts'],
];
const CLUSTER_SCENARIOS: readonly (readonly (keyof ClusterResults)[])[] = [
  ['sum', 'exits', 'nested', 'early', 'late', 'callbacks'],
  ['kill', 'hung', 'gauges', 'restarts'],
];

beforeAll(async () => fixtures.compile(), RUN_MS);
afterAll(() => fixtures.remove());

describe('worker threads', () => {
  let seen: ThreadResults;

  beforeAll(async () => {
    const results = await Promise.all(THREAD_SCENARIOS.map(async (names) => fixtures.run('thread-main', names)));
    // The program prints exactly this.
    seen = Object.assign({}, ...(results as object[])) as ThreadResults;
  }, RUN_MS);

  it('of which four count at once are added up exactly, and no look in between sees a total fall', () => {
    expect(seen.concurrent).toMatchObject({
      shared: 4 * 20_000 + 5,
      series: 501,
      total: 4 * 60_000 + 5,
      observations: 80_000,
      native: 80_000,
      summary: { '': 80_000 },
      falls: 0,
      hasLooked: true,
      up: {},
      exits: { 'thread,ok': 4, 'thread,error': 0 },
    });
  });

  it('lose nothing in a crash', () => {
    expect(seen.crash).toMatchObject({ count: { a: 12_345 }, observations: 12_345, exits: { 'thread,error': 1 } });
  });

  it('lose nothing when they are terminated in the middle of counting', () => {
    const [begun, done] = seen.terminate.steps;
    expect(done).toBeGreaterThan(0);
    expect(seen.terminate.count).toBeGreaterThanOrEqual(done);
    expect(seen.terminate.count).toBeLessThanOrEqual(begun);
  });

  it('say nothing through the messages of the application', () => {
    expect(seen.terminate.messages).toBe(1);
  });

  it('that are blocked cost a read-out no time and are complete in it', () => {
    expect(seen.blocked).toEqual({ count: { a: 7 }, isFast: true, hasFamilies: true, up: [1], after: { a: 7 } });
  });

  it('that give rows to other series while they are read are never counted twice', () => {
    expect(seen.churn.hasCounted).toBe(true);
    expect(seen.churn.surplus).toBeLessThanOrEqual(0);
    expect(seen.churn.rows).toBeLessThan(80);
  });

  it('fold gauges by each aggregation, while they live and after they exit', () => {
    expect(seen.gauges).toEqual({
      both: { sum: 14, max: 10, min: 4, live_sum: 14, live_max: 10, live_min: 4, most_recent: 4 },
      one: { sum: 14, max: 10, min: 4, live_sum: 4, live_max: 4, live_min: 4, most_recent: 4 },
      none: { sum: 14, max: 10, min: 4, most_recent: 4 },
    });
  });

  it('that are created by worker threads join the main thread too, and end with them', () => {
    expect(seen.nested).toEqual({
      both: 2,
      parent: 3,
      isExact: true,
      isExactLater: true,
      parents: 7,
      exits: 4,
      up: {},
      errors: [],
    });
  });

  it('that were there before publish anew, and are watched on demand', () => {
    expect(seen.late).toEqual({
      before: { sum: { '': 9 }, live: { '': 9 } },
      sum: { '': 9 },
      live: {},
      errors: ['METRICS_ERR_WORKER_UNWATCHED'],
    });
  });

  it('that use up their memory go on in the overflow series, and count that', () => {
    const { total, series, overflow, adjusted } = seen.fill;
    expect(total).toBe(9_000);
    expect(series).toBeLessThan(9_000);
    expect(overflow).toBe(9_000 - series + 1);
    expect(adjusted).toEqual({ 'c_total,series_limit': overflow });
  });

  it('that define a metric otherwise are left out with it, and only with it, whether they live or not', () => {
    expect(seen.conflict).toEqual({
      x: { '': 3 },
      c: { a: 1 },
      looks: [{ '': 3 }, { '': 3 }],
      errors: ['METRICS_ERR_DEFINITION_CONFLICT', 'METRICS_ERR_DEFINITION_CONFLICT'],
      conflicts: { x_total: 2 },
    });
  });

  it('may come and go for ever', () => {
    expect(seen.restarts).toMatchObject({ total: 12_000, series: 1 });
    expect(seen.restarts.grownBytes).toBeLessThan(1 << 20);
  });

  it('are told when they call what belongs elsewhere', () => {
    expect(seen.misplaced).toEqual({
      errors: ['METRICS_ERR_WORKER_MISPLACED', 'METRICS_ERR_ARGUMENT_INVALID'],
      second: 'METRICS_ERR_ARGUMENT_INVALID',
    });
  });
});

describe('cluster workers', () => {
  let seen: ClusterResults;

  beforeAll(async () => {
    const results = await Promise.all(CLUSTER_SCENARIOS.map(async (names) => fixtures.run('cluster-main', names)));
    // The program prints exactly this.
    seen = Object.assign({}, ...(results as object[])) as ClusterResults;
  }, RUN_MS);

  it.each(['json', 'advanced'] as const)(
    'are added up with the primary, over a channel with %s serialization',
    (kind) => {
      const { summary, ...rest } = seen.sum[kind];
      expect(rest).toEqual({
        counts: { even: 1000 + 100, odd: 100 },
        observations: 200,
        native: 200,
        hasPid: true,
        constant: [['app', 'test']],
        names: ['l'],
        sync: 1000,
        messages: 3,
      });
      const [median, ...totals] = summary;
      expect(Math.abs((median ?? NaN) - 8)).toBeLessThanOrEqual(8 * 0.0109);
      expect(totals).toEqual([1700, 200]);
    },
  );

  it('keep exactly what was flushed when they are killed in the middle of counting', () => {
    expect(seen.kill.exact).toBe(1000);
  });

  it('keep at least what was shown when they are killed, as one consistent state', () => {
    expect(seen.kill).toMatchObject({ isSome: true, twins: true, up: {}, exits: { 'process,error': 2 } });
    expect(seen.kill.kept).toBeGreaterThanOrEqual(0);
  });

  it('that hang delay one read-out by a bounded time and later ones not at all, and are told apart until they answer', () => {
    expect(seen.hung).toEqual({
      isBounded: true,
      isFastAfterwards: true,
      total: 30,
      up: [1, 0],
      age: true,
      partial: 2,
      errors: ['METRICS_ERR_WORKER_SILENT'],
      after: { total: 31, up: [1, 1] },
    });
  });

  it('lose nothing when they exit in order or throw', () => {
    expect(seen.exits).toMatchObject({ total: 1000, exits: { 'process,ok': 1, 'process,error': 1 } });
  });

  it('bring the counts of their worker threads along, also of crashed ones, and leave them behind', () => {
    expect(seen.nested).toEqual({
      living: { a: 100, shared: 100, even: 5 },
      kept: { a: 100, shared: 100, even: 5 },
      threads: [1, 1, 0, 0],
    });
  });

  it('are asked also when a read-out came before the first of them', () => {
    expect(seen.early).toEqual({ total: 10 });
  });

  it('that report before anybody aggregates send everything again', () => {
    expect(seen.late).toEqual({ before: 0, after: 10, exited: 10 });
  });

  it('answer in time though one of their callbacks hangs', () => {
    expect(seen.callbacks).toEqual({ total: 10, up: [1], isInTime: true });
  });

  it('fold gauges by their aggregation, with exited workers where it says so', () => {
    expect(seen.gauges).toEqual({ living: 7, exited: 7 });
  });

  it('may come and go for ever', () => {
    expect(seen.restarts).toEqual({ total: 50, rows: 2 });
  });
});

describe('the main thread of a process of its own', () => {
  it.each([
    ['shareWithMain', () => shareWithMain(new MetricsCollector())],
    ['reportToPrimary', () => reportToPrimary(new MetricsCollector())],
  ])('may not call %s, and is told what to call instead', (name, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'METRICS_ERR_WORKER_MISPLACED' }));
    expect(call).toThrow(new RegExp(`${name} was called .*aggregateWorkers`));
  });

  it('may not pass anything but a collector, nor nonsense as a time', () => {
    const collector = new MetricsCollector();
    // What untyped callers pass.
    const layer = {} as MetricsCollector;
    expect(() => aggregateWorkers(layer)).toThrow(/not a MetricsCollector/);
    expect(() => aggregateWorkers(collector, { timeoutMs: -1 })).toThrow(/timeoutMs is -1/);
  });

  it('gathers as before when it is alone, and after it was closed', async () => {
    const collector = new MetricsCollector();
    const own = collector.counter({ name: 'c_total', description: 'C.' });
    own.inc(2);
    const aggregation = aggregateWorkers(collector);
    const [family] = await collector.gather({ names: new Set(['c_total']) });
    expect(family?.identity).toBe(own.read().identity);
    expect(aggregation.forget('c_total', {})).toBe(0);
    aggregation.close();
    aggregation.close();
    expect(collector.gatherSync({ names: new Set(['c_total']) })).toHaveLength(1);
    aggregateWorkers(collector).close();
  });
});
