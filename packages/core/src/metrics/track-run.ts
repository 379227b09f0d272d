import type { Timer } from '../interfaces/timer.ts';

/** Label that a tracked run fills in. */
export const OUTCOME = 'outcome';

/**
 * Runs a function under a running timer and stops it when the function returns or throws, or when the promise that it
 * returned settles. What comes out is passed on; a promise is passed on as one that follows it, so that a rejection that
 * nobody handles is still reported by the runtime.
 *
 * @param hasOutcome - Whether to stop with the label `outcome`.
 */
export function trackRun<T>(fn: () => T, timer: Timer, hasOutcome: boolean): T {
  const stop = (outcome: 'ok' | 'error'): void => void timer.stop(hasOutcome ? { [OUTCOME]: outcome } : undefined);
  let result: T;
  try {
    result = fn();
  } catch (error) {
    stop('error');
    throw error;
  }
  if (!isThenable(result)) {
    stop('ok');
    return result;
  }
  const followed = result.then(
    (value) => {
      stop('ok');
      return value;
    },
    (error: unknown) => {
      stop('error');
      throw error;
    },
  );
  // It settles exactly as `result` does, which is what `T` promises.
  return followed as T;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
