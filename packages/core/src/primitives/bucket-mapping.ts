import { DOUBLE, HIGH, LOW, WORDS } from './double-bits.ts';
import { scaledIndex } from './scaled-index.ts';

/** Maps a positive double to its bucket at one schema. */
export class BucketMapping {
  readonly #schema: number;
  /** Upper bounds of the sub-buckets of [1, 2), as mantissa words. */
  readonly #highWords: Uint32Array;
  readonly #lowWords: Uint32Array;
  /** For each linear cell of the mantissa the first sub-bucket that reaches into it. */
  readonly #firstOfCell: Uint16Array;
  readonly #cellShift: number;

  constructor(schema: number) {
    this.#schema = schema;
    const perOctave = schema > 0 ? 2 ** schema : 1;
    const bounds = Array.from({ length: perOctave + 1 }, (_, at) => 2 ** (at / perOctave));
    this.#highWords = new Uint32Array(perOctave + 1);
    this.#lowWords = new Uint32Array(perOctave + 1);
    bounds.forEach((bound, at) => {
      DOUBLE[0] = bound;
      this.#highWords[at] = at === perOctave ? 0x100000 : (WORDS[HIGH] ?? 0) & 0xfffff;
      this.#lowWords[at] = WORDS[LOW] ?? 0;
    });
    // Twice as many linear cells as sub-buckets: then no cell contains more than one bound.
    const cellBits = Math.max(schema, 0) + 1;
    this.#cellShift = 20 - cellBits;
    this.#firstOfCell = new Uint16Array(2 ** cellBits);
    for (let cell = 0; cell < this.#firstOfCell.length; cell++) {
      const lower = 1 + cell / this.#firstOfCell.length;
      this.#firstOfCell[cell] = bounds.findIndex((bound) => bound >= lower);
    }
  }

  indexOf(value: number): number {
    DOUBLE[0] = value;
    const high = WORDS[HIGH] ?? 0;
    const exponentBits = high >>> 20;
    if (exponentBits === 0) return this.#indexOfSubnormal(value);
    const mantissa = high & 0xfffff;
    const exponent = exponentBits - 1023;
    if (this.#schema <= 0) {
      // Whole octaves: 2^e itself belongs to the octave that ends there.
      const octave = mantissa === 0 && WORDS[LOW] === 0 ? exponent : exponent + 1;
      return scaledIndex(octave, -this.#schema);
    }
    let sub = this.#firstOfCell[mantissa >>> this.#cellShift] ?? 0;
    const bound = this.#highWords[sub] ?? 0;
    if (mantissa > bound || (mantissa === bound && (WORDS[LOW] ?? 0) > (this.#lowWords[sub] ?? 0))) sub++;
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
