/** Whether a counter may grow by it. The type test also keeps strings and bigints of untyped callers out. */
export function isAmount(amount: unknown): amount is number {
  return typeof amount === 'number' && amount >= 0 && amount !== Infinity;
}

/** Whether it may enter a sum. */
export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && value - value === 0;
}
