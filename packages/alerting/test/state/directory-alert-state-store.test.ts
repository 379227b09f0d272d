import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DirectoryAlertStateStore, MemoryAlertStateStore, type StoredRecord } from '@bduf/metrics-alerting';

const record = (key: string, value: unknown): StoredRecord => ({ kind: 'alert', key, value });

describe('a store in a directory', () => {
  let folder: string;
  const stores: DirectoryAlertStateStore[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bduf-alert-store-'));
  });

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    rmSync(folder, { recursive: true });
  });

  const log = () => join(folder, 'alerts.log');
  function made(onError?: (error: Error) => void): DirectoryAlertStateStore {
    const store = new DirectoryAlertStateStore(folder, onError && { onError });
    stores.push(store);
    return store;
  }
  /** As the next process would find it after this one was killed. */
  async function afterDeath(): Promise<DirectoryAlertStateStore> {
    rmSync(join(folder, 'lock'));
    const store = made();
    await store.load();
    return store;
  }

  it('keeps what was appended, as another process reads it', async () => {
    const store = made();
    expect(await store.load()).toEqual([]);
    await store.append([record('a', { n: 1 }), record('b', 'ü')]);
    await store.append([record('a', { n: 2 }), record('b', null)]);
    await store.close();
    expect(readdirSync(folder)).toEqual(['alerts.log']);
    expect(await made().load()).toEqual([record('a', { n: 2 })]);
  });

  it('makes its directory', async () => {
    folder = join(folder, 'deep', 'er');
    const store = made();
    expect(await store.load()).toEqual([]);
    await store.close();
    folder = join(folder, '../..');
  });

  it('is replaced as a whole by compact, and goes on from there', async () => {
    const store = made();
    await store.load();
    await store.append([record('a', 1), record('b', 2)]);
    await store.compact([record('b', 3)]);
    await store.append([record('c', 4)]);
    await store.close();
    expect(readFileSync(log(), 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect(await made().load()).toEqual([record('b', 3), record('c', 4)]);
  });

  it('loses no more than the end of the last append, wherever it is cut off, and goes on', async () => {
    const store = made();
    await store.load();
    await store.append([record('a', 1)]);
    const { size } = statSync(log());
    await store.append([record('b', 2), record('c', 3)]);
    const whole = readFileSync(log());
    const second = whole.indexOf(10, size) + 1;
    await store.close();
    for (let length = size; length <= whole.length; length++) {
      writeFileSync(log(), whole.subarray(0, length));
      const next = made();
      const expected = [record('a', 1)];
      if (length >= second) expected.push(record('b', 2));
      if (length >= whole.length) expected.push(record('c', 3));
      expect(await next.load()).toEqual(expected);
      await next.append([record('d', 4)]);
      await next.close();
      const third = made();
      expect(await third.load()).toEqual([...expected, record('d', 4)]);
      await third.close();
    }
  });

  it('leaves out a line that is damaged, and says so', async () => {
    const store = made();
    await store.load();
    await store.append([record('a', 1), record('b', 2)]);
    await store.close();
    const bytes = readFileSync(log());
    bytes[12] = (bytes[12] ?? 0) ^ 1;
    writeFileSync(log(), bytes);
    const errors: Error[] = [];
    expect(await made((error) => errors.push(error)).load()).toEqual([record('b', 2)]);
    expect(errors).toEqual([expect.objectContaining({ code: 'METRICS_ERR_ALERT_STORE_DAMAGED' })]);
  });

  it('forgets a compaction that was cut off', async () => {
    const store = made();
    await store.load();
    await store.append([record('a', 1)]);
    await store.close();
    appendFileSync(join(folder, 'alerts.log.next'), 'half of it');
    expect(await made().load()).toEqual([record('a', 1)]);
    expect(readdirSync(folder).toSorted()).toEqual(['alerts.log', 'lock']);
  });

  it('keeps others out while its process lives', async () => {
    const store = made();
    await store.load();
    await expect(made().load()).rejects.toMatchObject({
      code: 'METRICS_ERR_ALERT_STORE_LOCKED',
      message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
    });
    await store.close();
    expect(await made().load()).toEqual([]);
  });

  it.each([
    ['a process that is gone', { host: hostname(), pid: 2 ** 22 - 1, started: '1' }],
    ['a process whose id somebody else has by now', { host: hostname(), pid: process.pid, started: '1' }],
    ['a machine that was replaced', { host: 'another', pid: process.pid, started: '1' }],
  ])('succeeds %s', async (_, owner) => {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ token: 'theirs', ...owner }));
    const store = made();
    await store.load();
    await store.append([record('a', 1)]);
    await expect(made().load()).rejects.toMatchObject({ code: 'METRICS_ERR_ALERT_STORE_LOCKED' });
  });

  it('succeeds one whose lock was not written to its end', async () => {
    writeFileSync(join(folder, 'lock'), '{"token":');
    expect(await made().load()).toEqual([]);
  });

  it('writes no more once another process has taken over', async () => {
    const store = made();
    await store.load();
    const heir = await afterDeath();
    await heir.append([record('a', 1)]);
    const taken = { code: 'METRICS_ERR_ALERT_STORE_LOCKED' };
    await expect(store.append([record('a', 2)])).rejects.toMatchObject(taken);
    await expect(store.compact([record('a', 2)])).rejects.toMatchObject(taken);
    await store.close();
    await heir.append([record('b', 1)]);
  });

  it('says that it must be loaded first', async () => {
    await expect(made().append([record('a', 1)])).rejects.toThrow(/Load it first/);
  });

  it('overwrites what a write that failed has left', async () => {
    const store = made();
    await store.load();
    await store.append([record('a', 1)]);
    // As after a disk that was full in the middle of a line.
    appendFileSync(log(), '12345678 {"kind":"alert","key":"b","val'.repeat(9));
    await store.append([record('c', 3)]);
    await store.close();
    truncateSync(log(), statSync(log()).size);
    expect(await made().load()).toEqual([record('a', 1), record('c', 3)]);
  });

  it('holds at any time what a store in memory holds', async () => {
    const records = fc.array(
      fc.record({
        kind: fc.constantFrom('alert', 'silence'),
        key: fc.constantFrom('a', 'b', 'ü\n'),
        value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(null)),
      }),
      { maxLength: 4 },
    );
    const step = fc.record({ what: fc.constantFrom('append', 'compact', 'reopen', 'die'), records });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        rmSync(folder, { recursive: true, force: true });
        const model = new MemoryAlertStateStore();
        let store = made();
        await store.load();
        for (const { what, records: some } of steps) {
          // What JSON makes of it is what counts.
          const plain = JSON.parse(JSON.stringify(some)) as readonly StoredRecord[];
          if (what === 'append' || what === 'compact') {
            await store[what](plain);
            await model[what](plain);
            continue;
          }
          if (what === 'reopen') await store.close();
          else rmSync(join(folder, 'lock'));
          store = made();
          expect(await store.load()).toEqual(await model.load());
        }
        await store.close();
      }),
      { numRuns: 60 },
    );
  });
});
