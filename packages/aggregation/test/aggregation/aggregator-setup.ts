import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { MetricsAggregator, MetricsHistory, type MetricsHistoryOptions } from '@bduf/metrics-aggregation';

/** A whole hour. */
export const START: number = Date.UTC(2026, 0, 1);

/** An aggregator over a history whose ticks are taken by hand, every 10 seconds. */
export interface AggregatorSetup {
  readonly clock: ManualClock;
  readonly metrics: MetricsCollector;
  readonly history: MetricsHistory;
  readonly aggregator: MetricsAggregator;
  /** Takes ticks; before each, `each` is called. The clock moves on after each. */
  readonly ticks: (count: number, each?: (tick: number) => void) => Promise<void>;
}

/** Makes one. */
export function setup(options: MetricsHistoryOptions = {}): AggregatorSetup {
  const clock = new ManualClock(START);
  const metrics = new MetricsCollector({ clock, strict: true });
  const history = new MetricsHistory(metrics, { clock, track: 'all', selfMetrics: false, ...options });
  const aggregator = new MetricsAggregator(metrics, { history, clock });
  const ticks = async (count: number, each: (tick: number) => void = () => {}): Promise<void> => {
    for (let tick = 0; tick < count; tick++) {
      each(tick);
      await history.tick();
      clock.advance(10_000);
    }
  };
  return { clock, metrics, history, aggregator, ticks };
}

/** From so many milliseconds after the start to so many. */
export function range(fromMs: number, toMs: number): { readonly start: Date; readonly end: Date } {
  return { start: new Date(START + fromMs), end: new Date(START + toMs) };
}
