/** Longest label value kept, in UTF-16 code units; what is beyond is cut off. */
export const MAX_LABEL_VALUE_LENGTH = 1024;

/**
 * The text of a label value: well-formed Unicode, at most {@link MAX_LABEL_VALUE_LENGTH} long. `undefined` and `null` are the
 * empty text, since Prometheus treats a missing and an empty label alike.
 *
 * @returns `undefined` when the value has no text: a symbol, a function, or an object that cannot be converted.
 */
export function labelText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return bounded(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return '';
    case 'object':
      return value === null ? '' : objectText(value);
    case 'symbol':
    case 'function':
    default:
      return undefined;
  }
}

/** Whether a value may be remembered as another spelling of its text: there are only few spellings of each text. */
export function isAliasable(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
}

/**
 * A copy of a text that shares no memory with it. A short label cut out of a long string (a URL, a payload) would
 * otherwise keep the whole string alive as long as the series.
 *
 * It is the string that V8 uses for property names and literals, so that comparing it with one of those compares two pointers.
 */
export function detachedCopy(text: string): string {
  // As a property name this would be a number; the parser of JSON makes such a string of short texts.
  if (INDEX.test(text)) return JSON.parse(`"${text}"`) as string;
  const copy = Buffer.from(text, 'utf8').toString('utf8');
  const names = Object.create(null) as Record<string, true>;
  names[copy] = true;
  return Object.keys(names)[0] ?? copy;
}

function objectText(value: object): string | undefined {
  try {
    // oxlint-disable-next-line typescript/no-base-to-string -- Arrays and dates have a text; other objects share one, which is bounded.
    return bounded(String(value));
  } catch {
    return undefined;
  }
}

function bounded(text: string): string {
  const cut = text.length > MAX_LABEL_VALUE_LENGTH ? text.slice(0, MAX_LABEL_VALUE_LENGTH) : text;
  return LONE_SURROGATE.test(cut) ? cut.replace(LONE_SURROGATES, '\uFFFD') : cut;
}

const INDEX = /^\d{1,10}$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;
