import type { HttpHandler, Registerer } from '@bduf/metrics-core/interfaces';
import { HttpInstrumentation } from './http/http-instrumentation.ts';
import { type HttpMeasuring, measuringOf } from './http/http-measuring.ts';
import type { HttpMetricsOptions } from './http/http-metrics-options.ts';

/** Middleware that measures the requests it passes on. */
export interface MetricsMiddleware extends HttpHandler, HttpMeasuring {}

/**
 * Creates a middleware that measures HTTP requests: count, duration and sizes by method, route template and status,
 * requests in flight, and open streams apart. Mount it first, once, in Express 4 or 5, Connect or any server that calls
 * handlers the same way. It passes every request on at once, throws nothing and changes nothing of it.
 *
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param options - See {@link HttpMetricsOptions}.
 */
export function createMetricsMiddleware(collector: Registerer, options?: HttpMetricsOptions): MetricsMiddleware {
  const instrumentation = new HttpInstrumentation(collector, options);
  const middleware: HttpHandler = (request, response, next) => {
    instrumentation.begin(request, response);
    next?.();
  };
  return Object.assign(middleware, measuringOf(instrumentation));
}
