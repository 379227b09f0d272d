import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from './humanize.ts';
import { fixedText, generalText, scientificText, shortestText } from './number-text.ts';
import type { TemplateValue } from './template-node.ts';

type TemplateFunction = (parameters: readonly TemplateValue[]) => TemplateValue;

const VERB = /%(?<flags>[-+0 ]*)(?<width>\d*)(?:\.(?<precision>\d*))?(?<verb>.)/gu;

/** Functions of templates by name. A map, so that no name reaches into a prototype. */
export const TEMPLATE_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['humanize', ([value]) => humanize(numberOf(value))],
  ['humanize1024', ([value]) => humanize1024(numberOf(value))],
  ['humanizeDuration', ([value]) => humanizeDuration(numberOf(value))],
  ['humanizePercentage', ([value]) => humanizePercentage(numberOf(value))],
  ['humanizeTimestamp', ([value]) => humanizeTimestamp(numberOf(value))],
  ['printf', ([format, ...values]) => printf(textOf(format ?? ''), values)],
  ['toUpper', ([value]) => textOf(value ?? '').toUpperCase()],
  ['toLower', ([value]) => textOf(value ?? '').toLowerCase()],
  ['eq', ([first, ...others]) => others.some((other) => first === other)],
  ['ne', ([first, second]) => first !== second],
  ['gt', ([first, second]) => compared(first, second, (order) => order > 0)],
  ['ge', ([first, second]) => compared(first, second, (order) => order >= 0)],
  ['lt', ([first, second]) => compared(first, second, (order) => order < 0)],
  ['le', ([first, second]) => compared(first, second, (order) => order <= 0)],
  ['and', (values) => values.find((value) => !isTruthy(value)) ?? values.at(-1) ?? ''],
  ['or', (values) => values.find(isTruthy) ?? values.at(-1) ?? ''],
  ['not', ([value]) => !isTruthy(value ?? '')],
]);

/** Whether `if` takes a value for true: it is not empty, 0 or false. */
export function isTruthy(value: TemplateValue): boolean {
  return typeof value === 'object' ? Object.keys(value).length > 0 : value !== '' && value !== 0 && value !== false;
}

/** A value as text, as Go prints it. */
export function textOf(value: TemplateValue): string {
  if (typeof value === 'number') return shortestText(value);
  if (typeof value !== 'object') return String(value);
  const pairs = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${pairs.map(([name, text]) => `${name}:${text}`).join(' ')}]`;
}

function numberOf(value: TemplateValue | undefined): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (Number.isNaN(number) && value !== 'NaN')
    throw new TypeError(`${value === undefined ? 'nothing' : JSON.stringify(value)} is no number`);
  return number;
}

function compared(
  first: TemplateValue | undefined,
  second: TemplateValue | undefined,
  accept: (order: number) => boolean,
): boolean {
  if (typeof first === 'string' && typeof second === 'string')
    return accept(first < second ? -1 : Number(first > second));
  return accept(numberOf(first) - numberOf(second));
}

function printf(format: string, values: readonly TemplateValue[]): string {
  let used = 0;
  return format.replace(VERB, (whole, flags: string, width: string, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    const value = values[used++];
    if (value === undefined) return `%!${verb}(MISSING)`;
    const text = verbText(verb, value, precision === undefined ? undefined : Number(precision));
    if (text === undefined) return `%!${verb}(${whole})`;
    return padded(signed(text, value, flags), flags, Number(width));
  });
}

function verbText(verb: string, value: TemplateValue, precision: number | undefined): string | undefined {
  switch (verb) {
    case 's':
      return precision === undefined ? textOf(value) : textOf(value).slice(0, precision);
    case 'v':
    case 't':
      return textOf(value);
    case 'q':
      return JSON.stringify(textOf(value));
    case 'd':
      return fixedText(Math.trunc(numberOf(value)), 0);
    case 'f':
      return fixedText(numberOf(value), precision);
    case 'e':
      return scientificText(numberOf(value), precision);
    case 'g':
      return precision === undefined ? shortestText(numberOf(value)) : generalText(numberOf(value), precision);
    default:
      return undefined;
  }
}

function signed(text: string, value: TemplateValue, flags: string): string {
  if (typeof value !== 'number' || text.startsWith('-') || text.startsWith('+')) return text;
  if (flags.includes('+')) return `+${text}`;
  return flags.includes(' ') ? ` ${text}` : text;
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return `${sign}${text.slice(sign.length).padStart(width - sign.length, '0')}`;
}
