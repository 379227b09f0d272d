/** Faults that can be injected. */
export const FAULT_NAMES = [
  'slow_database',
  'pool_exhaustion',
  'cache_flush',
  'upstream_429',
  'tool_crash',
  'event_loop_block',
  'memory_growth',
] as const;
/** A fault that can be injected. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** Something that goes wrong on demand. */
export interface Fault {
  readonly name: FaultName;
  /** What happens, in one sentence. */
  readonly description: string;
  /** Name of the alert rule that must notice it. */
  readonly alert: string;
  /** Begins it. Returns a function that ends it; neither throws. */
  readonly begin: () => () => void;
}
