/** Whether a character, given as code point, is meant. */
export type CharacterTest = (codePoint: number) => boolean;

/** A place that a pattern can insist on. */
export type PatternPlace = 'start' | 'end' | 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary';

/** A regular expression as a tree. */
export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'place'; readonly place: PatternPlace }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'either'; readonly choices: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };
