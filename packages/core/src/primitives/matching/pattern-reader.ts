import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';

/** Reads a regular expression character by character, and names the place of what is wrong with it. */
export class PatternReader {
  readonly #pattern: string;
  readonly #characters: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#characters = Array.from(pattern);
  }

  /** The next character, or the empty string at the end. */
  get next(): string {
    return this.#characters[this.#at] ?? '';
  }

  /** Whether everything was read. */
  get isDone(): boolean {
    return this.#at >= this.#characters.length;
  }

  /** Reads a character; the empty string at the end. */
  take(): string {
    const character = this.next;
    this.#at++;
    return character;
  }

  /** Reads a text if it comes next. */
  tryTake(text: string): boolean {
    for (let offset = 0; offset < text.length; offset++) {
      if (this.#characters[this.#at + offset] !== text[offset]) return false;
    }
    this.#at += text.length;
    return true;
  }

  /** Reads what a sticky expression matches here; `undefined`, and nothing read, when it matches nothing. */
  tryMatch(expression: RegExp): RegExpExecArray | undefined {
    const match = expression.exec(this.#characters.slice(this.#at).join(''));
    if (match === null) return undefined;
    this.#at += Array.from(match[0]).length;
    return match;
  }

  /** The error to throw about what was just read. */
  wrong(what: string, remedy: string): MetricsError {
    const place = Math.min(this.#at, this.#characters.length);
    return new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `The regular expression ${JSON.stringify(this.#pattern.slice(0, 200))} ${what} at character ${place}. ${remedy}`,
    );
  }
}
