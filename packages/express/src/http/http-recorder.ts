import type { ExemplarLabels } from '@bduf/metrics-core/interfaces';

/** What is recorded of an exchange that is over. */
export interface EndedExchange {
  /** Method as label value. */
  readonly method: string;
  /** Route as label value, within its budget. */
  readonly route: string;
  /** Status it counts under; 499 when the client left first. */
  readonly statusCode: number;
  /** Status that was sent; `undefined` when none was. */
  readonly sentStatusCode: number | undefined;
  /** Whether the client left first. */
  readonly isAborted: boolean;
  /** Whether it was open-ended: then its duration and response size say nothing about latency. */
  readonly isStream: boolean;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
  /** From arrival to close. */
  readonly seconds: number;
  /** From arrival until the response began to be sent; `undefined` when it never was, or nobody wants to know. */
  readonly firstByteSeconds: number | undefined;
  /** Bytes of the request's body; `undefined` when unknown. */
  readonly requestBytes: number | undefined;
  /** Bytes of the response's body; `undefined` when unknown. */
  readonly responseBytes: number | undefined;
  /** Values of the application's own labels, in the order of their names. */
  readonly ownValues: readonly string[];
  /** Trace it belongs to. */
  readonly exemplar: ExemplarLabels | undefined;
}

/** Records requests under the names of one convention. */
export interface HttpRecorder {
  /** Records an exchange. */
  record(exchange: EndedExchange): void;
  /** Makes the count of a route exist before its first request. */
  prepare(method: string, route: string): void;
}
