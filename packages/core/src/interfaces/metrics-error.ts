/**
 * Codes of all errors that the core throws. Codes are stable; messages are for people. Other packages add codes of
 * their own area, `METRICS_ERR_<AREA>_<WHAT>`.
 */
export const MetricsErrorCode = {
  /** A definition is malformed: name, labels, buckets, quantiles, limits … */
  DEFINITION_INVALID: 'METRICS_ERR_DEFINITION_INVALID',
  /** A metric of that name exists with another shape, or a derived sample name clashes. */
  DEFINITION_CONFLICT: 'METRICS_ERR_DEFINITION_CONFLICT',
  /** A record was refused and the collector is strict. */
  RECORD_REFUSED: 'METRICS_ERR_RECORD_REFUSED',
  /** The collect callback of a metric failed or took too long. */
  CALLBACK_FAILED: 'METRICS_ERR_CALLBACK_FAILED',
  /** `exportMetrics` was asked for a format that no registered encoder renders. */
  FORMAT_MISSING: 'METRICS_ERR_FORMAT_MISSING',
  /** A function for worker threads or processes was called where it does not belong. */
  WORKER_MISPLACED: 'METRICS_ERR_WORKER_MISPLACED',
  /** A worker process did not answer in time; its last known metrics are shown. */
  WORKER_SILENT: 'METRICS_ERR_WORKER_SILENT',
  /** A worker thread cannot be watched, so that its exit would go unnoticed. */
  WORKER_UNWATCHED: 'METRICS_ERR_WORKER_UNWATCHED',
  /** An option or argument is out of range. */
  ARGUMENT_INVALID: 'METRICS_ERR_ARGUMENT_INVALID',
} as const;
/** Codes of all errors that the core throws. */
export type MetricsErrorCode = (typeof MetricsErrorCode)[keyof typeof MetricsErrorCode];

const BRAND = Symbol.for('@bduf/metrics/error');

/**
 * The error of every `@bduf/metrics-*` package. Its message says what was wrong, with the offending value, and what to
 * do; its code says so to programs.
 */
export class MetricsError extends Error {
  /** Stable code, `METRICS_ERR_<AREA>_<WHAT>`. */
  readonly code: MetricsErrorCode | (string & {});

  /**
   * @param code - Stable code.
   * @param message - What was wrong, with the value, and the remedy.
   * @param options - `cause`, when another error led to this one.
   */
  constructor(code: MetricsErrorCode | (string & {}), message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'MetricsError';
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Whether a value is a `MetricsError`, also one of another copy of this module. */
  static isInstance(value: unknown): value is MetricsError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
