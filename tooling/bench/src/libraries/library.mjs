/**
 * What the scenarios need of a metrics library. Instruments are the library's own objects wherever those have these
 * methods, so that nothing stands between the loop and the library.
 *
 * @typedef {Readonly<Record<string, string>>} Labels
 */

/**
 * @typedef {object} CounterLike
 * @property {(labels?: Labels, amount?: number) => void} inc
 */

/**
 * @typedef {object} GaugeLike
 * @property {(labelsOrValue: Labels | number, value?: number) => void} set
 */

/**
 * @typedef {object} ObserverLike
 * @property {(labelsOrValue: Labels | number, value?: number) => void} observe
 */

/**
 * @typedef {object} Totals
 * @property {number} series How many series exist.
 * @property {number} total Their sum: of values, or of observation counts.
 */

/**
 * @typedef {object} Library
 * @property {(name: string, labelNames: readonly string[]) => CounterLike} counter
 * @property {(name: string, labelNames: readonly string[]) => GaugeLike} gauge
 * @property {(name: string, labelNames: readonly string[], buckets?: readonly number[]) => ObserverLike} histogram
 * @property {(name: string, labelNames: readonly string[]) => ObserverLike} summary
 * @property {(name: string, labels: Labels) => void} increment Adds 1 to a counter that is known by name only.
 * @property {((counter: CounterLike, labels: Labels) => { inc(): void }) | undefined} bindCounter
 *   A handle of one series; `undefined` where the library has none.
 * @property {((histogram: ObserverLike, labels: Labels) => { observe(value: number): void }) | undefined} bindObserver
 * @property {(observer: ObserverLike, labels: Labels) => void} time Starts a timer and stops it at once.
 * @property {(name: string) => Promise<Totals> | Totals} totals What the library says it holds, to check the work.
 * @property {() => Promise<readonly Uint8Array[]>} scrape
 *   All metrics in the Prometheus text format, as the bytes that a server hands to the socket.
 */

/** More series than any scenario has; libraries with a limit are told this one. */
export const SERIES_LIMIT = 1_100_000;

/** Bounds of the histograms, in seconds. */
export const BUCKETS = Object.freeze([0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
