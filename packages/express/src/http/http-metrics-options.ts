import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@bduf/metrics-core/interfaces';

/** Under which names requests are recorded. */
export const HttpNaming = {
  /** `http_requests_total`, `http_request_duration_seconds` and so on. */
  CLASSIC: 'classic',
  /** OpenTelemetry's semantic conventions: `http_server_request_duration_seconds` and so on. */
  OTEL: 'otel',
  /** Both. */
  BOTH: 'both',
} as const;
/** Under which names requests are recorded. */
export type HttpNaming = (typeof HttpNaming)[keyof typeof HttpNaming];

/** A label of the application's own. */
export interface HttpLabel {
  /** Value for a request whose response is over; `undefined` for none. A failure is reported and counts as none. */
  readonly from: (request: IncomingMessage, response: ServerResponse) => string | undefined;
  /** Most values with series of their own; further ones share `__overflow__`. Default 20. */
  readonly maxValues?: number;
}

/** Options of the HTTP instrumentation. */
export interface HttpMetricsOptions {
  /**
   * Requests to leave out of all metrics, such as those of the dashboard itself. Called once for each request, when it
   * arrives.
   */
  readonly ignore?: (request: IncomingMessage) => boolean;
  /**
   * Route under which a request counts: another one, or `false` to leave it out of all but the gauges. For frameworks whose
   * routers are not known here, and for exceptions. The result must not hold values of the URL.
   *
   * @param found - The route that was found, or `unmatched`.
   */
  readonly route?: (found: string, request: IncomingMessage, response: ServerResponse) => string | false;
  /** Most routes with series of their own; further ones share `route="__overflow__"`. Default 500. */
  readonly maxRoutes?: number;
  /** Count `200` and `204` as `2xx`, and so on. Default false. */
  readonly groupStatus?: boolean;
  /** Labels of the application's own, by name, on counts, durations and sizes. Default none. */
  readonly labels?: Readonly<Record<string, HttpLabel>>;
  /** Names to record under. Default `classic`. */
  readonly naming?: HttpNaming;
  /**
   * Record `http_time_to_first_byte_seconds`, too. Node publishes nothing when a response begins to be sent, so the methods of
   * each response that begin it are replaced. Default false.
   */
  readonly timeToFirstByte?: boolean;
  /** Take the trace of a sampled `traceparent` header as exemplar. Default true. */
  readonly exemplars?: boolean;
  /**
   * Told about the first failure inside the instrumentation (for example an `ignore` that throws). Failures never reach
   * the application. Default: a process warning.
   */
  readonly onError?: (error: unknown) => void;
  /** Source of time. Default: the system's. */
  readonly clock?: Clock;
}
