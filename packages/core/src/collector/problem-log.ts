import type { Clock } from '../interfaces/clock.ts';
import { ReservedLabelValue } from '../interfaces/label-set.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { resolveDefinition } from '../definition/resolve-definition.ts';
import { LabelledCounter } from '../metrics/counter.ts';
import type { MetricBase } from '../metrics/metric-base.ts';
import type { MetricContext } from '../metrics/metric-context.ts';
import type { RecordProblems } from '../storage/record-problems.ts';

/** Problems reported to `onError` at most; each metric and reason counts as one. */
const MOST_REPORTS = 1000;

/** Options of a {@link ProblemLog}. */
export interface ProblemLogOptions {
  readonly clock: Clock;
  readonly strict: boolean;
  readonly onError: (error: MetricsError) => void;
  readonly defaultLabels: Readonly<Record<string, string>>;
}

/**
 * Counts what could not be recorded as given, in two metrics of its own, and reports each kind of problem once. In a
 * strict collector it throws instead of reporting.
 */
export class ProblemLog {
  readonly #dropped: LabelledCounter;
  readonly #adjusted: LabelledCounter;
  readonly #options: ProblemLogOptions;
  readonly #reported = new Set<string>();

  constructor(options: ProblemLogOptions) {
    this.#options = options;
    const context: MetricContext = {
      clock: options.clock,
      allowCodeGeneration: false,
      defaultLabels: options.defaultLabels,
      problemsOf: () => SILENT,
    };
    this.#dropped = new LabelledCounter(
      resolveDefinition({ ...DROPPED, type: 'counter', labels: ['metric', 'reason'] }, MOST_REPORTS),
      context,
    );
    this.#adjusted = new LabelledCounter(
      resolveDefinition({ ...ADJUSTED, type: 'counter', labels: ['metric', 'reason'] }, MOST_REPORTS),
      context,
    );
  }

  /** The metrics that hold the counts. */
  metrics(): readonly MetricBase[] {
    return [this.#dropped, this.#adjusted];
  }

  /** Where problems of one metric are reported. */
  problemsOf(metric: string): RecordProblems {
    return {
      drop: (reason, detail) => this.#note(this.#dropped, metric, metric, reason, detail),
      adjust: (reason, detail) => this.#note(this.#adjusted, metric, metric, reason, detail),
    };
  }

  /** Notes a record for a name that is not defined. The name is not a label, since callers could make it up. */
  unknownMetric(name: unknown, detail: () => string): void {
    this.#note(this.#dropped, ReservedLabelValue.OTHER, String(name), 'unknown_metric', detail);
  }

  #note(counter: LabelledCounter, label: string, metric: string, reason: string, detail: () => string): void {
    counter.inc({ metric: label, reason });
    const { strict, onError } = this.#options;
    const key = `${reason} ${metric}`;
    if (!strict && (this.#reported.has(key) || this.#reported.size >= MOST_REPORTS)) return;
    this.#reported.add(key);
    const error = new MetricsError(MetricsErrorCode.RECORD_REFUSED, `Metric ${metric}: ${detail()} (${reason}).`);
    if (strict) throw error;
    try {
      onError(error);
    } catch {
      // Recording must not break the caller, not even through its own error handler.
    }
  }
}

const DROPPED = {
  name: 'metrics_dropped_total',
  description: 'Records that could not be stored, by metric and reason.',
};

const ADJUSTED = {
  name: 'metrics_adjusted_total',
  description: 'Records stored under adjusted labels, by metric and reason.',
};

const SILENT: RecordProblems = {
  drop: () => undefined,
  adjust: () => undefined,
};
