import type { Clock } from '../interfaces/clock.ts';
import { ReservedLabelValue } from '../interfaces/label-set.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { resolveDefinition } from '../definition/resolve-definition.ts';
import { LabelledCounter } from '../metrics/counter.ts';
import type { MetricBase } from '../metrics/metric-base.ts';
import type { MetricContext } from '../metrics/metric-context.ts';
import type { RecordProblems } from '../labels/record-problems.ts';

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
 * Counts what could not be recorded as given, in metrics of its own, and reports each kind of problem once. In a
 * strict collector it throws instead of reporting.
 */
export class ProblemLog {
  readonly #dropped: LabelledCounter;
  readonly #adjusted: LabelledCounter;
  readonly #callbackFailures: LabelledCounter;
  readonly #options: ProblemLogOptions;
  readonly #reported = new Set<string>();

  constructor(options: ProblemLogOptions) {
    this.#options = options;
    const context: MetricContext = {
      clock: options.clock,
      allowCodeGeneration: false,
      defaultLabels: options.defaultLabels,
      exemplarSource: undefined,
      problemsOf: () => SILENT,
    };
    const counter = (definition: { readonly name: string; readonly description: string }): LabelledCounter =>
      new LabelledCounter(
        resolveDefinition({ ...definition, type: 'counter', labels: ['metric', 'reason'] }, MOST_REPORTS),
        context,
      );
    this.#dropped = counter(DROPPED);
    this.#adjusted = counter(ADJUSTED);
    this.#callbackFailures = counter(CALLBACK_FAILURES);
  }

  /** The metrics that hold the counts. */
  metrics(): readonly MetricBase[] {
    return [this.#dropped, this.#adjusted, this.#callbackFailures];
  }

  /** Where problems of one metric are reported. */
  problemsOf(metric: string): RecordProblems {
    // A set for each metric: refused records may come by the million, so that most of them must cost little.
    const reported = new Set<string>();
    const note = (counter: LabelledCounter, reason: string, detail: () => string): void => {
      counter.inc({ metric, reason });
      if (reported.has(reason) && !this.#options.strict) return;
      reported.add(reason);
      this.#refuse(metric, reason, detail);
    };
    return {
      drop: (reason, detail) => note(this.#dropped, reason, detail),
      adjust: (reason, detail) => note(this.#adjusted, reason, detail),
    };
  }

  /** Notes a record for a name that is not defined. The name is not a label, since callers could make it up. */
  unknownMetric(name: unknown, detail: () => string): void {
    this.#dropped.inc({ metric: ReservedLabelValue.OTHER, reason: 'unknown_metric' });
    this.#refuse(String(name), 'unknown_metric', detail);
  }

  /** Notes that a callback gave no values. Never throws, since a read-out is not a record. */
  callbackFailed(metric: string, reason: string, detail: string, cause: unknown): void {
    this.#callbackFailures.inc({ metric, reason });
    this.report(`callback ${reason} ${metric}`, () => {
      const message = `Metric ${metric}: ${detail}; it is left out of the read-out (${reason}).`;
      return new MetricsError(MetricsErrorCode.CALLBACK_FAILED, message, { cause });
    });
  }

  #refuse(metric: string, reason: string, detail: () => string): void {
    const error = (): MetricsError =>
      new MetricsError(MetricsErrorCode.RECORD_REFUSED, `Metric ${metric}: ${detail()} (${reason}).`);
    if (this.#options.strict) throw error();
    this.report(`${reason} ${metric}`, error);
  }

  /**
   * Reports an error to `onError`, unless it was reported before.
   *
   * @param key - Tells one kind of problem from another.
   */
  report(key: string, error: () => MetricsError): void {
    if (this.#reported.has(key) || this.#reported.size >= MOST_REPORTS) return;
    this.#reported.add(key);
    try {
      this.#options.onError(error());
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

const CALLBACK_FAILURES = {
  name: 'metrics_callback_failures_total',
  description: 'Read-outs in which the callback of a metric failed, by metric and reason.',
};

const SILENT: RecordProblems = {
  drop: () => undefined,
  adjust: () => undefined,
};
