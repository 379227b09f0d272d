import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Interface, createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UnrulyReceiver, answers } from '../channels/unruly-receiver.ts';
import type { Known } from './fixtures/manager-process.ts';

const PACKAGE = join(import.meta.dirname, '../..');
/** Given in the environment to repeat a run. */
const SEED = Number(process.env['ALERT_SEED'] ?? Date.now() % 2 ** 31);
const LIVES = 10;

/** The program that is killed. */
class Life {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(folder: string, url: string) {
    const program = [
      '--conditions=@bduf/source',
      '--import=@bduf/jest-preset/run-sources',
      'test/manager/fixtures/manager-process.ts',
    ];
    this.#child = spawn(process.execPath, [...program, folder, url], {
      cwd: PACKAGE,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#reader = createInterface({ input: this.#child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async hears(): Promise<Known> {
    const line: IteratorResult<string, unknown> = await this.#lines.next();
    // The program wrote it.
    return JSON.parse(String(line.value)) as Known;
  }

  measures(loads: Readonly<Record<string, number>>): void {
    this.#child.stdin.write(`${JSON.stringify(loads)}\n`);
  }

  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    this.#reader.close();
  }

  async end(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exited;
    this.#reader.close();
  }
}

describe(`an alert manager that is killed (ALERT_SEED=${SEED})`, () => {
  let receiver: UnrulyReceiver;
  let folder: string;
  let url: string;

  beforeEach(async () => {
    receiver = new UnrulyReceiver();
    receiver.behaviour = answers(200);
    url = await receiver.start();
    folder = mkdtempSync(join(tmpdir(), 'bduf-alert-manager-'));
  });

  afterEach(async () => {
    await receiver.stop();
    rmSync(folder, { recursive: true });
  });

  /** What the receiver was told of a host: `status beginning`, without what it was told again under the same key. */
  function toldOf(host: string): readonly string[] {
    const told = new Map<string, string>();
    for (const { headers, body } of receiver.received) {
      // The channel's form is that of Alertmanager.
      const { alerts, commonLabels } = body as {
        readonly alerts: readonly { readonly status: string; readonly startsAt: string }[];
        readonly commonLabels: Readonly<Record<string, string>>;
      };
      if (commonLabels['host'] !== host) continue;
      expect(alerts).toHaveLength(1);
      const text = `${alerts[0]?.status} ${alerts[0]?.startsAt}`;
      const key = String(headers['idempotency-key']);
      expect(told.get(key) ?? text).toBe(text);
      told.set(key, text);
    }
    return [...told.values()];
  }

  it(`loses nothing that it has kept, and tells nothing that is not so, in ${LIVES} lives`, async () => {
    const plans = fc.sample(
      fc.record({
        loads: fc.array(fc.record({ other: fc.constantFrom(1, 20), steady: fc.constant(20) }), {
          minLength: 1,
          maxLength: 6,
        }),
        killedAfterMs: fc.integer({ min: 0, max: 12 }),
      }),
      { numRuns: LIVES, seed: SEED },
    );
    let kept: Known = { firing: {}, events: [] };
    let steadySince: number | undefined;
    for (const { loads, killedAfterMs } of plans) {
      const life = new Life(folder, url);
      const restored = await life.hears();
      // The last evaluation of the life before was cut off: it may have been kept or not.
      expect(restored.events.slice(0, kept.events.length)).toEqual(kept.events);
      const isSame = restored.events.length === kept.events.length;
      expect(isSame ? restored.firing : kept.firing).toEqual(kept.firing);
      expect(restored.firing['steady']).toBe(steadySince);
      for (const each of loads) {
        life.measures(each);
        kept = await life.hears();
        steadySince ??= kept.firing['steady'];
        expect(kept.firing['steady']).toBe(steadySince);
        expect('other' in kept.firing).toBe(each.other === 20);
      }
      life.measures({ other: 'other' in kept.firing ? 1 : 20, steady: 20 });
      await wait(killedAfterMs);
      await life.kill();
    }
    const last = new Life(folder, url);
    await last.hears();
    last.measures({ other: 1, steady: 1 });
    const { firing, events } = await last.hears();
    expect(firing).toEqual({});
    await last.end();
    const beginnings = (host: string) =>
      events
        .map((event) => event.split(' '))
        .flatMap(([, type, of, at]) => (type === 'firing' && of === host ? [at] : []));
    const [since] = beginnings('steady');
    expect(beginnings('steady')).toEqual([since]);
    expect(toldOf('steady')).toEqual([`firing ${since}`, `resolved ${since}`]);
    const other = toldOf('other');
    // In the end the receiver believes that nothing fires. It need not know of a beginning after which the process was killed
    // before anybody was to be told.
    expect(other.at(-1)).toMatch(/^resolved /);
    // Nothing is told twice, the end of nothing before its beginning, and nothing that was not so.
    expect(new Set(other).size).toBe(other.length);
    for (const [index, told] of other.entries()) {
      const [status, begun] = told.split(' ');
      expect(beginnings('other')).toContain(begun);
      expect(status === 'firing' && other.slice(0, index).includes(`resolved ${begun}`)).toBe(false);
    }
  }, 180_000);
});
