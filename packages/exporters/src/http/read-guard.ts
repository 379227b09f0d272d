import type { BearerCheck } from '@bduf/metrics-core/primitives';
import type { EndpointMetrics } from './endpoint-metrics.ts';

/** Who may read, and who is told when that fails. */
export interface ReadGuard {
  /** Which `Authorization` is accepted; `undefined` when anybody may read. */
  readonly isAuthorized: BearerCheck | undefined;
  /** Told of every error that is answered with 500. */
  readonly onError: (error: unknown) => void;
  /** Counts failures. */
  readonly metrics: EndpointMetrics;
}
