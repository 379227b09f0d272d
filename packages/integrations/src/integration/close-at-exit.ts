import process from 'node:process';

/** When to close by itself, and how long that may take. */
export interface ExitOptions {
  /** Signals that end the process. Default: `SIGTERM` and `SIGINT`. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Longest wait for what has not arrived, in milliseconds. Default 5 000, half of what most supervisors allow. */
  readonly deadline?: number;
}

const DEFAULT_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];
const DEFAULT_DEADLINE_MS = 5000;

/**
 * Closes something when the process is about to end: at a signal, or when it has nothing left to do. After a signal the process
 * ends by it, as it would have, unless the application listens for the signal, too; then that is the application's affair. A
 * second signal of the same kind ends it at once.
 *
 * @param close - Must not reject. Called once.
 * @returns Ends it.
 */
export function closeAtExit(
  close: (options: { readonly deadline: number }) => Promise<unknown>,
  { signals = DEFAULT_SIGNALS, deadline = DEFAULT_DEADLINE_MS }: ExitOptions = {},
): () => void {
  let closing: Promise<unknown> | undefined;
  const finish = async (): Promise<void> => {
    closing ??= close({ deadline });
    await closing;
  };
  const onBeforeExit = (): void => void finish();
  const onSignal = (signal: NodeJS.Signals): void => {
    // Whoever else listens has kept the process from ending by the signal, and will want to end it.
    const isAlone = process.listenerCount(signal) === 0;
    void finish().then(() => isAlone && process.kill(process.pid, signal));
  };
  // First of all, so that listeners for one time are still there to be seen.
  for (const signal of signals) process.prependOnceListener(signal, onSignal);
  process.once('beforeExit', onBeforeExit);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('beforeExit', onBeforeExit);
  };
}
