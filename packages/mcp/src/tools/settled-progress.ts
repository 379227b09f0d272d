import type { HandlerProgress } from '../connection/pending-operation.ts';
import { isPromise } from '../sdk/is-promise.ts';

/**
 * Hands on how the callback of a tool ended: at once, or when the promise that it returned has settled.
 *
 * The promise is looked into only now that the call failed, so that calls that end well cost no further promise. By then
 * it has settled, since SDKs answer after it; so it takes one step of the microtask queue.
 */
export function withSettledProgress(progress: HandlerProgress, report: (settled: HandlerProgress) => void): void {
  if (progress.step !== 'returned' || !isPromise(progress.value)) {
    report(progress);
    return;
  }
  progress.value.then(
    (value) => report({ step: 'returned', value }),
    (error: unknown) => report({ step: 'threw', error }),
  );
}
