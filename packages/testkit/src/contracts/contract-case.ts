/**
 * One demand of a contract. Suites give cases instead of calling a test framework, so that any can run them:
 *
 * ```ts
 * it.each(encoderContract(mine))('$name', async ({ run }) => { await run(); });
 * ```
 */
export interface ContractCase {
  /** What is demanded, as a sentence. */
  readonly name: string;
  /** Rejects or throws when the demand is not met. */
  readonly run: () => void | Promise<void>;
}
