import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LabelMatcher } from '@bduf/metrics-core/interfaces';
import { MetricsError } from '@bduf/metrics-core/interfaces';
import { compileMatchers } from '@bduf/metrics-core/primitives';

function matches(pattern: string, value: string): boolean {
  return compileMatchers([{ name: 'a', op: '=~', value: pattern }])({ a: value });
}

function refusal(pattern: string): string {
  try {
    matches(pattern, '');
  } catch (error) {
    if (error instanceof MetricsError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('label matchers', () => {
  const labels = { method: 'GET', status_code: '503' };

  it.each<readonly [LabelMatcher['op'], string, string, boolean]>([
    ['=', 'method', 'GET', true],
    ['=', 'method', 'GE', false],
    ['!=', 'method', 'POST', true],
    ['=~', 'status_code', '5..', true],
    ['=~', 'status_code', '5.', false],
    ['=~', 'method', 'GET|POST', true],
    ['!~', 'status_code', '4..', true],
    ['=', 'absent', '', true],
    ['!=', 'absent', '', false],
    ['=~', 'absent', '.*', true],
    ['=~', 'absent', '.+', false],
    ['=', 'constructor', '', true],
  ])('%s of %s and %j is %j', (op, name, value, expected) => {
    expect(compileMatchers([{ name, op, value }])(labels)).toBe(expected);
  });

  it('must all match', () => {
    const get: LabelMatcher = { name: 'method', op: '=', value: 'GET' };
    const failed: LabelMatcher = { name: 'status_code', op: '=~', value: '5..' };
    expect(compileMatchers([get, failed])(labels)).toBe(true);
    expect(compileMatchers([get, { ...failed, value: '4..' }])(labels)).toBe(false);
    expect(compileMatchers([])(labels)).toBe(true);
  });

  it('refuse an operator that does not exist', () => {
    // JavaScript callers may pass anything.
    const wrong = { name: 'a', op: '==' as '=', value: '' };
    expect(() => compileMatchers([wrong])).toThrow('"=="');
  });
});

describe('regular expressions of matchers', () => {
  it.each([
    ['(?i)get', 'GeT', true],
    ['(?i:g)et', 'GET', false],
    ['a.b', 'a\nb', true],
    ['(?-s)a.b', 'a\nb', false],
    [String.raw`\d+\.\w{2,3}`, '12.ab', true],
    [String.raw`\d+\.\w{2,3}`, '12.abcd', false],
    ['[[:alpha:]_]+[^[:space:]]', 'ab_1', true],
    [String.raw`\pL+\p{Greek}`, 'aω', true],
    [String.raw`\PL+`, '12', true],
    [String.raw`\Q.*\E`, '.*', true],
    [String.raw`\Q.*\E`, 'ab', false],
    [String.raw`\x41\x{1F600}`, 'A😀', true],
    [String.raw`.*\bfoo\b.*`, 'a foo b', true],
    [String.raw`.*\bfoo\b.*`, 'a food b', false],
    ['(?P<name>a)(?:b)?', 'ab', true],
    ['a{,2}', 'a{,2}', true],
    ['x*?y+?', 'xxy', true],
    [']?[]a]', ']a', true],
    ['', '', true],
    ['a|', '', true],
    ['(?m)a$\n^b', 'a\nb', true],
    [String.raw`\Aa\z`, 'a', true],
    ['[a-c-]+', 'a-c', true],
    [String.raw`[\d\-z]+`, '1-z', true],
  ])('%s and %j: %j', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it.each([
    ['(?=a)', 'look-ahead'],
    ['(?<!a)b', 'look-ahead'],
    [String.raw`(a)\1`, 'Back references'],
    ['(a', 'lacks a ")"'],
    ['a)', 'has a ")" too many'],
    ['[a', 'lacks a "]"'],
    ['*a', 'repeats nothing'],
    ['a**', 'repeats a repetition'],
    ['a{1001}', 'up to 1000'],
    ['a{3,2}', 'ascending'],
    [String.raw`\y`, 'which RE2 and PromQL do not have'],
    ['[b-a]', 'ends before it begins'],
    ['[[:nope:]]', 'unknown class'],
    [String.raw`\p{Nope}`, 'unknown class'],
    ['a\\', 'ends with a backslash'],
    ['((a{1000}){1000})', 'more than 5000 steps'],
    ['x'.repeat(1001), 'at most 1000'],
  ])('%s is refused', (pattern, reason) => {
    expect(refusal(pattern)).toMatch(/^METRICS_ERR_ARGUMENT_INVALID /);
    expect(refusal(pattern)).toContain(reason);
  });

  it('agree with those of JavaScript where both have the same syntax', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', String.raw`\w`, '(?:a|bc)', '(b|)', '(?:ab)');
    const piece = fc
      .tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '*?'))
      .map((pair) => pair.join(''));
    const branch = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    const pattern = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
    const value = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, value, (source, text) => {
        expect(matches(source, text)).toBe(new RegExp(`^(?:${source})$`, 'su').test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('take linear time where a backtracking matcher would take for ever', () => {
    const long = 'a'.repeat(5000);
    expect(matches('(a*)*b', long)).toBe(false);
    expect(matches('(a|a|aa)+b', long)).toBe(false);
    expect(matches('.*a.*a.*a.*a.*a.*b', long)).toBe(false);
    expect(matches('(a?){50}a{50}', 'a'.repeat(50))).toBe(true);
  });
});
