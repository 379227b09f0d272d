import { ApplicationMetricDefinitions } from '@bduf/metrics-core/interfaces';

/**
 * HTTP server metrics under the names of OpenTelemetry's semantic conventions, with dots written as underscores as in
 * Prometheus. Buckets are those of the contract's metrics, which are the ones the conventions advise.
 */
export const OtelHttpMetricDefinitions = {
  REQUEST_DURATION: {
    name: 'http_server_request_duration_seconds',
    description: 'Duration of HTTP server requests.',
    unit: 'seconds',
    buckets: ApplicationMetricDefinitions.HTTP_REQUEST_DURATION.buckets as readonly number[],
  },
  REQUEST_BODY_SIZE: {
    name: 'http_server_request_body_size_bytes',
    description: 'Size of HTTP server request bodies.',
    unit: 'bytes',
    buckets: ApplicationMetricDefinitions.HTTP_REQUEST_SIZE.buckets as readonly number[],
  },
  RESPONSE_BODY_SIZE: {
    name: 'http_server_response_body_size_bytes',
    description: 'Size of HTTP server response bodies.',
    unit: 'bytes',
    buckets: ApplicationMetricDefinitions.HTTP_RESPONSE_SIZE.buckets as readonly number[],
  },
  ACTIVE_REQUESTS: {
    name: 'http_server_active_requests',
    description: 'Number of active HTTP server requests.',
    labels: { http_request_method: 'string', url_scheme: 'string' },
  },
} as const;
