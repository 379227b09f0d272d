import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock, runWithToolExecutionMark, seriesOf } from '@bduf/metrics-core/primitives';
import { errorMetricsMiddleware, lruCache, pgPool, PerformanceMonitor, type PgPool } from '@bduf/metrics-express';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { EXPRESS_VERSIONS } from './support/express-versions.ts';
import { MeasuredServer } from './support/measured-server.ts';
import { series, total } from './support/readings.ts';

let collector: MetricsCollector;
let clock: ManualClock;
let monitor: PerformanceMonitor;

beforeEach(() => {
  clock = new ManualClock();
  collector = new MetricsCollector({ strict: true, clock });
  monitor = new PerformanceMonitor(collector, {
    clock,
    onError: (error) => {
      throw error;
    },
  });
});

/** Series of a metric as `value label label …`, those at zero left out. */
function counts(name: string): readonly string[] {
  return series(collector, name)
    .filter(({ value }) => value !== 0)
    .map(({ labels, value }) => [value, ...Object.values(labels)].join(' '));
}

/** Something that behaves like a promise without being one. */
function thenable(value: string): Promise<string> {
  // oxlint-disable-next-line unicorn/no-thenable -- Drivers such as knex return these.
  return { then: (resolve: (result: string) => void) => resolve(value) } as unknown as Promise<string>;
}

class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code: string | number | undefined;

  constructor(code?: string | number, cause?: unknown) {
    super('duplicate key (email)=(secret@example.org)', { cause });
    this.code = code;
  }
}

describe('wrapDatabaseQuery', () => {
  it('records outcome and duration by operation', async () => {
    await monitor.wrapDatabaseQuery('find_user', async () => {
      clock.advance(250);
      return Promise.resolve('row');
    });
    await expect(
      monitor.wrapDatabaseQuery('find_user', async () => {
        clock.advance(750);
        return Promise.reject(new DriverError('23505'));
      }),
    ).rejects.toThrow(DriverError);
    expect(counts('database_queries_total')).toEqual(['1 find_user ok', '1 find_user error']);
    const [block] = collector.getMetric('database_query_duration_seconds')?.read().blocks ?? [];
    expect(block?.values.at(-1)).toBe(1);
    expect(counts('error_count_by_type')).toEqual(['1 23505 database']);
  });

  it.each<[string, () => Promise<unknown>, unknown]>([
    ['a promise', async () => Promise.resolve(7), 7],
    ['a thenable', async () => thenable('later'), 'later'],
    ['nothing', async () => Promise.resolve(), undefined],
    // What JavaScript callers give where TypeScript asks for a promise.
    ['a plain value', (() => 7) as unknown as () => Promise<number>, 7],
  ])('gives what the query gives: %s', async (_what, query, result) => {
    expect(await monitor.wrapDatabaseQuery('q', query)).toBe(result);
    expect(counts('database_queries_total')).toEqual(['1 q ok']);
  });

  it('rejects with the very error of a query that throws at once', async () => {
    const failure = new Error('at once');
    const running = monitor.wrapDatabaseQuery('q', () => {
      throw failure;
    });
    await expect(running).rejects.toBe(failure);
    expect(counts('database_queries_total')).toEqual(['1 q error']);
  });

  it('counts queries in flight, which return to zero', async () => {
    const ends: (() => void)[] = [];
    const wait = async (): Promise<void> =>
      new Promise((resolve) => {
        ends.push(resolve);
      });
    const running = [monitor.wrapDatabaseQuery('slow', wait), monitor.wrapDatabaseQuery('slow', wait)];
    expect(series(collector, 'database_queries_in_flight')).toEqual([{ labels: { operation: 'slow' }, value: 2 }]);
    for (const end of ends) end();
    await Promise.all(running);
    expect(series(collector, 'database_queries_in_flight')).toEqual([{ labels: { operation: 'slow' }, value: 0 }]);
  });

  it.each([
    ['find_user', 'find_user'],
    ['orders.by-date', 'orders.by-date'],
    ['SELECT * FROM users WHERE email = $1', 'select'],
    ['  \n(select 1)', 'select'],
    ['-- who?\n/* secret */ Update users set a = 1', 'update'],
    ["'; drop table users", '_OTHER'],
    ['', '_OTHER'],
  ])('names the operation of %j as %j', async (operation, label) => {
    await monitor.wrapDatabaseQuery(operation, async () => Promise.resolve());
    expect(counts('database_queries_total')).toEqual([`1 ${label} ok`]);
  });

  it('keeps the names of operations bounded', async () => {
    for (let at = 0; at < 300; at++) await monitor.wrapDatabaseQuery(`op_${at}`, async () => Promise.resolve());
    expect(series(collector, 'database_query_duration_seconds')).toHaveLength(101);
    expect(total(collector, 'database_queries_total', { operation: '__overflow__' })).toBe(200);
  });

  it('gives the result even when nothing can be recorded', async () => {
    const onError = jest.fn();
    const broken = new PerformanceMonitor(new MetricsCollector(), {
      onError,
      clock: {
        now: () => 0,
        monotonicMs: () => NaN,
        setTimer: () => ({ cancel: () => undefined }),
      },
      cacheOf: () => {
        throw new Error('no name');
      },
    });
    expect(await broken.wrapDatabaseQuery('q', async () => Promise.resolve('row'))).toBe('row');
    expect(await broken.wrapCacheOperation('get', 'k', async () => Promise.resolve('hit'))).toBe('hit');
    const failure = new Error('the operation itself');
    await expect(broken.wrapCacheOperation('get', 'k', async () => Promise.reject(failure))).rejects.toBe(failure);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it('has a twin for drivers that give the result at once', () => {
    expect(monitor.wrapDatabaseQuerySync('insert into a values (1)', () => 'row')).toBe('row');
    const failure = new DriverError('SQLITE_BUSY');
    expect(() =>
      monitor.wrapDatabaseQuerySync('insert', () => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(counts('database_queries_total')).toEqual(['1 insert ok', '1 insert error']);
    expect(counts('error_count_by_type')).toEqual(['1 SQLITE_BUSY database']);
    expect(total(collector, 'database_queries_in_flight')).toBe(0);
  });
});

describe('the type of an error', () => {
  const timeout = Object.assign(new Error('slow'), { name: 'TimeoutError' });

  it.each<[what: string, error: unknown, type: string]>([
    ['SQLSTATE', new DriverError('23505'), '23505'],
    ['a code of Node', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a code that is a number', new DriverError(11_000), 'DriverError'],
    ['a code that is a sentence', new DriverError('secret@example.org'), 'DriverError'],
    [
      'the code of the innermost cause',
      new TypeError('fetch failed', { cause: new DriverError('ETIMEDOUT') }),
      'ETIMEDOUT',
    ],
    ['the class of the innermost cause', new Error('a', { cause: new RangeError('b') }), 'RangeError'],
    ['a class', new TypeError('x'), 'TypeError'],
    ['nothing but an error', new Error('secret'), 'Error'],
    ['a time-out', timeout, 'timeout'],
    ['a time-out inside', new DriverError('ECONNRESET', timeout), 'timeout'],
    ['AbortSignal.timeout', new DOMException('secret', 'TimeoutError'), 'timeout'],
    ['AbortController.abort', new DOMException('secret', 'AbortError'), 'aborted'],
    ['a string', 'secret', '_OTHER'],
    ['nothing', undefined, '_OTHER'],
    ['an object that says nothing', { secret: true }, '_OTHER'],
    ['an object without a prototype', Object.create(null), '_OTHER'],
    ['a name that is a sentence', Object.assign(new Error('x'), { name: 'secret@example.org' }), '_OTHER'],
    ['a cause in a circle', circular(), 'DriverError'],
  ])('is never its message: %s', (_what, error, type) => {
    monitor.recordError(error, { component: 'billing' });
    expect(counts('error_count_by_type')).toEqual([`1 ${type} billing`]);
  });

  it('is bounded', () => {
    for (let at = 0; at < 500; at++) monitor.recordError(new DriverError(`E${at}`), { component: `c${at}` });
    const types = new Set(series(collector, 'error_count_by_type').map(({ labels }) => labels['error_type']));
    const components = new Set(series(collector, 'error_count_by_type').map(({ labels }) => labels['component']));
    expect([types.size, components.size]).toEqual([101, 51]);
    expect(total(collector, 'error_count_by_type')).toBe(500);
  });

  function circular(): DriverError {
    const error = new DriverError();
    return Object.assign(error, { cause: error });
  }
});

describe('recordError', () => {
  it('counts an error object once, and being critical once', async () => {
    const failure = new DriverError('ECONNRESET');
    await expect(monitor.wrapDatabaseQuery('q', async () => Promise.reject(failure))).rejects.toBe(failure);
    monitor.recordError(failure);
    monitor.recordError(failure, { component: 'orders', critical: true });
    monitor.recordError(failure, { component: 'orders', critical: true });
    monitor.recordError('no identity');
    monitor.recordError('no identity');
    expect(counts('error_count_by_type')).toEqual(['1 ECONNRESET database', '2 _OTHER application']);
    expect(counts('critical_errors_total')).toEqual(['1 orders']);
  });
});

describe('wrapToolExecution', () => {
  it('tells the outcomes apart that an instrumented server tells apart', async () => {
    const run = async (execution: () => Promise<unknown>): Promise<unknown> =>
      monitor.wrapToolExecution('plan', async () => {
        clock.advance(500);
        return execution();
      });
    expect(await run(async () => Promise.resolve({ content: [] }))).toEqual({ content: [] });
    expect(await run(async () => Promise.resolve({ isError: true }))).toEqual({ isError: true });
    await expect(run(async () => Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError);
    await expect(run(async () => Promise.reject(AbortSignal.abort().reason as Error))).rejects.toThrow('aborted');
    await expect(run(async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOENT' })))).rejects.toThrow(
      'x',
    );
    expect(counts('mcp_tool_executions_total')).toEqual(['1 plan ok', '3 plan error', '1 plan cancelled']);
    expect(counts('mcp_tool_errors_total')).toEqual([
      '1 plan tool_error',
      '1 plan RangeError',
      '1 plan cancelled',
      '1 plan ENOENT',
    ]);
    expect(total(collector, 'mcp_tool_duration_seconds')).toBe(5);
    const [durations] = collector.gatherSync({ names: new Set(['mcp_tool_duration_seconds']) });
    const sums = durations === undefined ? [] : Array.from(seriesOf(durations), ({ sum }) => sum);
    expect(sums).toEqual([0.5, 1.5, 0.5]);
  });

  it('rejects with the very error of a tool that throws at once, and calls it once', async () => {
    const failure = new Error('at once');
    let calls = 0;
    const running = monitor.wrapToolExecution('plan', () => {
      calls += 1;
      throw failure;
    });
    await expect(running).rejects.toBe(failure);
    expect(calls).toBe(1);
    expect(counts('mcp_tool_executions_total')).toEqual(['1 plan error']);
  });

  it('leaves the counting to a server that counts this execution, also after waiting, from the first one on', async () => {
    const inServer = async (tool: string, recorder: object): Promise<unknown> =>
      runWithToolExecutionMark({ tool, recorder }, async () => {
        await Promise.resolve();
        return monitor.wrapToolExecution('plan', async () => Promise.resolve('done'));
      });
    expect(await inServer('plan', collector)).toBe('done');
    expect(counts('mcp_tool_executions_total')).toEqual([]);
    await inServer('estimate', collector);
    await inServer('plan', new MetricsCollector());
    expect(counts('mcp_tool_executions_total')).toEqual(['2 plan ok']);
  });

  it('bounds what names and classes can become', async () => {
    for (let at = 0; at < 600; at++) {
      await monitor.wrapToolExecution(`tool ${at}`, async () => Promise.resolve());
      const error = Object.assign(new Error('x'), { name: `Failure${at}` });
      await monitor.wrapToolExecution('plan', async () => Promise.reject(error)).catch(() => undefined);
    }
    expect(series(collector, 'mcp_tool_executions_total').length).toBeLessThanOrEqual(2 * 258);
    expect(series(collector, 'mcp_tool_errors_total').length).toBeLessThanOrEqual(258);
    expect(total(collector, 'mcp_tool_executions_total')).toBe(1200);
  });
});

describe('wrapCacheOperation', () => {
  it.each([
    ['get', 'value', 'hit'],
    ['get', 0, 'hit'],
    ['get', '', 'hit'],
    ['get', false, 'hit'],
    ['get', NaN, 'hit'],
    ['get', undefined, 'miss'],
    ['get', null, 'miss'],
    ['set', undefined, 'ok'],
    ['set', false, 'ok'],
    ['delete', true, 'ok'],
    ['delete', undefined, 'ok'],
    ['delete', 1, 'ok'],
    ['delete', false, 'miss'],
    ['delete', 0, 'miss'],
  ] as const)('records %s giving %j as %s', async (operation, value, result) => {
    expect(await monitor.wrapCacheOperation<unknown>(operation, 'secret-key', async () => Promise.resolve(value))).toBe(
      value,
    );
    expect(counts('cache_operations_total')).toEqual([`1 default ${operation} ${result}`]);
  });

  it('lets the caller say what a hit is, and the cache', async () => {
    const options = { cache: 'batch', isHit: (values: readonly unknown[]) => values.length > 0 };
    await monitor.wrapCacheOperation('get', 'a,b', async () => Promise.resolve([]), options);
    expect(counts('cache_operations_total')).toEqual(['1 batch get miss']);
  });

  it('makes no label of the key, only of what cacheOf says', async () => {
    const named = new PerformanceMonitor(collector, { clock, cacheOf: (key) => key.split(':')[0] ?? 'none' });
    for (const key of ['user:1', 'user:2', 'page:3']) {
      await named.wrapCacheOperation('set', key, async () => Promise.resolve());
    }
    expect(counts('cache_operations_total')).toEqual(['2 user set ok', '1 page set ok']);
  });

  it('keeps errors out of the hit ratio, and forgets after five minutes', async () => {
    const get = async (value: unknown): Promise<unknown> =>
      monitor.wrapCacheOperation('get', 'k', async () => Promise.resolve(value));
    expect(series(collector, 'cache_hit_ratio')).toEqual([]);
    for (const value of [1, 2, 3, undefined]) await get(value);
    await expect(monitor.wrapCacheOperation('get', 'k', async () => Promise.reject(new Error('down')))).rejects.toThrow(
      'down',
    );
    await monitor.wrapCacheOperation('delete', 'k', async () => Promise.resolve(false));
    expect(series(collector, 'cache_hit_ratio')).toEqual([{ labels: { cache: 'default' }, value: 0.75 }]);
    expect(counts('error_count_by_type')).toEqual(['1 Error cache']);
    clock.advance(200_000);
    await get(undefined);
    expect(total(collector, 'cache_hit_ratio')).toBe(0.6);
    clock.advance(100_000);
    expect(total(collector, 'cache_hit_ratio')).toBe(0);
    clock.advance(200_000);
    expect(series(collector, 'cache_hit_ratio')).toEqual([]);
  });

  it('gives the share of a naive model for any times', async () => {
    const events = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 400_000 }), isHit: fc.boolean() }), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(events, async (steps) => {
        const own = new ManualClock();
        collector = new MetricsCollector({ clock: own });
        const modelled = new PerformanceMonitor(collector, { clock: own });
        const model: { slot: number; isHit: boolean }[] = [];
        for (const { waitMs, isHit } of steps) {
          own.advance(waitMs);
          await modelled.wrapCacheOperation('get', 'k', async () => Promise.resolve(isHit ? 1 : undefined));
          model.push({ slot: Math.floor(own.monotonicMs() / 5000), isHit });
          const newest = Math.floor(own.monotonicMs() / 5000);
          const kept = model.filter(({ slot }) => slot > newest - 60);
          const share = kept.filter((event) => event.isHit).length / kept.length;
          expect(total(collector, 'cache_hit_ratio')).toBeCloseTo(share, 12);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is watched', () => {
  it('is read at every read-out: pools of pg', () => {
    const pool: { -readonly [Key in keyof PgPool]: PgPool[Key] } = {
      totalCount: 5,
      idleCount: 2,
      waitingCount: 0,
      options: { max: 10 },
    };
    const stop = monitor.watchPool('main', pgPool(pool));
    const read = (): readonly number[] =>
      ['active', 'idle', 'waiting', 'max'].map((what) =>
        total(collector, `database_connections_${what}`, { pool: 'main' }),
      );
    expect(read()).toEqual([3, 2, 0, 10]);
    Object.assign(pool, { totalCount: 10, idleCount: 0, waitingCount: 4 });
    expect(read()).toEqual([10, 0, 4, 10]);
    stop();
    expect(series(collector, 'database_connections_active')).toEqual([]);
  });

  it('is read at every read-out: caches, with their evictions', () => {
    const cache = { size: 3, calculatedSize: 4096 };
    monitor.watchCache('pages', lruCache(cache, { sizeIsBytes: true }));
    const stop = monitor.watchCache('other', lruCache(cache));
    monitor.watchCache('other', { entries: () => 1 });
    stop();
    monitor.recordEviction('pages');
    monitor.recordEviction('pages', 2);
    expect(counts('cache_entries')).toEqual(['3 pages', '1 other']);
    expect(counts('cache_size_bytes')).toEqual(['4096 pages']);
    expect(counts('cache_evictions_total')).toEqual(['3 pages']);
  });
});

describe.each(EXPRESS_VERSIONS)('errors of requests on $name', (version) => {
  let measured: MeasuredServer;
  afterEach(async () => measured.close());

  it('count once with the query that caused them, and make the error rate', async () => {
    measured = await MeasuredServer.express(version, (app, own) => {
      const database = new PerformanceMonitor(own);
      app.get('/query', async (_req, _res, next) => {
        try {
          await database.wrapDatabaseQuery('q', async () => Promise.reject(new DriverError('57P01')));
        } catch (error) {
          next(error);
        }
      });
      app.get('/throws', () => {
        throw new RangeError('secret');
      });
      app.get('/says', (_req, res) => void res.sendStatus(503));
      app.get('/fine', (_req, res) => void res.send('ok'));
      app.get('/events', (_req, res) => void res.status(500).type('text/event-stream').send('data: 1\n\n'));
    });
    collector = measured.collector;
    expect(series(collector, 'error_rate')).toEqual([]);
    for (const path of ['/query', '/throws', '/says', '/fine', '/none']) await measured.server.request(path);
    await measured.settled(5);
    expect(total(collector, 'error_rate')).toBe(3 / 5);
    const publishes = ['Express 5.3', 'Express 5.1'].includes(version.name);
    // Without the steps of the router nobody sees the error behind an answer.
    expect(counts('error_count_by_type').toSorted()).toEqual(
      publishes
        ? ['1 503 http', '1 57P01 database', '1 RangeError http']
        : ['1 503 http', '1 57P01 database', '2 500 http'],
    );
  });

  it('are known by their type everywhere with the middleware for errors', async () => {
    measured = await MeasuredServer.express(version, (app, own) => {
      const database = new PerformanceMonitor(own);
      app.get('/query', async (_req, _res, next) => {
        try {
          await database.wrapDatabaseQuery('q', async () => Promise.reject(new DriverError('57P01')));
        } catch (error) {
          next(error);
        }
      });
      app.get('/throws', () => {
        throw new RangeError('secret');
      });
      app.use(errorMetricsMiddleware);
    });
    collector = measured.collector;
    for (const path of ['/query', '/throws']) expect((await measured.server.request(path)).status).toBe(500);
    await measured.settled(2);
    expect(counts('error_count_by_type').toSorted()).toEqual(['1 57P01 database', '1 RangeError http']);
  });
});
