import type { Clock } from '../interfaces/clock.ts';
import type { GatherOptions } from '../interfaces/gatherer.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import type { MetricFamily } from '../interfaces/metric-family.ts';
import type { MetricBase } from '../metrics/metric-base.ts';
import type { SourceFamily } from '../metrics/source-family.ts';
import type { CallbackRunner } from './callback-runner.ts';
import type { ProblemLog } from './problem-log.ts';

/** What of a collector the support for worker threads and processes works with. */
export interface CollectorParts {
  readonly clock: Clock;
  readonly callbacks: CallbackRunner;
  readonly problems: ProblemLog;
  /** The collector's own metrics of some names, or all, by name. */
  metrics(names?: ReadonlySet<string>): readonly MetricBase[];
  /** Others whose metrics the collector shows along with its own. */
  processes: ProcessGroup | undefined;
  /** Told of metrics that are defined and unregistered. */
  follower: MetricFollower | undefined;
}

/** Threads and processes whose metrics a collector shows along with its own. */
export interface ProcessGroup {
  /** Asks other processes for their metrics. Waits for a bounded time only and never rejects. */
  refresh(options: GatherOptions): Promise<void>;
  /** Merges the collector's own metrics with those of its worker threads and, where `withProcesses`, of other processes. */
  read(own: readonly MetricBase[], options: GatherOptions, withProcesses: boolean): readonly MetricFamily[];
  /** As `read` without other processes, with what is needed to merge the result again. */
  readSources(own: readonly MetricBase[]): readonly SourceFamily[];
}

/** Follows the metrics of a collector. */
export interface MetricFollower {
  /** A metric was made; nothing was recorded on it yet but zeros. */
  metricDefined(metric: MetricBase): void;
  /** A metric was unregistered. */
  metricRemoved(metric: MetricBase): void;
}

const known = new WeakMap<object, CollectorParts>();

/** Makes the parts of a collector known to {@link partsOf}. */
export function registerParts(collector: object, parts: CollectorParts): void {
  known.set(collector, parts);
}

/**
 * The parts of a collector.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for anything but a `MetricsCollector` of this copy of the module.
 */
export function partsOf(collector: object): CollectorParts {
  const parts = known.get(collector);
  if (parts !== undefined) return parts;
  throw new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    'The collector is not a MetricsCollector of this copy of @bduf/metrics-core: pass the collector itself, not a layer ' +
      'over it, and make sure that the package is installed once.',
  );
}
