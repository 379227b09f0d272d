import type { CharacterTest } from './pattern-node.ts';

/** The classes of Perl by their letter in lower case; the letter in upper case means all others. ASCII only, as in RE2. */
const PERL_CLASSES: Readonly<Record<string, CharacterTest>> = {
  d: (code) => isBetween(code, '0', '9'),
  s: (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b),
  w: isWordCharacter,
};

/** The classes of POSIX, written `[[:alpha:]]`. */
const POSIX_CLASSES: Readonly<Record<string, CharacterTest>> = {
  alnum: (code) => isBetween(code, '0', '9') || isLetter(code),
  alpha: isLetter,
  ascii: (code) => code < 0x80,
  blank: (code) => code === 0x20 || code === 0x09,
  cntrl: (code) => code < 0x20 || code === 0x7f,
  digit: (code) => isBetween(code, '0', '9'),
  graph: (code) => code > 0x20 && code < 0x7f,
  lower: (code) => isBetween(code, 'a', 'z'),
  print: (code) => code >= 0x20 && code < 0x7f,
  punct: (code) => code > 0x20 && code < 0x7f && !isBetween(code, '0', '9') && !isLetter(code),
  space: (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d),
  upper: (code) => isBetween(code, 'A', 'Z'),
  word: isWordCharacter,
  xdigit: (code) => isBetween(code, '0', '9') || isBetween(code, 'a', 'f') || isBetween(code, 'A', 'F'),
};

/** `\d`, `\D`, `\s`, `\S`, `\w`, `\W` by their letter; `undefined` for other letters. */
export function perlClass(letter: string): CharacterTest | undefined {
  const test = PERL_CLASSES[letter.toLowerCase()];
  return test !== undefined && letter !== letter.toLowerCase() ? not(test) : test;
}

/** `[:name:]` or `[:^name:]` by what stands between the colons; `undefined` when there is none. */
export function posixClass(name: string): CharacterTest | undefined {
  const negated = name.startsWith('^');
  const plain = negated ? name.slice(1) : name;
  const test = Object.hasOwn(POSIX_CLASSES, plain) ? POSIX_CLASSES[plain] : undefined;
  return test !== undefined && negated ? not(test) : test;
}

/** `\p{name}`: a general category or a script of Unicode; `undefined` when there is none of that name. */
export function unicodeClass(name: string): CharacterTest | undefined {
  const negated = name.startsWith('^');
  const plain = negated ? name.slice(1) : name;
  if (!/^[A-Za-z_]+$/.test(plain)) return undefined;
  const property = unicodeProperty(plain) ?? unicodeProperty(`Script=${plain}`);
  if (property === undefined) return undefined;
  const test: CharacterTest = (code) => property.test(String.fromCodePoint(code));
  return negated ? not(test) : test;
}

/** The characters that a test means, and those that differ from them by case only. */
export function ignoringCase(test: CharacterTest): CharacterTest {
  return (code) => {
    if (test(code)) return true;
    const text = String.fromCodePoint(code);
    const lower = text.toLowerCase().codePointAt(0);
    const upper = text.toUpperCase().codePointAt(0);
    return (lower !== undefined && test(lower)) || (upper !== undefined && test(upper));
  };
}

/** All characters that a test does not mean. */
export function not(test: CharacterTest): CharacterTest {
  return (code) => !test(code);
}

/** Letter, digit or underscore of ASCII. */
export function isWordCharacter(code: number): boolean {
  return isLetter(code) || isBetween(code, '0', '9') || code === 0x5f;
}

function isLetter(code: number): boolean {
  return isBetween(code, 'a', 'z') || isBetween(code, 'A', 'Z');
}

function isBetween(code: number, from: string, to: string): boolean {
  return code >= from.charCodeAt(0) && code <= to.charCodeAt(0);
}

function unicodeProperty(name: string): RegExp | undefined {
  try {
    return new RegExp(`^\\p{${name}}$`, 'u');
  } catch {
    return undefined;
  }
}
