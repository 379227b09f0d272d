import type { Clock } from '../interfaces/clock.ts';

/** Longer than any deadline: the timer only exists, it never fires. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Waits for something, but no longer than a deadline. Meanwhile the process stays alive: pauses between attempts have
 * timers that do not hold it, and a program whose last statement waits for it would end in the middle.
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
  try {
    await Promise.race([work, deadline]);
  } finally {
    cancel();
    clearInterval(hold);
  }
}
