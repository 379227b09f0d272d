import type { HandlePool } from '../../database/handle-pool.ts';
import type { Fault } from '../fault.ts';

/** Someone takes all handles and does not give them back, as a leak does. */
export function poolExhaustion(pool: HandlePool, size: number): Fault {
  return {
    name: 'pool_exhaustion',
    description: `All ${size} database connections are taken and not given back.`,
    alert: 'database_connection_exhaustion',
    begin: () => {
      const released = new AbortController();
      for (let handle = 0; handle < size; handle++) void hold(pool, released.signal);
      return () => released.abort();
    },
  };
}

/** Stands in line like everybody else, again and again, until it has a handle. */
async function hold(pool: HandlePool, released: AbortSignal): Promise<void> {
  while (!released.aborted) {
    try {
      await pool.use(() => aborted(released), released);
      return;
    } catch {
      // Refused after a wait, or the fault has ended meanwhile.
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
