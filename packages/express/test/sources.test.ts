import { channel } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { MetricsCollector } from '@bduf/metrics-core';
import { PerformanceMonitor } from '@bduf/metrics-express';
import {
  evictionsOf,
  instrumentExternalApis,
  instrumentLruCaches,
  instrumentMysql,
  instrumentProcessErrors,
  instrumentRedis,
  measureSqlite,
  type SourceHandle,
} from '@bduf/metrics-express/sources';
import { start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import mysql from 'mysql2';
import sqlite from 'node-sqlite3-wasm';
import { series, total } from './support/readings.ts';
import { eventually } from './support/test-server.ts';

let collector: MetricsCollector;
let sources: SourceHandle[];

beforeEach(() => {
  collector = new MetricsCollector({ strict: true });
  sources = [];
});
afterEach(() => {
  for (const source of sources) source.close();
});

/** A failure inside a source fails the test. */
const options = {
  onError: (error: unknown) => {
    throw error;
  },
};

/** Series of a metric as `value label label …`, those at zero left out. */
function counts(name: string): readonly string[] {
  return series(collector, name)
    .filter(({ value }) => value !== 0)
    .map(({ labels, value }) => [value, ...Object.values(labels)].join(' '));
}

describe('caches of lru-cache', () => {
  it('are measured by name, and others left alone', async () => {
    const pages = new LRUCache<string, string | number>({
      max: 2,
      dispose: evictionsOf(collector, 'pages'),
      fetchMethod: async (key) => {
        if (key === 'down') throw new Error('secret');
        return Promise.resolve('fetched');
      },
    });
    const other = new LRUCache<string, string>({ max: 2 });
    sources.push(instrumentLruCaches(collector, { pages }, options));
    for (const cache of [pages, other]) {
      cache.set('secret-a', 'x');
      cache.set('secret-b', 'x');
      cache.get('secret-a');
      cache.get('secret-z');
      cache.set('secret-c', 'x');
      cache.delete('secret-c');
    }
    pages.set('zero', 0);
    pages.get('zero');
    pages.has('zero');
    pages.peek('zero');
    expect(counts('cache_operations_total')).toEqual([
      '4 pages set ok',
      '2 pages get hit',
      '1 pages get miss',
      '1 pages delete ok',
    ]);
    expect(counts('cache_evictions_total')).toEqual(['1 pages']);
    expect(counts('cache_entries')).toEqual([`${pages.size} pages`]);
    expect(total(collector, 'cache_hit_ratio')).toBeCloseTo(2 / 3);

    await pages.fetch('new');
    await pages.fetch('new');
    await expect(pages.fetch('down')).rejects.toThrow('secret');
    await eventually(() => total(collector, 'cache_operations_total', { result: 'error' }) === 1, 'the failed fetch');
    expect(total(collector, 'cache_operations_total', { operation: 'get', result: 'hit' })).toBe(3);
    expect(total(collector, 'cache_operations_total', { operation: 'get', result: 'miss' })).toBe(2);
  });

  it('are left to a wrapper that counts the same operation', async () => {
    const pages = new LRUCache<string, string>({ max: 2 });
    sources.push(instrumentLruCaches(collector, { pages }, options));
    const monitor = new PerformanceMonitor(collector, options);
    const read = async (): Promise<string | undefined> => {
      await Promise.resolve();
      return pages.get('k');
    };
    await monitor.wrapCacheOperation('get', 'k', read, { cache: 'pages' });
    pages.get('k');
    expect(counts('cache_operations_total')).toEqual(['2 pages get miss']);
  });

  it('are measured no more after the source was closed', () => {
    const pages = new LRUCache<string, string>({ max: 2 });
    instrumentLruCaches(collector, { pages }, options).close();
    pages.get('k');
    expect(counts('cache_operations_total')).toEqual([]);
    expect(series(collector, 'cache_entries')).toEqual([]);
  });
});

describe('mysql2', () => {
  /** A server of the real protocol, which comes with the client but not with its types. */
  interface ServerConnection {
    sequenceId: number;
    serverHandshake(hello: object): void;
    on(event: 'query' | 'error', listener: (sql: string) => void): void;
    writeOk(): void;
    writeError(error: { readonly code: number; readonly message: string }): void;
  }
  const server = mysql.createServer(() => undefined) as unknown as EventEmitter & {
    listen(port: number, host: string, done: () => void): void;
    close(done: () => void): void;
    readonly _server: Server;
  };
  let connection: mysql.Connection;

  beforeAll(async () => {
    server.on('connection', (client: ServerConnection) => {
      client.serverHandshake({
        protocolVersion: 10,
        serverVersion: 'test',
        connectionId: 1,
        statusFlags: 2,
        characterSet: 8,
        capabilityFlags: 0xffffff ^ 0x800,
        authCallback: (_login: unknown, accept: (error: null) => void) => {
          accept(null);
          client.sequenceId = 0;
        },
      });
      client.on('error', () => undefined);
      client.on('query', (sql) => {
        if (sql.includes('duplicate')) client.writeError({ code: 1062, message: "Duplicate entry 'secret'" });
        else client.writeOk();
        // Each command begins to count its packets anew, which this server forgets.
        client.sequenceId = 0;
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  beforeEach(() => {
    const { _server: tcp } = server;
    const { port } = tcp.address() as AddressInfo;
    connection = mysql.createConnection({ host: '127.0.0.1', port, user: 'test' });
    connection.on('error', () => undefined);
  });
  afterEach(() => connection.destroy());
  afterAll(async () => {
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  });

  it('is measured by verb: promises, callbacks and events, results and errors', async () => {
    sources.push(instrumentMysql(collector, options));
    const monitor = new PerformanceMonitor(collector, options);
    await connection.promise().query("UPDATE users SET email = 'secret@example.org'");
    await new Promise((resolve) => {
      connection.query('DELETE FROM users WHERE id = ?', [7], resolve);
    });
    await new Promise((resolve) => {
      connection.query('/* who */ insert into users values (1)').on('end', () => resolve(undefined));
    });
    const failing = connection.promise().query("INSERT INTO users VALUES ('duplicate')");
    await expect(failing).rejects.toThrow('Duplicate entry');
    await monitor.wrapDatabaseQuery('all_users', async () => connection.promise().query('SELECT 1'));
    await eventually(() => total(collector, 'database_queries_total') === 5, 'five queries');
    expect(counts('database_queries_total').toSorted()).toEqual([
      '1 all_users ok',
      '1 delete ok',
      '1 insert error',
      '1 insert ok',
      '1 update ok',
    ]);
    expect(counts('error_count_by_type')).toEqual(['1 ER_DUP_ENTRY database']);
    expect(total(collector, 'database_query_duration_seconds')).toBe(5);
    expect(total(collector, 'database_queries_in_flight')).toBe(0);
  });
});

await describeWithBackends(['redis'], 'Redis', () => {
  type Commands = Readonly<Record<'get' | 'set' | 'del' | 'bad' | 'ping', (key: string) => Promise<unknown>>> & {
    readonly close: () => Promise<unknown>;
  };
  let server: Awaited<ReturnType<typeof start.redis>>;

  beforeAll(async () => {
    server = await start.redis();
  });
  afterAll(async () => server.stop());

  const ioredis = async (): Promise<Commands> => {
    const client = new Redis(server.url);
    await client.ping();
    return {
      get: async (key) => client.get(key),
      set: async (key) => client.set(key, 'secret'),
      del: async (key) => client.del(key),
      bad: async (key) => client.lpush(key, 'x'),
      ping: async () => client.ping(),
      close: async () => client.quit(),
    };
  };
  const nodeRedis = async (): Promise<Commands> => {
    const client = createClient({ url: server.url });
    await client.connect();
    return {
      get: async (key) => client.get(key),
      set: async (key) => client.set(key, 'secret'),
      del: async (key) => client.del(key),
      bad: async (key) => client.lPush(key, 'x'),
      ping: async () => client.ping(),
      close: async () => client.close(),
    };
  };

  it.each<[string, () => Promise<Commands>]>([
    ['ioredis', ioredis],
    ['node-redis', nodeRedis],
  ])('commands of %s are measured as queries and as operations on a cache', async (_client, connect) => {
    const redis = await connect();
    sources.push(instrumentRedis(collector, { ...options, cache: 'sessions' }));
    const monitor = new PerformanceMonitor(collector, options);
    await redis.set('secret-key');
    await redis.get('secret-key');
    await redis.get('secret-key-2');
    await expect(redis.bad('secret-key')).rejects.toThrow('WRONGTYPE');
    await redis.del('secret-key');
    await redis.del('secret-key');
    await redis.ping('');
    await monitor.wrapCacheOperation('get', 'k', async () => redis.get('k'), { cache: 'wrapped' });
    await monitor.wrapDatabaseQuery('lookup', async () => redis.get('k'));
    await eventually(() => total(collector, 'database_queries_in_flight') === 0, 'all ended');
    for (const source of sources) source.close();
    await redis.close();
    expect(counts('database_queries_total').toSorted()).toEqual([
      '1 lookup ok',
      '1 redis.lpush error',
      '1 redis.ping ok',
      '1 redis.set ok',
      '2 redis.del ok',
      '3 redis.get ok',
    ]);
    expect(counts('cache_operations_total').toSorted()).toEqual([
      '1 sessions delete miss',
      '1 sessions delete ok',
      '1 sessions get hit',
      '1 sessions set ok',
      '1 wrapped get miss',
      '2 sessions get miss',
    ]);
    expect(total(collector, 'error_count_by_type', { component: 'database' })).toBe(1);
  });

  it('commands of node-redis that wait for the connection count once, where they were made', async () => {
    sources.push(instrumentRedis(collector, options));
    const monitor = new PerformanceMonitor(collector, options);
    const client = createClient({ url: server.url });
    const connected = client.connect();
    const read = async (): Promise<unknown> => client.get('k');
    const commands = Array.from({ length: 9 }, async (_, at) =>
      at % 3 === 0
        ? read()
        : monitor.wrapDatabaseQuery('find', async () => monitor.wrapCacheOperation('get', 'k', read)),
    );
    await connected;
    await Promise.all(commands);
    for (const source of sources) source.close();
    await client.close();
    expect(total(collector, 'database_queries_total', { operation: 'redis.get' })).toBe(3);
    expect(total(collector, 'database_queries_total', { operation: 'find' })).toBe(6);
    expect(total(collector, 'cache_operations_total')).toBe(9);
  });
});

describe('errors of the process', () => {
  const ours = (event: string): number => process.listenerCount(event);

  it('are counted: exceptions as critical, warnings, rejections where the application hears of them', () => {
    const before = ['uncaughtExceptionMonitor', 'warning', 'unhandledRejection'].map(ours);
    const source = instrumentProcessErrors(collector, options);
    // Without a listener of the application none of ours, or Node would no longer end the process.
    expect(ours('unhandledRejection')).toBe(before[2]);
    process.listeners('uncaughtExceptionMonitor').at(-1)?.(new RangeError('secret'), 'uncaughtException');
    process.emit('warning', Object.assign(new Error('secret'), { name: 'DeprecationWarning' }));
    const listener = (): void => undefined;
    process.on('unhandledRejection', listener);
    expect(ours('unhandledRejection')).toBe(2);
    process.emit('unhandledRejection', new TypeError('secret'), Promise.resolve());
    process.off('unhandledRejection', listener);
    expect(ours('unhandledRejection')).toBe(0);
    expect(counts('error_count_by_type')).toEqual([
      '1 RangeError process',
      '1 DeprecationWarning process',
      '1 TypeError process',
    ]);
    expect(counts('critical_errors_total')).toEqual(['1 process']);
    process.on('unhandledRejection', listener);
    source.close();
    process.off('unhandledRejection', listener);
    expect(['uncaughtExceptionMonitor', 'warning', 'unhandledRejection'].map(ours)).toEqual(before);
  });
});

describe('SQLite', () => {
  it('is measured by verb, with results and errors passed on unchanged', () => {
    const plain = new sqlite.Database();
    const database = measureSqlite(plain, collector, options);
    database.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE)');
    expect(database.run('INSERT INTO users (email) VALUES (?)', ['secret@example.org'])).toEqual({
      changes: 1,
      lastInsertRowid: 1,
    });
    expect(database.get('SELECT email FROM users WHERE id = ?', 1)).toEqual({ email: 'secret@example.org' });
    const statement = database.prepare('SELECT id FROM users');
    expect(statement.all()).toEqual([{ id: 1 }]);
    expect(statement.get()).toEqual({ id: 1 });
    statement.finalize();
    expect(() => database.run('INSERT INTO users (email) VALUES (?)', ['secret@example.org'])).toThrow(/UNIQUE/);
    const monitor = new PerformanceMonitor(collector, options);
    sources.push(instrumentMysql(collector, options));
    monitor.wrapDatabaseQuerySync('all_users', () => database.all('SELECT * FROM users'));
    database.close();
    expect(plain.isOpen).toBe(false);
    expect(counts('database_queries_total').toSorted()).toEqual([
      '1 all_users ok',
      '1 create ok',
      '1 insert error',
      '1 insert ok',
      '3 select ok',
    ]);
    expect(counts('error_count_by_type')).toEqual(['1 SQLite3Error database']);
    expect(total(collector, 'database_queries_in_flight')).toBe(0);
  });
});

describe('external services', () => {
  const server = createServer((req, res) => {
    if (req.url === '/hang') return;
    if (req.url === '/cut') {
      res.writeHead(200, { 'Content-Length': 100 });
      res.write('half', () => res.destroy());
      return;
    }
    res.statusCode = Number(req.url?.slice(1).split('?')[0]);
    res.end('answer');
  });
  let url: string;
  let closedUrl: string;

  beforeAll(async () => {
    const closed = createTcpServer();
    for (const each of [server, closed]) {
      await new Promise<void>((resolve) => {
        each.listen(0, '127.0.0.1', resolve);
      });
    }
    const host = (each: { address(): unknown }): string => `127.0.0.1:${(each.address() as AddressInfo).port}`;
    url = host(server);
    closedUrl = host(closed);
    await new Promise((resolve) => {
      closed.close(resolve);
    });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  function measure(): void {
    const services = { [url]: 'context7', [closedUrl]: 'gone' };
    sources.push(instrumentExternalApis(collector, { ...options, services }));
  }

  /** With `node:http`: resolves when the answer is over or the request failed. */
  async function ask(host: string, path: string): Promise<void> {
    return new Promise((resolve) => {
      get(`http://${host}${path}`, (response) => {
        response
          .on('close', resolve)
          .on('error', () => undefined)
          .resume();
      }).on('error', () => resolve());
    });
  }

  /** With `fetch`. */
  async function fetched(host: string, path: string, init?: RequestInit): Promise<void> {
    try {
      await (await fetch(`http://${host}${path}`, init)).text();
    } catch {
      // Failures are what is measured.
    }
  }

  it.each<[string, (host: string, path: string) => Promise<void>]>([
    ['fetch', async (host, path) => fetched(host, path)],
    ['node:http', ask],
  ])('are measured when called by %s', async (_by, call) => {
    measure();
    for (const path of ['/200?secret=1', '/201', '/404', '/429', '/503', '/cut']) await call(url, path);
    await call(closedUrl, '/200');
    await eventually(() => total(collector, 'external_api_duration_seconds') === 7, 'seven calls');
    expect(counts('external_api_duration_seconds')).toEqual(['6 context7 get', '1 gone get']);
    expect(counts('api_rate_limit_hits_total')).toEqual(['1 context7']);
    const errors = counts('external_api_errors_total');
    expect(errors).toContain('1 context7 404');
    expect(errors).toContain('1 context7 429');
    expect(errors).toContain('1 context7 503');
    expect(errors).toContain('1 gone ECONNREFUSED');
    expect(total(collector, 'external_api_errors_total')).toBe(5);
  });

  it('are left alone when they are not on the list', async () => {
    sources.push(instrumentExternalApis(collector, { ...options, services: { 'api.example.org': 'example' } }));
    await fetched(url, '/200');
    await ask(url, '/200');
    expect(series(collector, 'external_api_duration_seconds')).toEqual([]);
  });

  it('show time-outs, and the operation that the application names', async () => {
    const operation = ({ path }: { path: string }): string => path.slice(1);
    const services = { [url]: 'perplexity' };
    sources.push(instrumentExternalApis(collector, { ...options, services, operation }));
    await fetched(url, '/hang', { signal: AbortSignal.timeout(20) });
    await eventually(() => total(collector, 'external_api_duration_seconds') === 1, 'one call');
    expect(counts('external_api_duration_seconds')).toEqual(['1 perplexity hang']);
    expect(counts('external_api_errors_total')).toEqual(['1 perplexity timeout']);
  });
});

describe('a failing source', () => {
  it('reports once and leaves the application alone', () => {
    const onError = jest.fn();
    sources.push(instrumentExternalApis(collector, { services: {}, onError }));
    channel('undici:request:create').publish({});
    channel('undici:request:create').publish({});
    expect(onError).toHaveBeenCalledTimes(1);
  });
});
