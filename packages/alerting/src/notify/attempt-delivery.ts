import type { Clock, DeliveryResult, Notification, NotificationService } from '@bduf/metrics-core/interfaces';
import { failureText } from './failure-text.ts';

/** How an attempt may end early. */
export interface DeliveryLimits {
  readonly clock: Clock;
  /** Longest time in milliseconds. */
  readonly timeoutMs: number;
  /** Ends it from outside. */
  readonly abort: AbortController;
}

/**
 * One attempt, which ends in time whatever the service does: a rejection, a thrown error, silence and an answer that is
 * none are failures that may pass. An attempt that ignores its signal goes on unobserved.
 */
export async function attemptDelivery(
  service: NotificationService,
  notification: Notification,
  { clock, timeoutMs, abort }: DeliveryLimits,
): Promise<DeliveryResult> {
  const { channels } = service;
  if (channels !== undefined && !channels.includes(notification.channel)) {
    return { status: 'permanent', error: `there is no channel ${JSON.stringify(notification.channel)}; configure it` };
  }
  const timer = clock.setTimer(timeoutMs, () => abort.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    const result: unknown = await Promise.race([sendBy(service, notification, abort.signal), aborted(abort.signal)]);
    if (isResult(result)) return result;
    return { status: 'retry', error: 'the service answered without a status: let `send` resolve to { status }' };
  } catch (error) {
    return { status: 'retry', error: failureText(error) };
  } finally {
    timer.cancel();
    // Ends what the attempt left open, such as the body of an answer.
    abort.abort();
  }
}

/** Async, so that a service that throws at once is no different from one that rejects. */
async function sendBy(service: NotificationService, notification: Notification, signal: AbortSignal): Promise<unknown> {
  return service.send(notification, { signal });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function isResult(value: unknown): value is DeliveryResult {
  if (typeof value !== 'object' || value === null || !('status' in value)) return false;
  return value.status === 'delivered' || value.status === 'retry' || value.status === 'permanent';
}
