/**
 * Lets one in `every` calls through on average, each chosen independently (so that a pattern in the calls cannot bias the
 * sample). A call that passes has the weight `every`: the weighted sum is an unbiased estimate (Horvitz and Thompson, 1952).
 *
 * The gaps between passes are drawn from the geometric distribution, so a call that is skipped costs one decrement.
 */
export class SamplingGate {
  readonly #every: number;
  readonly #random: () => number;
  #gap: number;

  /**
   * @param every - Integer of at least 2.
   * @param random - Uniform on [0, 1).
   */
  constructor(every: number, random: () => number = Math.random) {
    this.#every = every;
    this.#random = random;
    this.#gap = this.#nextGap();
  }

  /** Weight of this call: 0 when it is skipped. */
  next(): number {
    if (--this.#gap > 0) return 0;
    this.#gap = this.#nextGap();
    return this.#every;
  }

  #nextGap(): number {
    return Math.max(1, Math.ceil(Math.log(1 - this.#random()) / Math.log(1 - 1 / this.#every)));
  }
}
