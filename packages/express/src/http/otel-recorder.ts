import { type Registerer, ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import { ChildTree } from './child-tree.ts';
import type { EndedExchange, HttpRecorder } from './http-recorder.ts';
import { OtelHttpMetricDefinitions as Definitions } from './otel-http-metrics.ts';
import { RequestObservers } from './request-observers.ts';

/** Names of the labels, in the order of the values of a child. */
const LABELS = ['http_request_method', 'http_route', 'http_response_status_code', 'url_scheme', 'error_type'] as const;
/** What went wrong when the client left before the response was complete; the convention wants a low-cardinality word. */
const CLIENT_CLOSED = 'client_closed';

/** Records requests as OpenTelemetry's semantic conventions for HTTP servers name them. Their number is the duration's count. */
export class OtelRecorder implements HttpRecorder {
  readonly #children: ChildTree<RequestObservers>;

  /**
   * @param collector - Where the metrics are defined.
   * @param ownLabels - Names of the application's own labels.
   */
  constructor(collector: Registerer, ownLabels: readonly string[]) {
    const names = [...LABELS, ...ownLabels];
    const labels: Readonly<Record<string, 'string'>> = Object.fromEntries(names.map((name) => [name, 'string']));
    const histograms = {
      duration: collector.histogram({ ...Definitions.REQUEST_DURATION, labels }),
      requestSize: collector.histogram({ ...Definitions.REQUEST_BODY_SIZE, labels }),
      responseSize: collector.histogram({ ...Definitions.RESPONSE_BODY_SIZE, labels }),
    };
    this.#children = new ChildTree((values) => {
      const set = Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
      return new RequestObservers(histograms, { ofDuration: set, ofSizes: set });
    });
  }

  record(exchange: EndedExchange): void {
    const { method, route, sentStatusCode, isSecure, ownValues } = exchange;
    // The convention leaves the route out when none matched.
    const template = route === ReservedLabelValue.UNMATCHED ? '' : route;
    const status = sentStatusCode === undefined ? '' : String(sentStatusCode);
    const others = [isSecure ? 'https' : 'http', errorTypeOf(exchange), ...ownValues];
    this.#children.find(method, template, status, others).observe(exchange);
  }

  prepare(): void {
    // The number of requests is the count of a histogram, which exists once there is a request.
  }
}

function errorTypeOf({ isAborted, statusCode }: EndedExchange): string {
  if (isAborted) return CLIENT_CLOSED;
  return statusCode >= 500 ? String(statusCode) : '';
}
