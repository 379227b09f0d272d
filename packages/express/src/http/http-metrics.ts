import {
  ApplicationMetricDefinitions as Definitions,
  type Counter,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';

/** A label set with these names. */
export type Labels<Name extends string> = { readonly [Key in Name]: string };

/** The metrics of requests that are over. */
export interface HttpMetrics {
  readonly requests: Counter<Labels<'method' | 'route' | 'status_code'>>;
  readonly duration: Histogram<Labels<'method' | 'route' | 'status_code'>>;
  readonly requestSize: Histogram<Labels<'method' | 'route'>>;
  readonly responseSize: Histogram<Labels<'method' | 'route'>>;
  readonly streamDuration: Histogram<Labels<'route'>>;
}

/** Defines the metrics, or finds them defined. */
export function defineHttpMetrics(collector: Registerer): HttpMetrics {
  return {
    requests: collector.counter(Definitions.HTTP_REQUESTS_TOTAL),
    duration: collector.histogram(Definitions.HTTP_REQUEST_DURATION),
    requestSize: collector.histogram(Definitions.HTTP_REQUEST_SIZE),
    responseSize: collector.histogram(Definitions.HTTP_RESPONSE_SIZE),
    streamDuration: collector.histogram(Definitions.HTTP_STREAM_DURATION),
  };
}
