import type { Clock, MetricEncoder, MetricFormat } from '@bduf/metrics-core/interfaces';
import type { Fetch } from '../http/post-body.ts';

/** What targets need of the world. */
export interface TargetParts {
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** The encoder of a format; throws `METRICS_ERR_FORMAT_MISSING`. */
  readonly encoderOf: (format: MetricFormat) => MetricEncoder;
}
