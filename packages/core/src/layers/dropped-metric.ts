import type { Metric, MetricValue } from '../interfaces/instruments.ts';
import type { MetricDefinition } from '../interfaces/metric-definition.ts';
import type { MetricFamily } from '../interfaces/metric-family.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import type { Timer } from '../interfaces/timer.ts';
import { ElapsedTimer } from '../metrics/elapsed-timer.ts';
import { systemClock } from '../primitives/system-clock.ts';

/** Stands for a metric of any type that a view drops: it takes every record and keeps nothing. */
export class DroppedMetric implements Metric {
  readonly definition: MetricDefinition;
  readonly #identity: object = {};

  constructor(definition: MetricDefinition) {
    this.definition = Object.freeze({ ...definition });
  }

  get name(): string {
    return this.definition.name;
  }

  get type(): MetricType {
    return this.definition.type;
  }

  inc(): void {
    // Dropped.
  }

  dec(): void {
    // Dropped.
  }

  set(): void {
    // Dropped.
  }

  toggle(): void {
    // Dropped.
  }

  observe(): void {
    // Dropped.
  }

  labels(): this {
    return this;
  }

  /** A timer that tells the time and records nothing. */
  startTimer(): Timer {
    return new ElapsedTimer(systemClock, this.definition.unit ?? 'seconds', () => undefined);
  }

  track<T>(...args: readonly [...unknown[], () => T]): T {
    // The function comes last, with or without labels before it.
    return (args.at(-1) as () => T)();
  }

  read(): MetricFamily {
    const { name, type, description } = this.definition;
    return {
      name,
      type,
      description,
      unit: '',
      labelNames: [],
      constantLabels: [],
      labelValues: [],
      upperBounds: [],
      quantiles: [],
      width: 1,
      blocks: [],
      identity: this.#identity,
      epoch: 0,
    };
  }

  values(): readonly MetricValue[] {
    return [];
  }

  remove(): number {
    return 0;
  }
}
