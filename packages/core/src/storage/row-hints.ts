import { countTold, NO_POSITION, tellingPositions } from './telling-positions.ts';

/** Slots at the start. */
const FIRST_SLOTS = 16;
/** Slots for each row that is known: few enough rows then want the same one. */
const SLOTS_PER_ROW = 4;
/** Rows of a table that hints are of use for; in larger ones the slots would be as far from the processor as the index is. */
const MOST_ROWS = 1 << 14;
/** Values of a label that positions are chosen for. */
const MOST_VALUES = 128;
/** Bytes of an element that is no number. */
const POINTER_BYTES = 8;
/** Instead of a text. No label value equals it, as one could equal `undefined`. */
const NO_TEXT: unique symbol = Symbol('no text');
/** Instead of a first position: the label has one value, and nothing of it has to be read. */
const UNREAD = -1;

/**
 * Guesses the row of a label set from the lengths and a few characters of its values. Reading them takes half the time of
 * asking a `Map` for each value, which has to find and compare the text by its hash (`tooling/bench`, `counter-1000-series`).
 *
 * Nothing depends on a guess being right: who asks compares the texts of the row, and asks the index when they differ. So texts that
 * are chosen to be mistaken for one another only cost the time of the guess.
 */
export class RowHints {
  /** Two positions for each label: those of the characters that are looked at. The first is -1 when nothing is. Hot path. */
  readonly positions: Int32Array;
  /** Guessed rows, -1 where there is none; `undefined` in large tables. The length is a power of two. Hot path. */
  rows: Int16Array | undefined = emptySlots(FIRST_SLOTS);
  /**
   * Label texts of the rows that were learnt, side by side: comparing with them takes a fifth less than going through the ids of the
   * row. For other rows {@link NO_TEXT}. Hot path.
   */
  texts: (string | typeof NO_TEXT)[] = [];
  readonly #labelCount: number;
  readonly #textsOf: (row: number) => readonly string[];
  /** For each label the number of values from which on positions may be chosen anew. */
  readonly #nextChoice: Int32Array;

  /**
   * @param labelCount - Labels of a row.
   * @param textsOf - The label texts of a row.
   */
  constructor(labelCount: number, textsOf: (row: number) => readonly string[]) {
    this.#labelCount = labelCount;
    this.#textsOf = textsOf;
    this.positions = new Int32Array(labelCount * 2).fill(UNREAD);
    this.#nextChoice = new Int32Array(labelCount);
  }

  /** Bytes held. */
  get byteLength(): number {
    return (this.rows?.byteLength ?? 0) + this.positions.byteLength + this.texts.length * POINTER_BYTES;
  }

  /**
   * Takes note of a row that was not guessed.
   *
   * @param home - The slot of its values; the one beside it takes what was there.
   */
  learn(home: number, row: number): void {
    if (row >= MOST_ROWS) {
      this.rows = undefined;
      this.texts = [];
    } else if (this.rows !== undefined && (row + 1) * SLOTS_PER_ROW > this.rows.length) {
      // The slots of all rows change; they are learnt again.
      this.rows = emptySlots(this.rows.length * 2);
    } else if (this.rows !== undefined) {
      const displaced = this.rows[home] ?? -1;
      if (displaced >= 0) this.rows[home ^ 1] = displaced;
      this.rows[home] = row;
      this.#noteTexts(row);
    }
  }

  /** Forgets the texts of a row that another series is going to have. */
  forget(row: number): void {
    const start = row * this.#labelCount;
    if (start < this.texts.length) this.texts.fill(NO_TEXT, start, start + this.#labelCount);
  }

  #noteTexts(row: number): void {
    const start = row * this.#labelCount;
    // An array with a hole is slower to read.
    while (this.texts.length < start) this.texts.push(NO_TEXT);
    this.#textsOf(row).forEach((text, label) => (this.texts[start + label] = text));
  }

  /** Chooses positions anew when they do not tell the values of a label apart. */
  valueAdded(label: number, values: readonly string[]): void {
    const count = values.length;
    if (count === 1 || count > MOST_VALUES || count < (this.#nextChoice[label] ?? 0)) return;
    const [first = UNREAD, second = NO_POSITION] = this.positions.subarray(label * 2);
    if (first !== UNREAD && countTold(values, first, second) === count) return;
    const chosen = tellingPositions(values);
    this.positions.set(chosen, label * 2);
    // Values that cannot be told apart would be tried again with each new one.
    if (countTold(values, ...chosen) < count) this.#nextChoice[label] = count * 2;
  }
}

function emptySlots(count: number): Int16Array {
  return new Int16Array(count).fill(-1);
}
