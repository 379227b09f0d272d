/**
 * A running sum with the rounding errors kept apart (Kahan 1965, with Neumaier's improvement 1974): the sum of
 * `1, 1e100, 1, -1e100` is 2. An infinite sum loses its compensation, so that it stays infinite.
 */
export class CompensatedSum {
  /** The sum as plain addition gives it. */
  sum = 0;
  /** What was lost on the way. */
  compensation = 0;

  /** The best estimate of the sum. */
  get value(): number {
    return Math.abs(this.sum) === Infinity ? this.sum : this.sum + this.compensation;
  }

  /** Begins with a value. */
  reset(value = 0): void {
    this.sum = value;
    this.compensation = 0;
  }

  /** Adds a value. */
  add(value: number): void {
    const { sum } = this;
    const next = sum + value;
    if (Math.abs(next) === Infinity) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - next + value;
    else this.compensation += value - next + sum;
    this.sum = next;
  }
}
