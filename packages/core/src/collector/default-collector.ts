import { MetricsCollector } from './metrics-collector.ts';

/** Versioned, so that copies of this module that understand each other find the same collector. */
const KEY = Symbol.for('@bduf/metrics/default-collector/1');

/**
 * The collector of the process, made on first use. It is one and the same even when this module is loaded twice, as
 * with two installed copies or with hot reloading. Libraries should rather take a collector as a parameter.
 */
export function defaultCollector(): MetricsCollector {
  // The key is ours alone, and only this function writes it.
  const holder = globalThis as { [KEY]?: MetricsCollector };
  holder[KEY] ??= new MetricsCollector();
  return holder[KEY];
}
