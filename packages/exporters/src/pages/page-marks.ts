/** Longest text before a number that {@link PageMarks} can say. */
const MAX_HEAD = 0xffff;

/**
 * Where the numbers of rendered lines are: for each line, how many bytes stand before its number, and how many the
 * number takes. One byte follows each number, such as a line feed. Three bytes a line.
 */
export class PageMarks {
  /** Bytes before the number, line by line. */
  heads: Uint16Array;
  /** Bytes of the number. */
  widths: Uint8Array;
  /** Lines marked. */
  count = 0;
  /** Whether all lines could be marked: false when one is longer than expected of any. */
  isComplete = true;

  /** @param capacity - Lines to make room for at first. */
  constructor(capacity = 256) {
    this.heads = new Uint16Array(capacity);
    this.widths = new Uint8Array(capacity);
  }

  /** Marks the next line. */
  add(head: number, width: number): void {
    if (this.count === this.heads.length) this.#grow();
    if (head > MAX_HEAD) this.isComplete = false;
    this.heads[this.count] = head;
    this.widths[this.count++] = width;
  }

  /** Says that a line was left out or does not end in its number, so that marks cannot describe it. */
  invalidate(): void {
    this.isComplete = false;
  }

  /** Forgets all marks. */
  clear(): void {
    this.count = 0;
    this.isComplete = true;
  }

  #grow(): void {
    const { heads, widths } = this;
    this.heads = new Uint16Array(heads.length * 2);
    this.widths = new Uint8Array(widths.length * 2);
    this.heads.set(heads);
    this.widths.set(widths);
  }
}
