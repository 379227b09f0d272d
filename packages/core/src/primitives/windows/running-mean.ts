import { CompensatedSum } from './compensated-sum.ts';

/**
 * A mean by compensated summation. When the sum would overflow it goes on as a mean that each value moves a little, as Prometheus
 * does.
 */
export class RunningMean {
  readonly #sum = new CompensatedSum();
  #count = 0;
  #isIncremental = false;

  /** The mean; NaN without values. */
  get value(): number {
    const { sum, compensation } = this.#sum;
    return this.#isIncremental ? sum + compensation : sum / this.#count + compensation / this.#count;
  }

  /** Forgets all values. */
  reset(): void {
    this.#sum.reset();
    this.#count = 0;
    this.#isIncremental = false;
  }

  /** Takes a value into account. */
  add(value: number): void {
    this.#count++;
    if (this.#count === 1) {
      this.#sum.reset(value);
      return;
    }
    if (!this.#isIncremental && Math.abs(this.#sum.sum + value) !== Infinity) {
      this.#sum.add(value);
      return;
    }
    this.#addIncrementally(value);
  }

  #addIncrementally(value: number): void {
    const sum = this.#sum;
    if (!this.#isIncremental) {
      this.#isIncremental = true;
      sum.sum /= this.#count - 1;
      sum.compensation /= this.#count - 1;
    }
    const share = (this.#count - 1) / this.#count;
    sum.sum *= share;
    sum.compensation *= share;
    sum.add(value / this.#count);
  }
}
