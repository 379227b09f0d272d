/** Ends what a function of this entry point began. */
export interface WorkerHandle {
  /** Stops timers and listeners. What was shown stays shown. Idempotent. */
  close(): void;
  /** Same as `close()`, for `using`. */
  [Symbol.dispose](): void;
}
