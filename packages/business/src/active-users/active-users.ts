import type { Clock } from '@bduf/metrics-core/interfaces';
import { DistinctWindow } from './distinct-window.ts';
import { createUserHash } from './user-hash.ts';

/** Windows in which active users are counted, in milliseconds. */
export const ACTIVE_USER_WINDOWS = { '15m': 900_000, '24h': 86_400_000 } as const;
/** Name of a window. */
export type ActiveUserWindow = keyof typeof ACTIVE_USER_WINDOWS;

const LONGEST_MS = ACTIVE_USER_WINDOWS['24h'];
/** Users up to which counts are exact. */
const MOST_EXACT = 2048;

/**
 * Counts the distinct users of the last 15 minutes and 24 hours. Exact as long as no more than 2048 users were seen within a
 * day; beyond that an estimate with a standard error of 1.6 %. Memory is fixed, about 200 KiB. User ids are hashed with a
 * random salt and not kept.
 */
export class ActiveUsers {
  readonly #clock: Clock;
  readonly #hash = createUserHash();
  /** When each user was last seen, the longest ago first. */
  readonly #lastSeenMs = new Map<number, number>();
  readonly #windows: Readonly<Record<ActiveUserWindow, DistinctWindow>> = {
    '15m': new DistinctWindow(ACTIVE_USER_WINDOWS['15m']),
    '24h': new DistinctWindow(ACTIVE_USER_WINDOWS['24h']),
  };
  /** When a user was last forgotten although a window still covered them. */
  #forgottenMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a user. */
  see(userId: string): void {
    const nowMs = this.#clock.monotonicMs();
    const hash = this.#hash(userId);
    for (const window of Object.values(this.#windows)) window.add(hash, nowMs);
    // Deleting first moves the user to the end of the map.
    this.#lastSeenMs.delete(hash.key);
    this.#lastSeenMs.set(hash.key, nowMs);
    this.#forgetOld(nowMs);
  }

  /** Distinct users in the window that ends now. */
  count(window: ActiveUserWindow): number {
    const nowMs = this.#clock.monotonicMs();
    this.#forgetOld(nowMs);
    const startMs = nowMs - ACTIVE_USER_WINDOWS[window];
    if (this.#forgottenMs > startMs) return this.#windows[window].estimate(nowMs);
    let count = 0;
    for (const seenMs of this.#lastSeenMs.values()) if (seenMs > startMs) count++;
    return count;
  }

  #forgetOld(nowMs: number): void {
    for (const [key, seenMs] of this.#lastSeenMs) {
      const isOutside = seenMs <= nowMs - LONGEST_MS;
      if (!isOutside && this.#lastSeenMs.size <= MOST_EXACT) return;
      if (!isOutside) this.#forgottenMs = Math.max(this.#forgottenMs, seenMs);
      this.#lastSeenMs.delete(key);
    }
  }
}
