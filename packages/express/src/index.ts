/**
 * `@bduf/metrics-express`: HTTP metrics by exact route template, without patching and without a dependency on Express.
 */

export { createMetricsMiddleware, type MetricsMiddleware } from './metrics-middleware.ts';
export type { HttpMetricsOptions } from './http/http-metrics-options.ts';
