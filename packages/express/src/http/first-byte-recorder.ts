import { ApplicationMetricDefinitions, type Histogram, type Registerer } from '@bduf/metrics-core/interfaces';
import type { EndedExchange, HttpRecorder } from './http-recorder.ts';

/** Time to first byte, which is recorded on demand. */
const TIME_TO_FIRST_BYTE = {
  name: 'http_time_to_first_byte_seconds',
  description: 'Time from the arrival of an HTTP request until its response began to be sent.',
  unit: 'seconds',
  labels: { method: 'string', route: 'string' },
  buckets: ApplicationMetricDefinitions.HTTP_REQUEST_DURATION.buckets as readonly number[],
} as const;

/** Records time to first byte, of streams as well: it is the only latency that they have. */
export class FirstByteRecorder implements HttpRecorder {
  readonly #histogram: Histogram<{ readonly method: string; readonly route: string }>;

  /** @param collector - Where the metric is defined. */
  constructor(collector: Registerer) {
    this.#histogram = collector.histogram(TIME_TO_FIRST_BYTE);
  }

  record({ method, route, firstByteSeconds, exemplar }: EndedExchange): void {
    if (firstByteSeconds !== undefined) this.#histogram.observe({ method, route }, firstByteSeconds, exemplar);
  }

  prepare(): void {
    // A distribution exists once there is a response.
  }
}
