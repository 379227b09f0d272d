import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@bduf/metrics-core/primitives';
import sqlite from 'node-sqlite3-wasm';
import { BoundedCache } from '../src/cache/bounded-cache.ts';
import { DatabaseHandle } from '../src/database/database-handle.ts';
import { HandlePool } from '../src/database/handle-pool.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bduf-resources-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function openHandle(): DatabaseHandle {
  return new DatabaseHandle(new sqlite.Database(path.join(folder, 'test.db')));
}

describe('a database handle', () => {
  it('keeps a transaction that returns and undoes one that throws', () => {
    const handle = openHandle();
    handle.execute('create table letters (letter text)');
    handle.transaction('write', () => handle.run('insert into letters values (?)', 'a'));
    const fail = (): never => {
      handle.run('insert into letters values (?)', 'b');
      throw new Error('changed my mind');
    };
    expect(() => handle.transaction('write', fail)).toThrow('changed my mind');
    expect(handle.all('select letter from letters')).toEqual([{ letter: 'a' }]);
    handle.close();
  });

  it('survives a statement that fails', () => {
    const handle = openHandle();
    handle.execute('create table letters (letter text unique)');
    const insert = 'insert into letters values (?)';
    expect(handle.run(insert, 'a')).toBe(1);
    expect(() => handle.run(insert, 'a')).toThrow('UNIQUE');
    expect(handle.run(insert, 'b')).toBe(1);
    expect(() => handle.all('select nonsense from letters')).toThrow('nonsense');
    expect(handle.all('select letter from letters')).toHaveLength(2);
    handle.close();
  });

  it('gives up its lock on the file, so that other handles can work', () => {
    const [one, other] = [openHandle(), openHandle()];
    one.execute('create table letters (letter text)');
    one.run('insert into letters values (?)', 'a');
    expect(other.get('select letter from letters')).toEqual({ letter: 'a' });
    one.run('insert into letters values (?)', 'b');
    expect(other.all('select letter from letters')).toHaveLength(2);
    one.close();
    other.close();
  });
});

describe('a pool of handles', () => {
  const clock = new ManualClock();
  let waits: number[] = [];

  function openPool(size: number, beforeUse = (): Promise<void> => Promise.resolve()): HandlePool {
    waits = [];
    return new HandlePool({
      open: () => openHandle(),
      size,
      acquireTimeoutMs: 100,
      clock,
      onAcquired: (seconds) => waits.push(seconds),
      beforeUse,
    });
  }

  /** Holds a handle until it is told to let go. */
  function hold(pool: HandlePool): { readonly letGo: () => void; readonly done: Promise<void> } {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    return { letGo, done: pool.use(() => gate) };
  }

  it('lends each handle to one at a time, and lets the others wait in line', async () => {
    const pool = openPool(2);
    const first = hold(pool);
    const second = hold(pool);
    const order: string[] = [];
    const third = pool.use(() => void order.push('third'));
    const fourth = pool.use(() => void order.push('fourth'));
    await Promise.resolve();
    expect(pool.usage).toEqual({ active: 2, idle: 0, waiting: 2 });
    clock.advance(50);
    first.letGo();
    await Promise.all([third, fourth]);
    expect(order).toEqual(['third', 'fourth']);
    expect(waits).toEqual([0, 0, 0.05, 0.05]);
    second.letGo();
    await Promise.all([first.done, second.done]);
    expect(pool.usage).toEqual({ active: 0, idle: 2, waiting: 0 });
    pool.close();
  });

  it('refuses who has waited too long, and serves the next', async () => {
    const pool = openPool(1);
    const holder = hold(pool);
    const refused = pool.use(() => 'never');
    await Promise.resolve();
    clock.advance(99);
    const patient = pool.use(() => 'served');
    await Promise.resolve();
    clock.advance(1);
    await expect(refused).rejects.toMatchObject({ kind: 'busy', message: expect.stringContaining('All 1 database') });
    holder.letGo();
    await expect(patient).resolves.toBe('served');
    pool.close();
  });

  it('lets go of who gives up waiting', async () => {
    const pool = openPool(1);
    const holder = hold(pool);
    const controller = new AbortController();
    const waiting = pool.use(() => 'never', controller.signal);
    await Promise.resolve();
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(pool.usage.waiting).toBe(0);
    holder.letGo();
    await holder.done;
    await expect(pool.use(() => 'never', controller.signal)).rejects.toThrow('gone');
    pool.close();
  });

  it('takes a handle back from work that fails', async () => {
    const pool = openPool(1);
    await expect(pool.use(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await expect(pool.use(() => 'served')).resolves.toBe('served');
    pool.close();
  });

  it('lends no handle whose check fails, and has it back', async () => {
    let isBroken = true;
    const pool = openPool(1, () => (isBroken ? Promise.reject(new Error('unreachable')) : Promise.resolve()));
    await expect(pool.use(() => 'never')).rejects.toThrow('unreachable');
    isBroken = false;
    await expect(pool.use(() => 'served')).resolves.toBe('served');
    pool.close();
  });

  it('refuses everybody once it is closed, and closes a handle that is lent when it comes back', async () => {
    const pool = openPool(1);
    let lent: DatabaseHandle | undefined;
    let letGo = (): void => undefined;
    const holder = pool.use((handle) => {
      lent = handle;
      return new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    const waiting = pool.use(() => 'never');
    await Promise.resolve();
    pool.close();
    await expect(waiting).rejects.toMatchObject({ kind: 'busy' });
    await expect(pool.use(() => 'never')).rejects.toMatchObject({ kind: 'busy' });
    expect(lent?.get('select 1 as one')).toEqual({ one: 1 });
    letGo();
    await holder;
    expect(() => lent?.get('select 1 as one')).toThrow('closed');
  });
});

describe('a cache', () => {
  it('evicts what was not used for longest, knows its size, and tells of what goes', () => {
    const gone: unknown[] = [];
    const cache = new BoundedCache<{ readonly text: string }>({
      maxBytes: 60,
      onDisposed: (_value, key, reason) => gone.push([key, reason]),
    });
    const value = { text: 'x' };
    const bytes = 1 + JSON.stringify(value).length;
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, value);
    expect(cache.entries.calculatedSize).toBe(4 * bytes);
    expect(cache.get('a')).toBe(value);
    cache.set('e', value);
    expect(gone).toEqual([['b', 'evict']]);
    expect(cache.get('b')).toBeUndefined();
    cache.delete('a');
    expect(cache.entries.calculatedSize).toBe(3 * bytes);
    cache.clear();
    expect(cache.entries.size).toBe(0);
  });
});
