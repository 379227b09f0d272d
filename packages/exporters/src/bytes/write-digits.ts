const ZERO = 48;

/** The two digits of each number below 100, the tens in the low byte. A look-up halves the divisions. */
const PAIRS = Uint16Array.from({ length: 100 }, (_, pair) => {
  const tens = Math.floor(pair / 10);
  return (ZERO + tens) | ((ZERO + pair - tens * 10) << 8);
});

/**
 * Writes the last `count` digits of a number, with leading zeros.
 *
 * @param value - From 0 to 2^31 - 1.
 * @returns The position after the last digit.
 */
export function writeDigits(target: Uint8Array, at: number, value: number, count: number): number {
  let rest = value | 0;
  let i = at + count - 1;
  for (; i > at; i -= 2) {
    const hundredth = (rest / 100) | 0;
    const pair = PAIRS[rest - Math.imul(hundredth, 100)] as number;
    target[i - 1] = pair & 0xff;
    target[i] = pair >>> 8;
    rest = hundredth;
  }
  if (i === at) target[i] = ZERO + rest - Math.imul((rest / 10) | 0, 10);
  return at + count;
}

/** How many digits a number from 0 to 2^31 - 1 has. */
export function digitCount(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 1000) return 3;
    return value < 10_000 ? 4 : 5;
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  if (value < 100_000_000) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}
