import type { AlertEvaluation } from '@bduf/metrics-core/interfaces';

const SIZE = 20;
const WIDTH = 4;

/** The last evaluations of a rule, in a fixed amount of memory. */
export class EvaluationLog {
  readonly #numbers = new Float64Array(SIZE * WIDTH);
  readonly #reasons: (string | undefined)[] = [];
  #count = 0;

  /** Adds one. `worst` is NaN without data. */
  add(
    atMs: number,
    series: number,
    breaching: number,
    worst: { readonly value: number; readonly reason: string | undefined },
  ): void {
    const place = this.#count % SIZE;
    const start = place * WIDTH;
    this.#numbers[start] = atMs;
    this.#numbers[start + 1] = series;
    this.#numbers[start + 2] = breaching;
    this.#numbers[start + 3] = worst.value;
    this.#reasons[place] = worst.reason;
    this.#count++;
  }

  /** All that are kept, newest last. */
  list(): readonly AlertEvaluation[] {
    const length = Math.min(this.#count, SIZE);
    return Array.from({ length }, (_, index) => this.#at((this.#count - length + index) % SIZE));
  }

  #at(place: number): AlertEvaluation {
    const [atMs = NaN, series = 0, breaching = 0, worst = NaN] = this.#numbers.subarray(
      place * WIDTH,
      (place + 1) * WIDTH,
    );
    const reason = this.#reasons[place];
    return {
      at: new Date(atMs),
      series,
      breaching,
      worst: Number.isNaN(worst) ? null : worst,
      ...(reason !== undefined && { reason }),
    };
  }
}
