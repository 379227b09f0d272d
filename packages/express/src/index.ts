/**
 * `@bduf/metrics-express`: HTTP metrics by exact route template, without patching and without a dependency on Express.
 */

// Measuring requests: as a middleware, or everywhere in the process.
export { createMetricsMiddleware, type MetricsMiddleware } from './metrics-middleware.ts';
export { instrumentHttp } from './instrument-http.ts';
export type { ExpressApplication, HttpMeasuring } from './http/http-measuring.ts';
export { type HttpLabel, type HttpMetricsOptions, HttpNaming } from './http/http-metrics-options.ts';
export { measureAs } from './measure-as.ts';
export { errorMetricsMiddleware } from './error-middleware.ts';

// Measuring what an application waits for.
export {
  type CacheOperationOptions,
  PerformanceMonitor,
  type PerformanceMonitorOptions,
} from './performance/performance-monitor.ts';
export type { CacheOperation } from './performance/cache-metrics.ts';
export type { ErrorDetails } from './errors/error-recorder.ts';
export { type PgPool, pgPool, type PoolSource } from './performance/pool-source.ts';
export { type CacheSource, type LruCache, lruCache } from './performance/cache-source.ts';

// Names of the metrics.
export { ApplicationMetrics } from '@bduf/metrics-core/interfaces';
export { PerformanceMetricDefinitions } from './performance/performance-metrics.ts';
