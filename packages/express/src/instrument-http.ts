import type { Registerer } from '@bduf/metrics-core/interfaces';
import { HttpInstrumentation } from './http/http-instrumentation.ts';
import { type HttpMeasuring, measuringOf } from './http/http-measuring.ts';
import type { HttpMetricsOptions } from './http/http-metrics-options.ts';

/**
 * Measures the requests of all HTTP/1 servers of the process, without a middleware and whatever the framework: Node
 * publishes each arrival on `http.server.request.start`. Routes are found for Express; for other frameworks `options.route`
 * can say them. Call it before requests arrive. Use it instead of the middleware; with both, a request counts once.
 *
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param options - See {@link HttpMetricsOptions}.
 */
export function instrumentHttp(collector: Registerer, options?: HttpMetricsOptions): HttpMeasuring {
  const instrumentation = new HttpInstrumentation(collector, options, true);
  return measuringOf(instrumentation);
}
