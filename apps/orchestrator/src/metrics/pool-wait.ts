import type { Registerer } from '@bduf/metrics-core/interfaces';

/** Makes the function that records how long callers wait for a database connection, in seconds. */
export function createPoolWaitRecorder(registerer: Registerer, pool: string): (seconds: number) => void {
  const wait = registerer
    .histogram({
      name: 'database_connection_wait_seconds',
      description: 'Time a caller waited for a database connection.',
      unit: 'seconds',
      labels: { pool: 'string' },
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    })
    .labels({ pool });
  return (seconds) => wait.observe(seconds);
}
