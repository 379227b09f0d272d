/**
 * One shared double and its bits, to take numbers apart without `Math.log2` (11 ns against 2 ns). Write
 * `DOUBLE[0]`, then read the words at once; nothing may run in between.
 */
export const DOUBLE: Float64Array = new Float64Array(1);
/** The two words of {@link DOUBLE}. */
export const WORDS: Uint32Array = new Uint32Array(DOUBLE.buffer);

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** Index of the word with sign, exponent and the upper 20 bits of the mantissa. */
export const HIGH: 0 | 1 = isLittleEndian ? 1 : 0;
/** Index of the word with the lower 32 bits of the mantissa. */
export const LOW: 0 | 1 = isLittleEndian ? 0 : 1;
