/** What a layer of Express 4 keeps of a pattern: path-to-regexp 0.1 throws the text away. */
export interface CompiledPattern {
  readonly regexp: RegExp;
  /** Parameters in the order of their groups; unnamed ones are numbered. */
  readonly keys: readonly { readonly name: string | number }[];
}

/** One alternative of a pattern. */
export interface PatternAlternative {
  /** The pattern's text. */
  readonly template: string;
  /** Matches what the alternative matches. */
  readonly regexp: RegExp;
}

/** What path-to-regexp 0.1 puts behind the path of a mount. */
const MOUNT_END = String.raw`\/?(?=\/|$)`;

/**
 * Restores the text of mount patterns from their compiled form. It reads nothing but the expression that the developer's
 * pattern became, so no value of a request can get into the result. An expression that the developer wrote stands as
 * its source.
 *
 * @returns One entry for each element of an array pattern, else one.
 */
export function decompilePattern({ regexp, keys }: CompiledPattern): readonly PatternAlternative[] {
  const sources = splitAlternatives(regexp.source);
  const isOurs = sources.every((source) => source.startsWith('^') && source.endsWith(MOUNT_END));
  if (!isOurs) return [{ template: String(regexp), regexp }];
  const names = keys.map(({ name }) => name);
  return sources.map((source) => ({
    template: readGroup(source.slice(1, -MOUNT_END.length), names),
    regexp: new RegExp(source, regexp.flags),
  }));
}

/** Splits at the bars that are in no group and no class. */
export function splitAlternatives(source: string): readonly string[] {
  const alternatives: string[] = [];
  let start = 0;
  for (let at = 0; at < source.length; at = pastUnit(source, at)) {
    if (source[at] !== '|') continue;
    alternatives.push(source.slice(start, at));
    start = at + 1;
  }
  alternatives.push(source.slice(start));
  return alternatives;
}

/** Turns an expression into text; takes the names it uses off the list. */
function readGroup(source: string, names: (string | number)[]): string {
  let text = '';
  for (let at = 0; at < source.length;) {
    const end = pastUnit(source, at);
    text += readUnit(source.slice(at, end), names);
    at = end;
  }
  return text;
}

function readUnit(unit: string, names: (string | number)[]): string {
  if (unit.startsWith('\\')) return unit.slice(1);
  if (!unit.startsWith('(')) return unit;
  if (unit.startsWith('(?:')) return readGroup(unit.slice(3, -1), names);
  if (unit.startsWith('(?')) return '';
  // A group inside a parameter's own expression has a name too, which the text does not show.
  const [name] = names.splice(0, countCaptures(unit));
  return unit === '(.*)' ? '*' : `:${name ?? 'unnamed'}`;
}

function countCaptures(source: string): number {
  return [...source.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\((?!\?)/g)].filter(([unit]) => unit === '(').length;
}

/** End of the escape, group, class or character at a position. */
function pastUnit(source: string, start: number): number {
  const first = source[start];
  if (first === '\\') return start + 2;
  if (first === '[') return pastClass(source, start);
  if (first !== '(') return start + 1;
  let at = start + 1;
  while (at < source.length && source[at] !== ')') at = pastUnit(source, at);
  return at + 1;
}

function pastClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}
