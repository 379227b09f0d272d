import { MetricsError } from '@bduf/metrics-core/interfaces';

/** Reads one line from left to right; whatever does not fit is an error with the line's number. */
export class LineScanner {
  readonly #text: string;
  readonly #lineNumber: number;
  #at = 0;

  /**
   * @param text - The line, without its end.
   * @param lineNumber - Counted from 1.
   */
  constructor(text: string, lineNumber: number) {
    this.#text = text;
    this.#lineNumber = lineNumber;
  }

  /** Whether the line is read to its end. */
  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Throws, saying where and why. */
  fail(reason: string): never {
    throw new MetricsError(
      'METRICS_ERR_EXPOSITION_INVALID',
      `Line ${this.#lineNumber}: ${reason} at column ${this.#at + 1} of ${JSON.stringify(this.#text)}. Correct the encoder that wrote it.`,
    );
  }

  /** Whether a fixed text comes next. */
  nextIs(expected: string): boolean {
    return this.#text.startsWith(expected, this.#at);
  }

  /** Takes a fixed text if it comes next. */
  tryTake(expected: string): boolean {
    if (!this.nextIs(expected)) return false;
    this.#at += expected.length;
    return true;
  }

  /** Takes a fixed text. */
  take(expected: string): void {
    if (!this.tryTake(expected)) this.fail(`expected ${JSON.stringify(expected)}`);
  }

  /** Takes what a sticky pattern matches here. */
  takeMatch(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const [match] = pattern.exec(this.#text) ?? this.fail(`expected ${what}`);
    this.#at += match.length;
    return match;
  }

  /** Takes the rest of the line. */
  takeRest(): string {
    const rest = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return rest;
  }
}
