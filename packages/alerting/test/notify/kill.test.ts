import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnrulyReceiver, answers } from '../channels/unruly-receiver.ts';
import type { Row } from './fixtures/notifier-process.ts';

const PACKAGE = join(import.meta.dirname, '../..');
const FIRED = Date.now() - 60_000;
const FIRING: Row = ['a', 'firing', FIRED];
const RESOLVED: Row = ['a', 'resolved', FIRED, FIRED + 30_000];

/** The program that is killed. */
class Life {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  constructor(file: string, url: string) {
    const program = [
      '--conditions=@bduf/source',
      '--import=@bduf/jest-preset/run-sources',
      'test/notify/fixtures/notifier-process.ts',
    ];
    this.#child = spawn(process.execPath, [...program, file, url], {
      cwd: PACKAGE,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  }

  /** Resolves when it is kept. */
  async isNow(...rows: readonly Row[]): Promise<void> {
    await this.#say(rows);
  }

  /** Resolves when it is kept. */
  async silences(instance: string): Promise<void> {
    await this.#say(instance);
  }

  async #say(what: unknown): Promise<void> {
    this.#child.stdin.write(`${JSON.stringify(what)}\n`);
    await once(this.#child.stdout, 'data');
  }

  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Ends it in order. */
  async end(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exited;
  }
}

describe('a process that is killed', () => {
  let receiver: UnrulyReceiver;
  let folder: string;
  let url: string;

  beforeEach(async () => {
    receiver = new UnrulyReceiver();
    url = await receiver.start();
    folder = mkdtempSync(join(tmpdir(), 'bduf-notifier-'));
  });

  afterEach(async () => {
    await receiver.stop();
    rmSync(folder, { recursive: true });
  });

  const file = () => join(folder, 'store.log');
  const born = () => new Life(file(), url);
  const statuses = () => receiver.received.map(({ body }) => (body as { readonly status: string }).status);
  const keys = () => receiver.received.map(({ headers }) => headers['idempotency-key']);

  async function untilReceived(count: number): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (receiver.received.length < count) {
      if (Date.now() > deadline) throw new Error(`Only ${receiver.received.length} of ${count} arrived within 20 s.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('repeats nothing afterwards, and tells of the end', async () => {
    const first = born();
    await first.isNow(FIRING);
    await untilReceived(1);
    // The note of it is kept as soon as the answer was read: by the next look, 300 ms later.
    await first.isNow(FIRING);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await first.kill();
    const second = born();
    await second.isNow(FIRING);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(statuses()).toEqual(['firing']);
    await second.isNow(RESOLVED);
    await untilReceived(2);
    await second.end();
    expect(statuses()).toEqual(['firing', 'resolved']);
  });

  it('tells of an alert that fired while nobody took it and resolved while nobody ran', async () => {
    receiver.behaviour = answers(503);
    const first = born();
    await first.isNow(FIRING);
    await untilReceived(1);
    await first.kill();
    receiver.received.length = 0;
    receiver.behaviour = answers(200);
    const second = born();
    await second.isNow();
    await untilReceived(1);
    await second.end();
    expect(statuses()).toEqual(['resolved']);
  });

  it('sends what it was sending again, under the same key, also when the end of its store is torn', async () => {
    receiver.behaviour = () => undefined;
    const first = born();
    await first.isNow(FIRING);
    await untilReceived(1);
    await first.kill();
    truncateSync(file(), statSync(file()).size - 3);
    receiver.behaviour = answers(200);
    const second = born();
    await second.isNow(FIRING);
    await untilReceived(2);
    await second.end();
    expect(statuses()).toEqual(['firing', 'firing']);
    expect(new Set(keys()).size).toBe(1);
  });

  it('keeps the silence that somebody was told is kept', async () => {
    const first = born();
    await first.silences('a');
    await first.kill();
    const second = born();
    await second.isNow(FIRING, ['b', 'firing', FIRED]);
    await untilReceived(1);
    await second.end();
    expect(receiver.received.map(({ body }) => (body as { readonly commonLabels: unknown }).commonLabels)).toEqual([
      expect.objectContaining({ instance: 'b' }),
    ]);
  });

  it('tells everything before it ends in order', async () => {
    const only = born();
    await only.isNow(['b', 'firing', Date.now() + 60_000]);
    await only.end();
    expect(statuses()).toEqual(['firing']);
  });
});
