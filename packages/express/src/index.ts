/**
 * `@bduf/metrics-express`: HTTP metrics by exact route template, without patching and without a dependency on Express.
 */

// Measuring requests: as a middleware, or everywhere in the process.
export { createMetricsMiddleware, type MetricsMiddleware } from './metrics-middleware.ts';
export { instrumentHttp } from './instrument-http.ts';
export type { ExpressApplication, HttpMeasuring } from './http/http-measuring.ts';
export { type HttpLabel, type HttpMetricsOptions, HttpNaming } from './http/http-metrics-options.ts';
export { measureAs } from './measure-as.ts';
