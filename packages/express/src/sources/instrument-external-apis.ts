import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Registerer } from '@bduf/metrics-core/interfaces';
import { ExternalApiMetrics } from './external-api-metrics.ts';
import type { BeginCall, ExternalCall, Listen } from './external-call.ts';
import { followFetch } from './follow-fetch.ts';
import { followHttpClient } from './follow-http-client.ts';
import { type SourceHandle, type SourceOptions, sourceTools } from './source-options.ts';

/** Options of {@link instrumentExternalApis}. */
export interface ExternalApiOptions extends SourceOptions {
  /**
   * The services to measure: host, with `:port` where it is not the default, to the name that becomes the label. Calls of
   * other hosts are left alone.
   */
  readonly services: Readonly<Record<string, string>>;
  /** What a call does, as label value. Default: its method in lower case. */
  readonly operation?: (call: ExternalCall) => string;
}

/**
 * Measures calls of external services, by global `fetch`, undici and `node:http`, which all publish them:
 * `external_api_duration_seconds`, `external_api_errors_total` and `api_rate_limit_hits_total`. A call lasts until its answer
 * is read or it failed. Do not record the same calls by hand as well.
 *
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param options - See {@link ExternalApiOptions}.
 */
export function instrumentExternalApis(collector: Registerer, options: ExternalApiOptions): SourceHandle {
  const { attempt, stopwatch } = sourceTools(options);
  const { operation = ({ method }) => method.toLowerCase() } = options;
  const services = new Map(Object.entries(options.services));
  const metrics = new ExternalApiMetrics(collector);
  const listeners: (readonly [channel: string, listener: (message: unknown) => void])[] = [];

  const begin: BeginCall = (call) => {
    const service = services.get(call.host);
    if (service === undefined) return undefined;
    const seconds = stopwatch();
    return (outcome) => metrics.record(service, operation(call), seconds(), outcome);
  };
  const listen: Listen = (channel, listener) => {
    const guarded = (message: unknown): void => attempt(() => listener(message));
    listeners.push([channel, guarded]);
    subscribe(channel, guarded);
  };
  followFetch(listen, begin);
  followHttpClient(listen, begin);
  return {
    close() {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener);
    },
  };
}
