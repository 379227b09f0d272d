import * as z from 'zod';
import { stemOf } from './words.ts';

/** On which side of a value a quantity has to be. */
const BOUNDS = ['at_most', 'at_least', 'exactly'] as const;

/** A measurable statement in a requirement, such as "within 200 ms". */
export interface Quantity {
  /** On which side of the value it has to be. */
  readonly bound: (typeof BOUNDS)[number];
  /** In the base unit: seconds, bytes, a share from 0 to 1, or a number of things. */
  readonly value: number;
  /** `seconds`, `bytes`, `share`, or the stem of what is counted; empty when the text does not say. */
  readonly unit: string;
  /** The words of the text. */
  readonly text: string;
}

/** Checks a stored quantity. */
export const quantitySchema: z.ZodType<Quantity> = z.object({
  bound: z.enum(BOUNDS),
  value: z.number(),
  unit: z.string(),
  text: z.string(),
});

const AT_MOST = 'within|under|below|less than|fewer than|at most|no more than|not more than|up to|a maximum of';
const AT_LEAST = 'at least|more than|over|above|no less than|not less than|a minimum of';
const QUANTITY = new RegExp(
  `(?:\\b(?<atMost>${AT_MOST})\\s+|\\b(?<atLeast>${AT_LEAST})\\s+)?` +
    String.raw`(?<![\w.])(?<number>\d[\d,]*(?:\.\d+)?)\s*(?:(?<scale>thousand|million)\b)?\s*(?<unit>%|[a-z]+)?`,
  'gi',
);

const SCALES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6 };

/** Factor and base unit of each unit word. */
const UNITS: ReadonlyMap<string, readonly [factor: number, unit: string]> = new Map([
  ...unitWords('ms millisecond milliseconds', 0.001, 'seconds'),
  ...unitWords('s sec second seconds', 1, 'seconds'),
  ...unitWords('min minute minutes', 60, 'seconds'),
  ...unitWords('h hour hours', 3600, 'seconds'),
  ...unitWords('day days', 86_400, 'seconds'),
  ...unitWords('week weeks', 604_800, 'seconds'),
  ...unitWords('byte bytes', 1, 'bytes'),
  ...unitWords('kb', 1e3, 'bytes'),
  ...unitWords('mb', 1e6, 'bytes'),
  ...unitWords('gb', 1e9, 'bytes'),
  ...unitWords('% percent', 0.01, 'share'),
]);

/** Whether a word in lower case is a unit of measurement. */
export function isUnitWord(word: string): boolean {
  return UNITS.has(word);
}

/** Finds the quantities of a text, in their order. */
export function quantitiesOf(text: string): readonly Quantity[] {
  return [...text.matchAll(QUANTITY)].map((match) => {
    const { atMost, atLeast, number = '', scale = '', unit = '' } = match.groups ?? {};
    const [factor, baseUnit] = UNITS.get(unit.toLowerCase()) ?? [1, stemOf(unit.toLowerCase())];
    return {
      bound: boundOf(atMost, atLeast),
      // Twelve digits, so that 200 ms and 0.2 s are the same number.
      value: Number((Number(number.replaceAll(',', '')) * (SCALES[scale.toLowerCase()] ?? 1) * factor).toPrecision(12)),
      unit: baseUnit,
      text: match[0].trim(),
    };
  });
}

/** Whether no value can satisfy both of two quantities of the same unit. */
export function excludeEachOther(a: Quantity, b: Quantity): boolean {
  if (a.unit !== b.unit) return false;
  const low = Math.max(lowest(a), lowest(b));
  const high = Math.min(highest(a), highest(b));
  return low > high;
}

function boundOf(atMost: string | undefined, atLeast: string | undefined): Quantity['bound'] {
  if (atMost !== undefined) return 'at_most';
  return atLeast === undefined ? 'exactly' : 'at_least';
}

function lowest({ bound, value }: Quantity): number {
  return bound === 'at_most' ? -Infinity : value;
}

function highest({ bound, value }: Quantity): number {
  return bound === 'at_least' ? Infinity : value;
}

function unitWords(words: string, factor: number, unit: string): (readonly [string, readonly [number, string]])[] {
  return words.split(' ').map((word) => [word, [factor, unit]] as const);
}
