const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['\\\\', '\\'],
  ['\\n', '\n'],
  ['\\"', '"'],
]);

/**
 * Undoes the escapes of a text.
 *
 * @param allowed - Escape sequences that the format has.
 * @returns `undefined` when the text holds a backslash that begins none of them.
 */
export function unescapeText(text: string, allowed: readonly string[]): string | undefined {
  const pieces = text.split(/(\\[\s\S]?)/);
  const isLegal = pieces.every((piece, index) => index % 2 === 0 || allowed.includes(piece));
  return isLegal ? pieces.map((piece) => ESCAPED.get(piece) ?? piece).join('') : undefined;
}
