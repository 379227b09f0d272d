/** Stands for no position: no text is that long. */
export const NO_POSITION = 0x3fffffff;
/** Positions that are looked at; texts that differ only beyond it are not told apart. */
const POSITIONS = 64;

/**
 * Up to two positions at which texts differ most: together with the length, the characters there tell the most of them apart.
 * For `/users`, `/orders` and `/carts` that is one; the lengths do for `GET` and `POST`.
 *
 * Costs texts × positions × 2 steps.
 */
export function tellingPositions(texts: readonly string[]): readonly [number, number] {
  const first = bestPosition(texts, NO_POSITION);
  return [first, first === NO_POSITION ? NO_POSITION : bestPosition(texts, first)];
}

/** How many texts the length and the characters at two positions tell apart. */
export function countTold(texts: readonly string[], first: number, second: number): number {
  return new Set(texts.map((text) => traitOf(text, first, second))).size;
}

/** The position that adds most to what another one tells, if any adds to it. */
function bestPosition(texts: readonly string[], other: number): number {
  let best = NO_POSITION;
  let told = countTold(texts, other, NO_POSITION);
  const end = Math.min(POSITIONS, Math.max(...texts.map(({ length }) => length)));
  for (let at = 0; at < end && told < texts.length; at++) {
    const count = countTold(texts, other, at);
    if (count <= told) continue;
    told = count;
    best = at;
  }
  return best;
}

/** A number that is the same for texts that are not told apart; exact for lengths up to 2^21. */
function traitOf(text: string, first: number, second: number): number {
  return (text.length * 0x10000 + characterAt(text, first)) * 0x10000 + characterAt(text, second);
}

function characterAt(text: string, position: number): number {
  return position < text.length ? text.charCodeAt(position) : 0;
}
