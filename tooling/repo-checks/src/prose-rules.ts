/** A thing that no text of the repository may contain. */
interface ProseRule {
  readonly name: string;
  readonly pattern: RegExp;
}

// Patterns are written so that they do not match themselves: this file is checked like any other.
const PROSE_RULES: readonly ProseRule[] = [
  { name: 'open task without an issue, write TODO(#12)', pattern: /\b(?:TO[D]O|FI[X]ME|X[X]X)\b(?!\(#\d+\))/ },
  { name: "folder of one person's machine", pattern: /(?<![\w.-])\/(?:home|Users|work|root)\/\w/ },
  { name: 'path that leaves the repository', pattern: /\.\.\/shared\b/ },
  { name: 'address of a package registry', pattern: /\bregistry\.[a-z]+js\.org|\b(?:deb|ftp)\.debian\.[o]rg/ },
  { name: 'who wrote it', pattern: /\b(?:co-author[e]d-by|generat[e]d with|sub-?[a]gents?\b|langu[a]ge model)/i },
  {
    name: 'history, which belongs into the log',
    pattern: /\b(?:this|earlier|previous|last) [s]ession (?:has|was|had|wrote)/i,
  },
];

/** Names the rules that a text breaks, with line numbers. */
export function proseViolations(file: string, text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      PROSE_RULES.filter(({ pattern }) => pattern.test(line)).map(({ name }) => `${file}:${index + 1}: ${name}`),
    );
}
