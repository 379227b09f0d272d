import { ignoringCase, not, perlClass, posixClass, unicodeClass } from './character-class.ts';
import type { CharacterTest, PatternNode, PatternPlace } from './pattern-node.ts';
import { PatternReader } from './pattern-reader.ts';

/** The most repetitions that `{n,m}` may ask for, as in RE2. */
const MAX_REPETITIONS = 1000;
/** Groups in groups at most; far more than anybody writes. */
const MAX_DEPTH = 50;

const PLACES: Readonly<Record<string, PatternPlace>> = {
  A: 'start',
  z: 'end',
  b: 'word-boundary',
  B: 'no-word-boundary',
};

const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

const EMPTY: PatternNode = { kind: 'sequence', parts: [] };

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/**
 * Parses a regular expression in the syntax of RE2, which is that of PromQL. As there, `.` means any character, line ends
 * included.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for what RE2 refuses, look-around and back references among it.
 */
export function parsePattern(pattern: string): PatternNode {
  const reader = new PatternReader(pattern);
  const node = new PatternParser(reader).alternatives({ i: false, m: false, s: true }, 0);
  if (!reader.isDone) throw reader.wrong('has a ")" too many', 'Escape it as "\\)".');
  return node;
}

class PatternParser {
  readonly #reader: PatternReader;

  constructor(reader: PatternReader) {
    this.#reader = reader;
  }

  alternatives(given: Flags, depth: number): PatternNode {
    if (depth > MAX_DEPTH) throw this.#reader.wrong('has groups nested too deeply', `Use at most ${MAX_DEPTH} levels.`);
    const reader = this.#reader;
    const choices: PatternNode[] = [];
    let parts: PatternNode[] = [];
    let flags = given;
    while (!reader.isDone && reader.next !== ')') {
      if (reader.tryTake('|')) {
        choices.push(sequence(parts));
        parts = [];
        continue;
      }
      const switched = this.#flagSwitch(flags);
      if (switched === undefined) parts.push(this.#repeated(this.#atom(flags, depth)));
      else flags = switched;
    }
    if (choices.length === 0) return sequence(parts);
    return { kind: 'either', choices: [...choices, sequence(parts)] };
  }

  /** `(?i)`: flags from here to the end of the group. */
  #flagSwitch(flags: Flags): Flags | undefined {
    const match = this.#reader.tryMatch(/^\(\?(?<on>[imsU]*)(?:-(?<off>[imsU]+))?\)/);
    return match?.groups === undefined ? undefined : withFlags(flags, match.groups);
  }

  #atom(flags: Flags, depth: number): PatternNode {
    const character = this.#reader.take();
    switch (character) {
      case '(':
        return this.#group(flags, depth);
      case '[':
        return this.#matching(this.#bracket(), flags);
      case '.':
        return { kind: 'character', test: flags.s ? () => true : (code) => code !== 10 };
      case '^':
        return { kind: 'place', place: flags.m ? 'line-start' : 'start' };
      case '$':
        return { kind: 'place', place: flags.m ? 'line-end' : 'end' };
      case '\\':
        return this.#escape(flags);
      case '*':
      case '+':
      case '?':
        throw this.#reader.wrong(`repeats nothing with "${character}"`, `Escape it as "\\${character}".`);
      default:
        return this.#matching(only(character), flags);
    }
  }

  #group(flags: Flags, depth: number): PatternNode {
    const reader = this.#reader;
    const inner = this.#groupFlags(flags);
    const node = this.alternatives(inner, depth + 1);
    if (!reader.tryTake(')')) throw reader.wrong('lacks a ")"', 'Close the group, or escape its "(" as "\\(".');
    return node;
  }

  #groupFlags(flags: Flags): Flags {
    const reader = this.#reader;
    if (reader.next !== '?') return flags;
    if (reader.tryMatch(/^\?P?<\w+>/) !== undefined) return flags;
    const match = reader.tryMatch(/^\?(?<on>[imsU]*)(?:-(?<off>[imsU]+))?:/);
    if (match?.groups !== undefined) return withFlags(flags, match.groups);
    throw reader.wrong(
      'uses a kind of group that RE2 and PromQL do not have, such as look-ahead,',
      'Say it without, for example with a second matcher that has the operator "!~".',
    );
  }

  #escape(flags: Flags): PatternNode {
    const place = PLACES[this.#reader.next];
    if (place !== undefined) {
      this.#reader.take();
      return { kind: 'place', place };
    }
    const quoted = this.#reader.tryMatch(/^Q(?<text>[^]*?)(?:\\E|$)/u);
    if (quoted?.groups !== undefined) {
      return sequence(Array.from(quoted.groups['text'] ?? '', (character) => this.#matching(only(character), flags)));
    }
    return this.#matching(this.#escapedClass() ?? equal(this.#escapedCode()), flags);
  }

  /** `\d`, `\pL`, `\p{Greek}`; nothing is read when it is none. */
  #escapedClass(): CharacterTest | undefined {
    const reader = this.#reader;
    const unicode = reader.tryMatch(/^(?<letter>[pP])(?:\{(?<long>[^}]*)\}|(?<short>\w))/);
    if (unicode?.groups !== undefined) {
      const name = unicode.groups['long'] ?? unicode.groups['short'] ?? '';
      const test = unicodeClass(name);
      if (test === undefined) throw reader.wrong(`names an unknown class "${name}" of Unicode`, 'Correct the name.');
      return unicode.groups['letter'] === 'P' ? not(test) : test;
    }
    const test = perlClass(reader.next);
    if (test !== undefined) reader.take();
    return test;
  }

  #escapedCode(): number {
    const reader = this.#reader;
    const hex = reader.tryMatch(/^x(?:\{(?<long>[0-9A-Fa-f]{1,6})\}|(?<short>[0-9A-Fa-f]{2}))/)?.groups;
    if (hex !== undefined) {
      const code = Number.parseInt(hex['long'] ?? hex['short'] ?? '', 16);
      if (code > 0x10ffff) throw reader.wrong('names a character that does not exist', 'Use a code up to 10FFFF.');
      return code;
    }
    const character = reader.take();
    const control = CONTROL_ESCAPES[character];
    if (control !== undefined) return control;
    if (/^[!-/:-@[-`{-~]$/.test(character)) return codeOf(character);
    if (character === '') throw reader.wrong('ends with a backslash', 'Write "\\\\" for a backslash.');
    throw reader.wrong(
      `has the escape "\\${character}", which RE2 and PromQL do not have,`,
      'Back references are impossible; write letters and digits without a backslash.',
    );
  }

  #bracket(): CharacterTest {
    const reader = this.#reader;
    const isNegated = reader.tryTake('^');
    const tests: CharacterTest[] = [];
    // A "]" that comes first is meant itself.
    do {
      if (reader.isDone) throw reader.wrong('lacks a "]"', 'Close the class, or escape its "[" as "\\[".');
      tests.push(this.#bracketItem());
    } while (reader.next !== ']');
    reader.take();
    const isOneOf: CharacterTest = (code) => tests.some((test) => test(code));
    return isNegated ? not(isOneOf) : isOneOf;
  }

  #bracketItem(): CharacterTest {
    const reader = this.#reader;
    const posix = reader.tryMatch(/^\[:(?<name>\^?\w+):\]/)?.groups;
    if (posix !== undefined) {
      const test = posixClass(posix['name'] ?? '');
      if (test === undefined) throw reader.wrong(`has the unknown class "${posix['name']}"`, 'Correct the name.');
      return test;
    }
    const isEscape = reader.tryTake('\\');
    const escaped = isEscape ? this.#escapedClass() : undefined;
    if (escaped !== undefined) return escaped;
    const from = isEscape ? this.#escapedCode() : codeOf(reader.take());
    if (reader.tryMatch(/^-(?=[^\]])/) === undefined) return equal(from);
    const to = reader.tryTake('\\') ? this.#escapedCode() : codeOf(reader.take());
    if (to < from) throw reader.wrong('has a range that ends before it begins', 'Swap its ends.');
    return (code) => code >= from && code <= to;
  }

  #repeated(part: PatternNode): PatternNode {
    const reader = this.#reader;
    const bounds = this.#bounds();
    if (bounds === undefined) return part;
    // Whether few or many are preferred makes no difference to whether the whole text matches.
    reader.tryTake('?');
    if (this.#bounds() !== undefined) {
      throw reader.wrong('repeats a repetition', 'Put the inner one into a group.');
    }
    return { kind: 'repeat', part, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number } | undefined {
    const reader = this.#reader;
    if (reader.tryTake('*')) return { min: 0, max: Infinity };
    if (reader.tryTake('+')) return { min: 1, max: Infinity };
    if (reader.tryTake('?')) return { min: 0, max: 1 };
    const match = reader.tryMatch(/^\{(?<min>\d+)(?<more>,(?<max>\d*))?\}/)?.groups;
    if (match === undefined) return undefined;
    const min = Number(match['min']);
    const max = match['more'] === undefined ? min : Number(match['max'] || Infinity);
    if (min > MAX_REPETITIONS || (max > MAX_REPETITIONS && max !== Infinity) || max < min) {
      throw reader.wrong(`repeats ${min} to ${max} times`, `Use ascending numbers up to ${MAX_REPETITIONS}.`);
    }
    return { min, max };
  }

  #matching(test: CharacterTest, flags: Flags): PatternNode {
    return { kind: 'character', test: flags.i ? ignoringCase(test) : test };
  }
}

function withFlags(flags: Flags, { on = '', off = '' }: Record<string, string | undefined>): Flags {
  const value = (flag: keyof Flags): boolean => (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: value('i'), m: value('m'), s: value('s') };
}

function sequence(parts: readonly PatternNode[]): PatternNode {
  return parts.length === 1 ? (parts[0] ?? EMPTY) : { kind: 'sequence', parts };
}

function only(character: string): CharacterTest {
  return equal(codeOf(character));
}

function equal(expected: number): CharacterTest {
  return (code) => code === expected;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? -1;
}
