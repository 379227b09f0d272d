import type { Clock } from '@bduf/metrics-core/interfaces';

/** Longer than any deadline: the timer only exists, it never fires. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Waits for something, but no longer than a deadline. Meanwhile the process stays alive: pauses between attempts have
 * timers that do not hold it, and a program whose last statement waits for a delivery would end in the middle of it.
 *
 * @param ms - Longest wait in milliseconds.
 */
export async function withinDeadline(work: Promise<unknown>, ms: number, clock: Clock): Promise<void> {
  const hold = setInterval(() => undefined, NEVER_MS);
  let cancel: () => void = () => undefined;
  const deadline = new Promise<void>((resolve) => {
    const timer = clock.setTimer(ms, resolve);
    cancel = () => timer.cancel();
  });
  await Promise.race([work, deadline]);
  cancel();
  clearInterval(hold);
}
