import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './find-on-path.mjs';

/** A cold download over a slow line by another process. */
const LOCK_LIMIT_SECONDS = 30 * 60;

/**
 * Runs an action on a cache folder, made at need, while no other process changes it. The kernel drops the lock with the process that holds it,
 * so nothing is left behind by a crash.
 *
 * Where there is no `flock` there is no apt either, and the only change is the manifest, replaced in one step.
 *
 * @template T
 * @param {string} cache
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withCacheLock(cache, action) {
  mkdirSync(cache, { recursive: true });
  const [flock] = findOnPath('flock');
  if (flock === undefined) return action();
  const options = ['--exclusive', '--timeout', String(LOCK_LIMIT_SECONDS), join(cache, 'lock')];
  const holder = spawn(flock, [...options, 'sh', '-c', 'echo held; read -r released'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'close');
  try {
    const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
    if (!held) throw new Error(`could not lock the folder ${cache}: is another process stuck in it?`);
    return await action();
  } finally {
    holder.stdin.end('released\n');
    await ended;
  }
}
