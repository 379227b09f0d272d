import type { Clock } from '@bduf/metrics-core/interfaces';

/** Cumulative use, and what could have been used until then, in the same unit. */
export interface CumulativeUse {
  readonly used: number;
  readonly available: number;
}

const SHORTEST_MS = 1_000;

/**
 * Share of what was available that was used lately: since the read-out before, but over a second at least. So a second scraper
 * neither shortens the window of the first to nothing nor resets it.
 */
export class UsageWindow {
  readonly #clock: Clock;
  readonly #read: () => CumulativeUse | undefined;
  #start: CumulativeUse | undefined;
  #startMs: number;
  #share: number | undefined;

  constructor(clock: Clock, read: () => CumulativeUse | undefined) {
    this.#clock = clock;
    this.#read = read;
    this.#start = read();
    this.#startMs = clock.monotonicMs();
  }

  /** From 0 to 1, or more where use can exceed what is available; `undefined` in the first second, or without a reading. */
  share(): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#startMs < SHORTEST_MS) return this.#share;
    const end = this.#read();
    this.#share = end === undefined || this.#start === undefined ? undefined : shareOf(this.#start, end);
    this.#start = end;
    this.#startMs = nowMs;
    return this.#share;
  }
}

/** Counters that were reset, or did not move, say nothing. */
function shareOf(start: CumulativeUse, end: CumulativeUse): number | undefined {
  const available = end.available - start.available;
  const used = end.used - start.used;
  return available > 0 && used >= 0 ? used / available : undefined;
}
