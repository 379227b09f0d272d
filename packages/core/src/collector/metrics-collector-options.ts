import type { Clock } from '../interfaces/clock.ts';
import type { ExemplarLabels } from '../interfaces/label-set.ts';
import type { MetricsError } from '../interfaces/metrics-error.ts';

/** Options of a `MetricsCollector`. */
export interface MetricsCollectorOptions {
  /** Labels added to every series. A metric that declares a label of the same name keeps its own. */
  readonly defaultLabels?: Readonly<Record<string, string>>;
  /** Bounds of memory. */
  readonly limits?: {
    /** Most series of a metric whose definition does not say `maxSeries`. Default 10 000. */
    readonly seriesPerMetric?: number;
  };
  /** Throw where a record is refused or adjusted. For tests; default false. */
  readonly strict?: boolean;
  /**
   * Told about each kind of problem once (metric and reason). Default: a process warning. What it throws is ignored.
   */
  readonly onError?: (error: MetricsError) => void;
  /**
   * The exemplar of what is going on now, such as the trace of the current request. Asked with every record of a metric
   * that sets `exemplars`; what it throws is ignored.
   */
  readonly exemplarSource?: () => ExemplarLabels | undefined;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
  /**
   * Whether label look-ups may be generated as code (`new Function`), which halves their time. Default true; where the
   * runtime forbids it, it is off by itself.
   */
  readonly allowCodeGeneration?: boolean;
}
