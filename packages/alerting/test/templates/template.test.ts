import { describe, expect, it } from '@jest/globals';
import { generalText, shortestText } from '../../src/templates/number-text.ts';
import { parseTemplate } from '../../src/templates/parse-template.ts';

function rendered(text: string, value = 0, labels: Readonly<Record<string, string>> = {}): string {
  return parseTemplate(text).render({ labels, value });
}

describe('a template', () => {
  it('is the text itself without actions', () => {
    expect(rendered('Disk { 90 % } full')).toBe('Disk { 90 % } full');
  });

  it('fills in value and labels, a missing one with nothing', () => {
    expect(
      rendered('{{ $labels.tool }}/{{$labels.none}} {{ $value }} {{ .Labels.tool }} {{ .Value }}', 0.25, {
        tool: 'plan',
      }),
    ).toBe('plan/ 0.25 plan 0.25');
  });

  it.each([
    ['{{ if gt $value 5.0 }}high{{ else }}low{{ end }}', 6, 'high'],
    ['{{ if gt $value 5.0 }}high{{ else if eq $value 5.0 }}limit{{ else }}low{{ end }}', 5, 'limit'],
    ['{{ if and (gt $value 1.0) (lt $value 3.0) }}in{{ end }}', 2, 'in'],
    ['{{ if not (eq $labels.tool "plan") }}other{{ else }}plan{{ end }}', 2, 'other'],
    ['a {{- " b " -}} c', 0, 'a b c'],
    [
      '{{ printf "%.2f|%5d|%-5s|%05.1f|%+d|%q|%e|%%" $value 7 "ab" 2.25 3 "x" 1234.5 }}',
      1.005,
      '1.00|    7|ab   |002.3|+3|"x"|1.234500e+03|%',
    ],
    ['{{ $value | humanize | toUpper }}', 1_234_567, '1.235M'],
    ['{{/* a remark */}}x', 0, 'x'],
  ])('%s of %d is %j', (text, value, expected) => {
    expect(rendered(text, value)).toBe(expected);
  });

  it.each([
    ['{{ $value', /no end/],
    ['{{ if $value }}x', /no \{\{ end \}\}/],
    ['x{{ end }}', /no \{\{ if \}\} before/],
    ['{{ constructor }}', /neither a value nor a function/],
    ['{{ $labels.a | nothing }}', /no function/],
    ['{{ query "up" }}', /neither a value nor a function/],
    ['{{ }}', /nothing between/],
  ])('%s is refused', (text, message) => {
    expect(() => parseTemplate(text)).toThrow(message);
  });

  it('shows a failure in place of the text', () => {
    expect(rendered('a {{ $labels.tool | humanize }}', 1, { tool: 'plan' })).toBe(
      '<error expanding template: "plan" is no number>',
    );
  });

  it('has no way into prototypes', () => {
    expect(rendered('{{ $labels.constructor }}{{ $labels.__proto__ }}{{ $labels.toString }}')).toBe('');
  });

  it('knows whether it depends on the value', () => {
    expect(parseTemplate('{{ if eq $labels.a "x" }}{{ printf "%f" $value }}{{ end }}').usesValue).toBe(true);
    expect(parseTemplate('{{ $labels.a }}').usesValue).toBe(false);
  });
});

describe('numbers are printed as by Go', () => {
  it.each([
    [0, '0', '0'],
    [-0, '-0', '-0'],
    [1e21, '1e+21', '1e+21'],
    [1e20, '100000000000000000000', '1e+20'],
    [0.00001, '1e-05', '1e-05'],
    [0.0001, '0.0001', '0.0001'],
    [99_900, '99900', '9.99e+04'],
    [99_999, '99999', '1e+05'],
    [9999.5, '9999.5', '1e+04'],
    [1234.4, '1234.4', '1234'],
    [NaN, 'NaN', 'NaN'],
    [Infinity, '+Inf', '+Inf'],
  ])('%d', (value, shortest, general) => {
    expect([shortestText(value), generalText(value)]).toEqual([shortest, general]);
  });
});
