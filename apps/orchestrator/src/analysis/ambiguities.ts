import * as z from 'zod';

/** Why a phrase leaves open what is meant. */
const REASONS = ['vague', 'unbounded', 'optional', 'passive'] as const;

/** A phrase that two people can understand differently. */
export interface Ambiguity {
  /** The words of the text. */
  readonly phrase: string;
  /**
   * `vague`: nobody can test it. `unbounded`: it is open where it ends. `optional`: it is open whether it has to be
   * done. `passive`: it is open who does it.
   */
  readonly reason: (typeof REASONS)[number];
}

/** Checks a stored ambiguity. */
export const ambiguitySchema: z.ZodType<Ambiguity> = z.object({ phrase: z.string(), reason: z.enum(REASONS) });

const PATTERNS: readonly (readonly [Ambiguity['reason'], RegExp])[] = [
  [
    'vague',
    /\b(?:fast|quick(?:ly)?|easy|easily|simple|intuitive|user-friendly|flexible|robust|scalable|efficient(?:ly)?|modern|nice|good|reasonable|appropriate|sufficient|adequate|seamless(?:ly)?|state-of-the-art|high-quality|reliable)\b/gi,
  ],
  [
    'unbounded',
    /\b(?:etc|and so on|and\/or|such as|for example|including but not limited to|all kinds of|various|several|some|many|as much as possible)\b/gi,
  ],
  [
    'optional',
    /\b(?:if possible|if necessary|as needed|as appropriate|optionally|preferably|ideally|where applicable|eventually)\b/gi,
  ],
];

/** `be stored` without a `by …` behind it. */
const PASSIVE = /\bbe\s+([a-z]+ed|kept|sent|shown|written|built|made|given|done)\b(?!\s+by\b)/gi;

/** Finds the phrases of a text that leave something open, in the order of their reasons. */
export function ambiguitiesOf(text: string): readonly Ambiguity[] {
  const found = PATTERNS.flatMap(([reason, pattern]) => phrases(text, pattern).map((phrase) => ({ phrase, reason })));
  const passive = phrases(text, PASSIVE).map((phrase) => ({ phrase, reason: 'passive' as const }));
  return [...found, ...passive];
}

function phrases(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([phrase]) => phrase.toLowerCase());
}
