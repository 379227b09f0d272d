/** The external services that context comes from. */
export type ExternalServiceName = 'context7' | 'perplexity';

/** One call of an external service. */
export interface ExternalCall {
  readonly service: ExternalServiceName;
  /** What was asked of it: `search`, `ask` … */
  readonly operation: string;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** Why it failed; undefined when it did not. */
  readonly failure: ExternalFailure | undefined;
}

/** Why a call of an external service failed. */
export type ExternalFailure = 'rate_limited' | 'timeout' | 'unreachable' | 'refused' | 'malformed';

/** Is told of each call of an external service. It returns quickly and does not throw. */
export type ExternalListener = (call: ExternalCall) => void;
