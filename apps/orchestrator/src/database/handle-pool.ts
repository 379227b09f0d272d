import type { Clock } from '@bduf/metrics-core/interfaces';
import { ServiceError } from '../errors/service-error.ts';
import type { DatabaseHandle } from './database-handle.ts';

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
  /** Told after how many seconds someone has got a handle; 0 when one was idle. It returns quickly and does not throw. */
  readonly onAcquired: (waitSeconds: number) => void;
  /** Done with a handle before it is lent, such as a check that it works. When it fails, so does the caller. */
  readonly beforeUse: (handle: DatabaseHandle) => Promise<void>;
}

/** How the handles of a pool are used at the moment. */
export interface PoolUsage {
  /** Handles that someone holds. */
  readonly active: number;
  /** Open handles that nobody holds. */
  readonly idle: number;
  /** Callers that wait for a handle. */
  readonly waiting: number;
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
      await this.#options.beforeUse(handle);
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
    this.#options.onAcquired(0);
    return idle;
  }

  async #wait(signal: AbortSignal | undefined): Promise<DatabaseHandle> {
    const { clock, onAcquired, acquireTimeoutMs } = this.#options;
    const start = clock.monotonicMs();
    const waiter = createWaiter();
    const timer = clock.setTimer(acquireTimeoutMs, () => waiter.refuse(busyError(this.#options)));
    const abort = (): void => waiter.refuse(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.#waiters.add(waiter);
    try {
      const handle = await waiter.handle;
      onAcquired((clock.monotonicMs() - start) / 1000);
      return handle;
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      this.#waiters.delete(waiter);
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
