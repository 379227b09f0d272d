import type { Clock } from '@bduf/metrics-core/interfaces';
import type { MetricsSnapshot } from './dashboard-data.ts';

/** Options of `streamMetrics`. */
export interface StreamMetricsOptions {
  /** Ends the stream. */
  readonly signal?: AbortSignal;
  /** Time between frames in milliseconds, above 0. Default: 5000. */
  readonly intervalMs?: number;
}

/** Gives frames on the grid of the interval until it is aborted. */
export async function runStream(
  read: (seq: number, skipped: number) => Promise<MetricsSnapshot>,
  callback: (data: MetricsSnapshot) => void | Promise<void>,
  { clock, signal, intervalMs = 5000 }: StreamMetricsOptions & { readonly clock: Clock },
): Promise<void> {
  const startMs = clock.monotonicMs();
  let lastTick = -1;
  let seq = 1;
  while (!isAborted(signal)) {
    const tick = Math.floor((clock.monotonicMs() - startMs) / intervalMs);
    // One frame after the other is what never overlapping means.
    // oxlint-disable-next-line no-await-in-loop
    const isGiven = await give(read, callback, seq, tick - lastTick - 1);
    if (isGiven) seq += 1;
    lastTick = tick;
    const next = startMs + (Math.floor((clock.monotonicMs() - startMs) / intervalMs) + 1) * intervalMs;
    // oxlint-disable-next-line no-await-in-loop
    await wait(clock, next - clock.monotonicMs(), signal);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function give(
  read: (seq: number, skipped: number) => Promise<MetricsSnapshot>,
  callback: (data: MetricsSnapshot) => void | Promise<void>,
  seq: number,
  skipped: number,
): Promise<boolean> {
  try {
    await callback(await read(seq, skipped));
    return true;
  } catch {
    // A consumer's or a server's failure costs this frame and no other.
    return false;
  }
}

function wait(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
