import { start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { PerformanceMonitor, pgPool } from '@bduf/metrics-express';
import { instrumentMysql, type SourceHandle } from '@bduf/metrics-express/sources';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { series, total } from './support/readings.ts';
import { eventually } from './support/test-server.ts';

let collector: MetricsCollector;
let monitor: PerformanceMonitor;

/** A failure inside the monitor fails the test. */
const options = {
  onError: (error: unknown) => {
    throw error;
  },
};

beforeEach(() => {
  collector = new MetricsCollector({ strict: true });
  monitor = new PerformanceMonitor(collector, options);
});

/** Series of a metric as `value label label …`, those at zero left out. */
function counts(name: string): readonly string[] {
  return series(collector, name)
    .filter(({ value }) => value !== 0)
    .map(({ labels, value }) => [value, ...Object.values(labels)].join(' '))
    .toSorted();
}

await describeWithBackends(['postgresql'], 'PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof start.postgresql>>;
  let pool: pg.Pool;

  beforeAll(async () => {
    server = await start.postgresql();
    const { port, user, password, database } = server;
    pool = new pg.Pool({ host: '127.0.0.1', port, user, password, database, max: 2 });
    pool.on('error', () => undefined);
    await pool.query('CREATE TABLE users (email text PRIMARY KEY)');
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  it('says how many connections of a pool are in use, idle and waited for', async () => {
    const connections = (): readonly string[] =>
      ['active', 'idle', 'waiting', 'max'].flatMap((state) =>
        series(collector, `database_connections_${state}`).map(
          ({ labels, value }) => `${value} ${state} ${labels['pool']}`,
        ),
      );
    const stop = monitor.watchPool('main', pgPool(pool));
    const first = await pool.connect();
    const second = await pool.connect();
    const third = pool.connect();
    expect(connections()).toEqual(['2 active main', '0 idle main', '1 waiting main', '2 max main']);
    first.release();
    const last = await third;
    expect(connections()).toEqual(['2 active main', '0 idle main', '0 waiting main', '2 max main']);
    second.release();
    last.release(true);
    expect(connections()).toEqual(['0 active main', '1 idle main', '0 waiting main', '2 max main']);
    stop();
    expect(connections()).toEqual([]);
  });

  it('names what went wrong by its SQLSTATE, and keeps statements and values to itself', async () => {
    const insert = async (): Promise<unknown> => pool.query('INSERT INTO users VALUES ($1)', ['secret@example.org']);
    await monitor.wrapDatabaseQuery('add_user', insert);
    await expect(monitor.wrapDatabaseQuery('add_user', insert)).rejects.toMatchObject({ code: '23505' });
    const missing = monitor.wrapDatabaseQuery('SELECT secret FROM nowhere', async () =>
      pool.query('SELECT * FROM nowhere'),
    );
    await expect(missing).rejects.toThrow('nowhere');
    const slow = monitor.wrapDatabaseQuery('report', async () => {
      const client = await pool.connect();
      try {
        await client.query("SET statement_timeout = '20ms'");
        return await client.query('SELECT pg_sleep(60)');
      } finally {
        client.release(true);
      }
    });
    await expect(slow).rejects.toThrow('statement timeout');
    const killed = monitor.wrapDatabaseQuery('suicide', async () =>
      pool.query('SELECT pg_terminate_backend(pg_backend_pid())'),
    );
    await expect(killed).rejects.toThrow('terminat');
    expect(counts('database_queries_total')).toEqual([
      '1 add_user error',
      '1 add_user ok',
      '1 report error',
      '1 select error',
      '1 suicide error',
    ]);
    expect(counts('error_count_by_type')).toEqual([
      '1 23505 database',
      '1 42P01 database',
      '1 57014 database',
      '1 57P01 database',
    ]);
    expect(total(collector, 'database_queries_in_flight')).toBe(0);
  });

  it('counts queries of a server that is not there', async () => {
    const gone = new pg.Pool({ host: '127.0.0.1', port: 1, connectionTimeoutMillis: 5000 });
    const query = monitor.wrapDatabaseQuery('find', async () => gone.query('SELECT 1'));
    await expect(query).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(counts('error_count_by_type')).toEqual(['1 ECONNREFUSED database']);
    await gone.end();
  });
});

await describeWithBackends(['mariadb'], 'MariaDB', () => {
  let server: Awaited<ReturnType<typeof start.mariadb>>;
  let pool: mysql.Pool;
  let source: SourceHandle;

  beforeAll(async () => {
    server = await start.mariadb();
    const { port, user, password, database } = server;
    pool = mysql.createPool({ host: '127.0.0.1', port, user, password, database, connectionLimit: 2 });
    await pool.query('CREATE TABLE users (email varchar(99) PRIMARY KEY) ENGINE=InnoDB');
  }, 60_000);
  beforeEach(() => {
    source = instrumentMysql(collector, options);
  });
  afterEach(() => source.close());
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  it('is measured by verb through mysql2: statements and prepared ones, of pools and connections', async () => {
    await pool.execute('INSERT INTO users VALUES (?)', ['secret@example.org']);
    await expect(pool.execute('INSERT INTO users VALUES (?)', ['secret@example.org'])).rejects.toMatchObject({
      code: 'ER_DUP_ENTRY',
    });
    await expect(pool.query('SELECT * FROM nowhere')).rejects.toThrow('nowhere');
    const connection = await pool.getConnection();
    await connection.beginTransaction();
    expect(await connection.query('DELETE FROM users')).toMatchObject([{ affectedRows: 1 }, undefined]);
    await connection.rollback();
    connection.release();
    expect((await pool.query('SELECT email FROM users'))[0]).toEqual([{ email: 'secret@example.org' }]);
    expect(counts('database_queries_total')).toEqual([
      '1 delete ok',
      '1 insert error',
      '1 insert ok',
      '1 rollback ok',
      '1 select error',
      '1 select ok',
      '1 start ok',
    ]);
    expect(counts('error_count_by_type')).toEqual(['1 ER_DUP_ENTRY database', '1 ER_NO_SUCH_TABLE database']);
    expect(total(collector, 'database_query_duration_seconds')).toBe(7);
  });

  it('has a query in flight until it is answered, killed from elsewhere', async () => {
    const connection = await pool.getConnection();
    const sleeping = connection.query('SELECT SLEEP(60)').catch((error: unknown) => error);
    await eventually(() => total(collector, 'database_queries_in_flight', { operation: 'select' }) === 1, 'the query');
    await pool.query(`KILL CONNECTION ${connection.threadId}`);
    expect(await sleeping).toBeInstanceOf(Error);
    expect(total(collector, 'database_queries_in_flight')).toBe(0);
    expect(counts('database_queries_total')).toEqual(['1 kill ok', '1 select error']);
    connection.destroy();
  });

  it('counts a query once, whoever makes room for it in the queue of the pool', async () => {
    const other = new MetricsCollector({ strict: true });
    const second = instrumentMysql(other, options);
    const find = async (): Promise<unknown> => pool.execute('SELECT email FROM users WHERE email = ?', ['x']);
    const mixed = async (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 20 }, async (_, at) =>
          at % 3 === 0 ? find() : monitor.wrapDatabaseQuery('find_user', find),
        ),
      );
    await mixed();
    second.close();
    second.close();
    await mixed();
    expect(counts('database_queries_total')).toEqual(['14 select ok', '26 find_user ok']);
    expect(total(other, 'database_queries_total')).toBe(20);
  });
});
