const MASK = '***';

/** Names whose value is a secret, as a whole word or as a part of a longer name. */
const SECRET_NAME = /pass(?:word|wd|phrase)?|secret|token|api[-_]?key|credential|authorization|cookie|private[-_]?key/i;

/** `name=value`, `name: value` and `"name":"value"`, with the value up to a separator or its closing quote. */
const ASSIGNMENT =
  /([\w-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|credential|private[-_]?key)[\w-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi;
/** User and password of a URL. */
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi;
const AUTHORIZATION = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;

/** Masks what looks like a secret: credentials of URLs, `password=…` and the like, authorization values. */
export function redactText(text: string): string {
  return text.replace(USER_INFO, `$1${MASK}@`).replace(AUTHORIZATION, `$1 ${MASK}`).replace(ASSIGNMENT, `$1${MASK}`);
}

/** How deep details may be nested; what lies deeper is masked, so that a cycle ends. */
const MOST_LEVELS = 4;

/** A copy of details with every secret masked, by name and by text. Errors become their message. */
export function redactDetails(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return redactRecord(details, 0);
}

function redactRecord(record: object, level: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) ? MASK : redactValue(value, level + 1),
    ]),
  );
}

function redactValue(value: unknown, level: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Error) return redactText(value.message);
  if (value instanceof Date) return value;
  if (typeof value !== 'object' || value === null) return value;
  if (level >= MOST_LEVELS) return MASK;
  return Array.isArray(value) ? value.map((item) => redactValue(item, level + 1)) : redactRecord(value, level);
}
