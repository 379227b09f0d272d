import { randomUUID } from 'node:crypto';
import type { BusinessMetricsCollector } from '@bduf/metrics-business';
import type { Clock } from '@bduf/metrics-core/interfaces';
import type { SessionListener } from '../sessions/session-listener.ts';

const MS_PER_MINUTE = 60_000;

/** Makes the listener that records sessions as business metrics. */
export function createSessionRecorder(business: BusinessMetricsCollector, clock: Clock): SessionListener {
  return (type) => {
    const startMs = clock.monotonicMs();
    business.recordSessionStart(type);
    return () => business.recordSessionEnd(randomUUID(), (clock.monotonicMs() - startMs) / MS_PER_MINUTE);
  };
}
