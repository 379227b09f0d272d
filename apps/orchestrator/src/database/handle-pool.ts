import type { Clock } from '@bduf/metrics-core/interfaces';
import { ServiceError } from '../errors/service-error.ts';
import type { DatabaseHandle } from './database-handle.ts';
import type { DatabaseListener, PoolUsage } from './database-listener.ts';

/** Options of a {@link HandlePool}. */
export interface HandlePoolOptions {
  /** Opens one handle. */
  readonly open: () => DatabaseHandle;
  /** Number of handles; all are opened at once. */
  readonly size: number;
  /** How long a caller waits for a handle before it is refused, in milliseconds. */
  readonly acquireTimeoutMs: number;
  /** Source of time. */
  readonly clock: Clock;
  /** Told how the pool is used. */
  readonly listener: Pick<DatabaseListener, 'poolChanged' | 'acquired'>;
}

/** A caller in line. Only the first call of either function counts. */
interface Waiter {
  readonly handle: Promise<DatabaseHandle>;
  readonly take: (handle: DatabaseHandle) => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * A fixed number of database handles, lent to one caller each. Who finds none idle waits in line, and is refused as
 * `busy` after a while.
 */
export class HandlePool {
  readonly #idle: DatabaseHandle[];
  readonly #waiters = new Set<Waiter>();
  readonly #options: HandlePoolOptions;
  #active = 0;
  #closed = false;

  constructor(options: HandlePoolOptions) {
    this.#options = options;
    this.#idle = Array.from({ length: options.size }, options.open);
    this.#changed();
  }

  /** How the handles are used at the moment. */
  get usage(): PoolUsage {
    return { active: this.#active, idle: this.#idle.length, waiting: this.#waiters.size };
  }

  /**
   * Lends a handle to a function until its promise settles.
   *
   * @param signal - Ends the wait for a handle when aborted; not the work itself.
   * @throws ServiceError `busy` when no handle became idle in time or the pool is closed.
   */
  async use<T>(work: (handle: DatabaseHandle) => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    const handle = await this.#acquire(signal);
    try {
      return await work(handle);
    } finally {
      this.#release(handle);
    }
  }

  /** Refuses whoever waits or comes, and closes the handles: idle ones now, lent ones when they come back. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.refuse(closedError());
    for (const handle of this.#idle.splice(0)) handle.close();
  }

  async #acquire(signal: AbortSignal | undefined): Promise<DatabaseHandle> {
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    const idle = this.#idle.pop();
    if (idle === undefined) return this.#wait(signal);
    this.#active += 1;
    this.#options.listener.acquired(0);
    this.#changed();
    return idle;
  }

  async #wait(signal: AbortSignal | undefined): Promise<DatabaseHandle> {
    const { clock, listener, acquireTimeoutMs } = this.#options;
    const start = clock.monotonicMs();
    const waiter = createWaiter();
    const timer = clock.setTimer(acquireTimeoutMs, () => waiter.refuse(busyError(this.#options)));
    const abort = (): void => waiter.refuse(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.#waiters.add(waiter);
    this.#changed();
    try {
      const handle = await waiter.handle;
      listener.acquired((clock.monotonicMs() - start) / 1000);
      return handle;
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      if (this.#waiters.delete(waiter)) this.#changed();
    }
  }

  #release(handle: DatabaseHandle): void {
    const [next] = this.#waiters;
    if (next !== undefined && !this.#closed) {
      // From hand to hand: the handle was active and stays so. The waiter leaves the line at once, not when it resumes.
      this.#waiters.delete(next);
      next.take(handle);
    } else {
      this.#active -= 1;
      if (this.#closed) handle.close();
      else this.#idle.push(handle);
    }
    this.#changed();
  }

  #changed(): void {
    this.#options.listener.poolChanged(this.usage);
  }
}

function createWaiter(): Waiter {
  let take: Waiter['take'] = () => undefined;
  let refuse: Waiter['refuse'] = () => undefined;
  const handle = new Promise<DatabaseHandle>((resolve, reject) => {
    take = resolve;
    refuse = reject;
  });
  return { handle, take, refuse };
}

function busyError({ size, acquireTimeoutMs }: HandlePoolOptions): ServiceError {
  return new ServiceError(
    'busy',
    `All ${size} database handles stayed in use for ${acquireTimeoutMs} ms. Try again in a moment.`,
  );
}

function closedError(): ServiceError {
  return new ServiceError('busy', 'The database is being closed.');
}
