import type { MetricsCollector } from '../collector/metrics-collector.ts';
import { GaugeAggregation } from '../interfaces/gauge-aggregation.ts';
import type { Counter, Gauge } from '../interfaces/instruments.ts';

/** Whether a worker is a thread of this process or a process of its own. */
export type WorkerKind = 'thread' | 'process';

/** What the aggregation of workers says about itself, as metrics of the collector that aggregates. */
export class WorkerMetrics {
  readonly #up: Gauge<{ readonly worker: string }>;
  readonly #age: Gauge<{ readonly worker: string }>;
  readonly #exited: Counter<{ readonly kind: WorkerKind; readonly outcome: 'ok' | 'error' }>;
  readonly #conflicts: Counter<{ readonly metric: string }>;
  readonly #partial: Counter;

  constructor(collector: MetricsCollector) {
    this.#up = collector.gauge({
      name: 'worker_up',
      description: 'Whether a worker is heard of (1), or its last known metrics are shown (0).',
      labels: ['worker'],
      aggregation: GaugeAggregation.LIVE_MAX,
    });
    this.#age = collector.gauge({
      name: 'metrics_worker_snapshot_age_seconds',
      description: 'Age of the metrics that were shown of a worker process in the last read-out.',
      unit: 'seconds',
      labels: ['worker'],
      aggregation: GaugeAggregation.LIVE_MAX,
    });
    this.#exited = collector.counter({
      name: 'metrics_workers_exited_total',
      description: 'Workers that exited, whose totals are kept.',
      labels: { kind: ['thread', 'process'], outcome: ['ok', 'error'] },
    });
    this.#conflicts = collector.counter({
      name: 'metrics_worker_conflicts_total',
      description: 'Workers whose definition of a metric does not fit, so that their series are left out.',
      labels: ['metric'],
    });
    this.#partial = collector.counter({
      name: 'metrics_partial_gathers_total',
      description: 'Read-outs in which a worker process did not answer in time.',
    });
  }

  /** A worker is heard of, or not. */
  up(worker: string, isUp: boolean): void {
    this.#up.set({ worker }, isUp ? 1 : 0);
  }

  /** How old the metrics of a worker process are. */
  age(worker: string, ageMs: number): void {
    this.#age.set({ worker }, ageMs / 1000);
  }

  /** A worker exited. */
  exited(worker: string, kind: WorkerKind, isOk: boolean): void {
    this.#up.remove({ worker });
    this.#age.remove({ worker });
    this.#exited.inc({ kind, outcome: isOk ? 'ok' : 'error' });
  }

  /** A definition of a worker does not fit. */
  conflict(metric: string): void {
    this.#conflicts.inc({ metric });
  }

  /** A read-out lacks an answer. */
  partial(): void {
    this.#partial.inc();
  }
}
