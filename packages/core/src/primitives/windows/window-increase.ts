import type { SampleWindow } from './sample-window.ts';

/** From where to where the increase of a counter in a window is known, and how to work it out. */
export interface IncreaseSpan {
  /** Index of the sample that it is counted from; -1 when it is counted from 0. */
  readonly base: number;
  /** Index of the first sample whose reset adds what was counted before it. */
  readonly resetsFrom: number;
  /** Since when it is known, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Until when; the same moment for a counter that was born with its last sample. */
  readonly untilMs: number;
}

/**
 * The part of a window in which an increase is known. A value holds until the next sample; a counter that was born in the window
 * began with 0; where nobody knows the value at the start, the first sample stands for it.
 */
export function increaseSpan(window: SampleWindow): IncreaseSpan | undefined {
  const { first, end, fromMs, toMs } = window;
  if (window.isCarried(first, fromMs)) {
    if (end === first && !window.isCarried(end, toMs)) return undefined;
    return { base: first - 1, resetsFrom: first, sinceMs: fromMs, untilMs: end === first ? toMs : knownUntil(window) };
  }
  if (end === first) return undefined;
  const sinceMs = knownSince(window);
  const untilMs = knownUntil(window);
  const base = isFromZero(window) ? -1 : first;
  // A counter that was born at the very moment of its last sample has counted from 0, in no time.
  const isKnown = base === -1 ? sinceMs <= untilMs : sinceMs < untilMs;
  return isKnown ? { base, resetsFrom: first + 1, sinceMs, untilMs } : undefined;
}

/** The same, unless it is a mere moment, in which nothing has a rate. */
export function lastingSpan(window: SampleWindow): IncreaseSpan | undefined {
  const span = increaseSpan(window);
  return span !== undefined && span.sinceMs < span.untilMs ? span : undefined;
}

/** Increase of a counter in the window: exact, without extrapolation. */
export function exactIncrease(window: SampleWindow): number | undefined {
  const span = increaseSpan(window);
  return span && increaseWithin(window, span);
}

/** Increase per second of the part of the window in which it is known. */
export function exactRate(window: SampleWindow): number | undefined {
  const span = lastingSpan(window);
  return span && increaseWithin(window, span) / ((span.untilMs - span.sinceMs) / 1000);
}

/** Change of a gauge in the window, from the value that held at its start to the one at its end. */
export function exactDelta(window: SampleWindow): number | undefined {
  const { first, end, fromMs, toMs } = window;
  const isCarried = window.isCarried(first, fromMs);
  if (end === first) return isCarried && window.isCarried(end, toMs) ? 0 : undefined;
  const base = isCarried ? first - 1 : first;
  const startMs = isCarried ? fromMs : window.time(first);
  return startMs < knownUntil(window) ? window.value(end - 1) - window.value(base) : undefined;
}

function increaseWithin(window: SampleWindow, { base, resetsFrom }: IncreaseSpan): number {
  const ofCells = window.increaseOfCells(base === -1 ? window.first : base + 1);
  if (ofCells !== undefined) return ofCells;
  const counted = window.value(window.end - 1) - (base === -1 ? 0 : window.value(base));
  return counted + lostByResets(window, resetsFrom);
}

/** Since when the increase is known, when no value is carried into the window. */
function knownSince(window: SampleWindow): number {
  const { createdMs, observedSinceMs } = window.column.series;
  if (isBornInside(window)) return Math.max(window.fromMs, Math.min(observedSinceMs, createdMs));
  // A series that was removed and came back was not there in between, which is known, too.
  return isFromZero(window) ? window.fromMs : window.time(window.first);
}

/** Until when the increase is known: the end of the window, unless observation ended before. */
function knownUntil(window: SampleWindow): number {
  const { end, toMs, column } = window;
  // What was removed does not count any more, which is known.
  if (end === column.length && window.isCut(end)) return toMs;
  return window.isCarried(end, toMs) ? toMs : window.time(end - 1);
}

/** Whether the counter was 0 at the start of the window, although no sample says so. */
function isFromZero(window: SampleWindow): boolean {
  return isBornInside(window) || (window.first > 0 && window.isReset(window.first));
}

/** Born in the window, or so shortly before that nobody looked in between: the 0 of its birth is carried into the window. */
function isBornInside(window: SampleWindow): boolean {
  const { createdMs, observedSinceMs } = window.column.series;
  if (window.first > 0) return false;
  if (createdMs >= window.fromMs) return true;
  return createdMs >= observedSinceMs && window.fromMs - createdMs < window.lookbackAt(0);
}

/** Sum of the values before each reset from a sample to the end of the window. */
function lostByResets(window: SampleWindow, from: number): number {
  const { resets } = window.column;
  let lost = 0;
  for (let at = 0; at < resets.length; at++) {
    const index = resets[at] ?? 0;
    if (index >= window.end) break;
    if (index >= from) lost += window.value(index - 1);
  }
  return lost;
}
