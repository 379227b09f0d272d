/** How patiently and with how much memory metrics are delivered to one target. */
export interface DeliveryOptions {
  /** Longest time one request may take, in milliseconds. Default 10 000. */
  readonly timeoutMs: number;
  /** Most memory for what waits, in bytes; beyond it the oldest is given up. Default 16 MiB. */
  readonly maxQueueBytes: number;
  /** Most attempts at one body. Default 20. */
  readonly maxAttempts: number;
  /** Age at which a waiting body is given up, in milliseconds. Default 3 600 000 (one hour). */
  readonly maxAgeMs: number;
  /** Longest pause after the first failure, in milliseconds; it doubles with each further one. Default 1 000. */
  readonly baseMs: number;
  /** Longest pause, unless the target asks for a longer one, in milliseconds. Default 30 000. */
  readonly maxMs: number;
  /** Failures in a row after which a target counts as down. Default 5. */
  readonly failureThreshold: number;
  /**
   * What to do with increases that may have arrived, since a request got no answer, at a system that would count them
   * twice. `repeat`: send them again; they arrive at least once. `drop`: give them up; they arrive at most once. Either way
   * they are counted as unclear. Default `repeat`.
   */
  readonly whenUnclear: 'repeat' | 'drop';
  /** Shortest pause between attempts at a target that is down, in milliseconds. Default 10 000. */
  readonly openMs: number;
}

/** What is used where nothing else is said. */
export const DEFAULT_DELIVERY: DeliveryOptions = {
  timeoutMs: 10_000,
  maxQueueBytes: 16 * 1024 * 1024,
  maxAttempts: 20,
  maxAgeMs: 3_600_000,
  baseMs: 1000,
  maxMs: 30_000,
  failureThreshold: 5,
  whenUnclear: 'repeat',
  openMs: 10_000,
};
