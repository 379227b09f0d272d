import { BusinessMetricDefinitions, type Registerer } from '@bduf/metrics-core/interfaces';
import type { ExternalListener } from '../external/external-listener.ts';

/** Makes the listener that records the calls of external services. */
export function createExternalMetrics(registerer: Registerer): ExternalListener {
  const calls = {
    context7: registerer.counter(BusinessMetricDefinitions.CONTEXT7_API_CALLS_TOTAL),
    perplexity: registerer.counter(BusinessMetricDefinitions.PERPLEXITY_API_CALLS_TOTAL),
  };
  const errors = registerer.counter(BusinessMetricDefinitions.EXTERNAL_API_ERRORS_TOTAL);
  const duration = registerer.histogram(BusinessMetricDefinitions.EXTERNAL_API_DURATION);
  const rateLimits = registerer.counter(BusinessMetricDefinitions.API_RATE_LIMIT_HITS);
  return ({ service, operation, seconds, failure }) => {
    calls[service].inc({ operation, outcome: failure === undefined ? 'ok' : 'error' });
    duration.observe({ service, operation }, seconds);
    if (failure !== undefined) errors.inc({ service, error_type: failure });
    if (failure === 'rate_limited') rateLimits.inc({ service });
  };
}

/** Makes the function that records how the assembly of a context ended. */
export function createContextMetrics(registerer: Registerer): (outcome: 'ok' | 'error') => void {
  const assemblies = registerer.counter(BusinessMetricDefinitions.CONTEXT_ASSEMBLY_OPERATIONS);
  return (outcome) => assemblies.inc({ outcome });
}
