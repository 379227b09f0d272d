import { SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import type { SystemCollector } from '../system-collector.ts';
import { countRestarts } from '../restart-count.ts';

/** When the process started and how often it did. */
export function createProcessCollector(stateDirectory: string | undefined): SystemCollector {
  return ({ metrics, readings, clock, onError }) => {
    const startedSeconds = clock.now() / 1_000 - readings.processUptime();
    const restarts = stateDirectory === undefined ? 0 : countRestarts(stateDirectory, { startedSeconds, onError });
    metrics.gauge({
      ...SystemMetricDefinitions.PROCESS_UPTIME_SECONDS,
      collect: ({ set }) => set(readings.processUptime()),
    });
    metrics.gauge({ ...SystemMetricDefinitions.PROCESS_START_TIME, collect: ({ set }) => set(startedSeconds) });
    metrics.counter({ ...SystemMetricDefinitions.PROCESS_RESTART_COUNT, collect: ({ set }) => set(restarts) });
    return undefined;
  };
}
