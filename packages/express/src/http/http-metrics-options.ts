import type { IncomingMessage } from 'node:http';
import type { Clock } from '@bduf/metrics-core/interfaces';

/** Options of the HTTP instrumentation. */
export interface HttpMetricsOptions {
  /** Requests to leave out of all metrics, such as those of the dashboard itself. Called once for each request, when it arrives. */
  readonly ignore?: (request: IncomingMessage) => boolean;
  /** Most routes with series of their own; further ones share `route="__overflow__"`. Default 500. */
  readonly maxRoutes?: number;
  /**
   * Told about the first failure inside the instrumentation (for example an `ignore` that throws). Failures never reach
   * the application. Default: a process warning.
   */
  readonly onError?: (error: unknown) => void;
  /** Source of time. Default: the system's. */
  readonly clock?: Clock;
}
