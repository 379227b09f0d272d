import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MetricsError } from '@bduf/metrics-core/interfaces';
import { z } from 'zod';
import { errorCode } from './error-code.ts';

const LOCK = 'lock';

const ownerSchema = z.object({
  /** Different in each lock that was ever taken. */
  token: z.string(),
  host: z.string(),
  pid: z.number().int(),
  /** When the process was started, by the system's own count; empty where that is unknown. Process ids come back, this does not. */
  started: z.string(),
});

type Owner = z.output<typeof ownerSchema>;

/**
 * Makes sure that one process at a time writes to a directory.
 *
 * The owner is named in a file. A process of this machine that lives keeps others out. One that died, or ran elsewhere (a container
 * that was replaced), is succeeded; should it live after all, it finds out before its next write and writes no more.
 */
export class DirectoryLock {
  readonly #path: string;
  readonly #directory: string;
  readonly #token: string;

  private constructor(directory: string, token: string) {
    this.#directory = directory;
    this.#path = join(directory, LOCK);
    this.#token = token;
  }

  /** Takes the lock. @throws MetricsError `METRICS_ERR_ALERT_STORE_LOCKED` (as a rejection) when its owner lives. */
  static async take(directory: string): Promise<DirectoryLock> {
    const token = randomUUID();
    const path = join(directory, LOCK);
    const owner: Owner = { token, host: hostname(), pid: process.pid, started: await startOf(process.pid) };
    if (!(await isFirst(path, owner))) await succeed(owner, path, directory);
    const lock = new DirectoryLock(directory, token);
    await lock.check();
    return lock;
  }

  /** Rejects when another process has taken over. */
  async check(): Promise<void> {
    const owner = await ownerOf(this.#path);
    if (owner?.token !== this.#token) throw lockedError(this.#directory, owner);
  }

  /** Gives it up, if nobody has taken over. */
  async release(): Promise<void> {
    const owner = await ownerOf(this.#path);
    if (owner?.token === this.#token) await rm(this.#path, { force: true });
  }
}

/** Takes the place of an owner who is gone. Of several who do so at once, the last one wins; the others see it by `check`. */
async function succeed(owner: Owner, path: string, directory: string): Promise<void> {
  const before = await ownerOf(path);
  if (before !== undefined && (await isAlive(before))) throw lockedError(directory, before);
  const next = `${path}.${owner.token}`;
  await writeFile(next, JSON.stringify(owner));
  await rename(next, path);
}

/** Writes the lock, unless there is one. */
async function isFirst(path: string, owner: Owner): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Who a lock file names; nobody when it is missing or damaged. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    return ownerSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function isAlive({ host, pid, started }: Owner): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be asked, but it is there.
    if (errorCode(error) !== 'EPERM') return false;
  }
  return (await startOf(pid)) === started;
}

/** When a process was started, as the system counts it (field 22 of `/proc/<pid>/stat`); empty where there is no such thing. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function lockedError(directory: string, owner: Owner | undefined): MetricsError {
  const who = owner === undefined ? 'nobody' : `process ${owner.pid} on ${owner.host}`;
  return new MetricsError(
    'METRICS_ERR_ALERT_STORE_LOCKED',
    `The alert store ${JSON.stringify(directory)} belongs to ${who}. Give each process a directory of its own.`,
  );
}
