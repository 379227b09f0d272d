import { type ClockTimer, SystemMetricDefinitions } from '@bduf/metrics-core/interfaces';
import { UsageWindow } from '../readings/usage-window.ts';
import type { SystemCollector, SystemContext } from '../system-collector.ts';

/**
 * How late the event loop calls a timer, and how busy it is.
 *
 * Delay is a histogram that only grows, fed by a timer that starts itself again: any number of scrapers may read it, and the
 * values of workers add up, both unlike percentiles that are reset by whoever reads them.
 */
export function createEventLoopCollector(resolutionMs: number): SystemCollector {
  return (context) => {
    collectUtilization(context);
    return observeDelay(context, resolutionMs);
  };
}

function observeDelay({ metrics, clock }: SystemContext, resolutionMs: number): () => void {
  const delay = metrics.histogram(SystemMetricDefinitions.EVENT_LOOP_DELAY);
  let timer: ClockTimer;
  const wait = (): void => {
    const startMs = clock.monotonicMs();
    timer = clock.setTimer(resolutionMs, () => {
      delay.observe(Math.max(0, clock.monotonicMs() - startMs - resolutionMs) / 1_000);
      wait();
    });
  };
  wait();
  return () => timer.cancel();
}

function collectUtilization({ metrics, readings, clock }: SystemContext): void {
  metrics.counter({
    ...SystemMetricDefinitions.EVENT_LOOP_TIME,
    collect: ({ set }) => {
      const { active, idle } = readings.eventLoopTime();
      set({ state: 'active' }, active / 1_000);
      set({ state: 'idle' }, idle / 1_000);
    },
  });
  const window = new UsageWindow(clock, () => {
    const { active, idle } = readings.eventLoopTime();
    return { used: active, available: active + idle };
  });
  metrics.gauge({
    ...SystemMetricDefinitions.EVENT_LOOP_UTILIZATION,
    collect: ({ set }) => {
      const share = window.share();
      if (share !== undefined) set(share);
    },
  });
}
