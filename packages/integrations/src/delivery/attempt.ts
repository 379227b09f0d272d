import type { Clock } from '@bduf/metrics-core/interfaces';
import { isNotSent } from './not-sent.ts';
import type { SendOutcome } from './send-outcome.ts';

/** Sends something; see `DeliveryTarget.send`. */
export type Send = (signal: AbortSignal) => Promise<SendOutcome>;

/** How an attempt may end early. */
export interface AttemptLimits {
  readonly clock: Clock;
  /** Longest time in milliseconds. */
  readonly timeoutMs: number;
  /** Ends it from outside. */
  readonly abort: AbortController;
}

/**
 * One attempt, which ends in time whatever it does: a rejection, a thrown error and silence are failures that may pass.
 * An attempt that ignores its signal goes on unobserved.
 */
export async function attempt(send: Send, { clock, timeoutMs, abort }: AttemptLimits): Promise<SendOutcome> {
  const timer = clock.setTimer(timeoutMs, () => abort.abort(new Error(`no answer within ${timeoutMs} ms`)));
  try {
    return await Promise.race([aborted(abort.signal), send(abort.signal)]);
  } catch (error) {
    const { aborted: isAborted, reason } = abort.signal as { aborted: boolean; reason: unknown };
    return { status: 'retry', note: reasonOf(isAborted ? reason : error), isUnclear: isAborted || !isNotSent(error) };
  } finally {
    timer.cancel();
    // Ends what the attempt left open, such as the body of an answer.
    abort.abort();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** What went wrong, with the cause where the error itself says nothing: fetch reports "fetch failed" for everything. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) && !isErrorLike(error)) return String(error);
  const { cause } = error;
  if (!isErrorLike(cause)) return error.message;
  return `${error.message}: ${cause.message || (cause as { code?: string }).code || 'unknown cause'}`;
}

/** Errors of other realms, as in test runners, are no instances of `Error`. */
function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}
