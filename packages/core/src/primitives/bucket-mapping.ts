import { DOUBLE, LOWER_WORD, UPPER_WORD } from './double-bits.ts';
import { scaledIndex } from './scaled-index.ts';

// Constants of this module; the reason is at `DOUBLE`.
const double = DOUBLE;
const upperWord = UPPER_WORD;
const lowerWord = LOWER_WORD;

/** Maps a positive double to its bucket at one schema. */
export class BucketMapping {
  readonly #schema: number;
  /** Upper bounds of the sub-buckets of [1, 2): lower word of the mantissa. */
  readonly #lowWords: Uint32Array;
  /** For each linear cell of the mantissa the first sub-bucket that reaches into it. */
  readonly #firstOfCell: Uint16Array;
  /** Upper word of the mantissa of that sub-bucket's bound. */
  readonly #boundOfCell: Uint32Array;
  readonly #cellShift: number;

  constructor(schema: number) {
    this.#schema = schema;
    const perOctave = schema > 0 ? 2 ** schema : 1;
    const bounds = Array.from({ length: perOctave + 1 }, (_, at) => 2 ** (at / perOctave));
    const highWords = new Uint32Array(perOctave + 1);
    this.#lowWords = new Uint32Array(perOctave + 1);
    bounds.forEach((bound, at) => {
      double[0] = bound;
      highWords[at] = at === perOctave ? 0x100000 : (upperWord[0] ?? 0) & 0xfffff;
      this.#lowWords[at] = lowerWord[0] ?? 0;
    });
    // Twice as many linear cells as sub-buckets: then no cell contains more than one bound.
    const cellBits = Math.max(schema, 0) + 1;
    this.#cellShift = 20 - cellBits;
    this.#firstOfCell = new Uint16Array(2 ** cellBits);
    this.#boundOfCell = new Uint32Array(2 ** cellBits);
    for (let cell = 0; cell < this.#firstOfCell.length; cell++) {
      const lower = 1 + cell / this.#firstOfCell.length;
      const first = bounds.findIndex((bound) => bound >= lower);
      this.#firstOfCell[cell] = first;
      this.#boundOfCell[cell] = highWords[first] ?? 0;
    }
  }

  indexOf(value: number): number {
    double[0] = value;
    const high = upperWord[0] as number;
    const exponentBits = high >>> 20;
    if (exponentBits === 0) return this.#indexOfSubnormal(value);
    const mantissa = high & 0xfffff;
    const exponent = exponentBits - 1023;
    if (this.#schema <= 0) {
      // Whole octaves: 2^e itself belongs to the octave that ends there.
      const octave = mantissa === 0 && lowerWord[0] === 0 ? exponent : exponent + 1;
      return scaledIndex(octave, -this.#schema);
    }
    const cell = mantissa >>> this.#cellShift;
    const first = this.#firstOfCell[cell] as number;
    const bound = this.#boundOfCell[cell] as number;
    // 1 when the bound is below the mantissa. A branch on random values would be mispredicted too often.
    let sub = first + ((bound - mantissa) >>> 31);
    if (mantissa === bound && (lowerWord[0] as number) > (this.#lowWords[first] as number)) sub++;
    return (exponent << this.#schema) + sub;
  }

  #indexOfSubnormal(value: number): number {
    const octaves = this.#schema >= 0 ? 64 << this.#schema : 64 >> -this.#schema;
    return this.indexOf(value * 2 ** 64) - octaves;
  }
}

const mappings = new Map<number, BucketMapping>();

/** The mapping of a schema, made once. */
export function mappingOf(schema: number): BucketMapping {
  let mapping = mappings.get(schema);
  if (mapping === undefined) {
    mapping = new BucketMapping(schema);
    mappings.set(schema, mapping);
  }
  return mapping;
}
