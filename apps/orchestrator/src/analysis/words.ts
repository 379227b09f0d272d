/** Words that say nothing about the matter of a sentence. */
const STOP_WORDS = new Set(
  (
    'a an and any are as at be been by can could do does each every for from had has have if in into is it its may must no not of on ' +
    'only or our shall should so such than that the their them then there these they this those to under up want was were when ' +
    'where which while who will with within without would you your able all also least most more less need needs'
  ).split(' '),
);

/** The words of a text in lower case, without numbers and punctuation. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+(?:['-][a-z]+)*/g) ?? [];
}

/** The stem of an English word in lower case, good enough to find `store`, `stores`, `stored` and `storing` equal. */
export function stemOf(word: string): string {
  if (word.length <= 3) return word;
  const singular = word
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x)es$/, '$1')
    .replace(/([^su])s$/, '$1');
  const bare = singular.replace(/(?<=\w{3})(?:ing|ed)$/, '');
  return bare.replace(/([bdgmnprt])\1$/, '$1').replace(/e$/, '');
}

/** Stems of the words that carry the matter of a text. */
export function termsOf(text: string): ReadonlySet<string> {
  return new Set(
    wordsOf(text)
      .filter((word) => !STOP_WORDS.has(word))
      .map(stemOf),
  );
}

/** Share of the terms of two sets that they have in common, from 0 to 1. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const term of a) if (b.has(term)) common += 1;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}
