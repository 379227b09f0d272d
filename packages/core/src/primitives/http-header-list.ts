/** One element of a header such as `Accept`: a token, its parameters, and its weight. */
export interface WeightedElement {
  /** The part before the first `;`, in lower case. */
  readonly token: string;
  /** Parameters other than `q`; names in lower case, values unquoted. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Weight, 0 … 1; 1 when the header gives none or gives nonsense. */
  readonly quality: number;
}

/** A parameter: a name, and a value that may be quoted. */
const PARAMETER = /^\s*([^\s=;,"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*)\s*$/;

/**
 * Parses a comma-separated header whose elements have parameters and weights (RFC 9110 §12.4). Malformed parameters
 * are ignored and empty elements skipped: a client that cannot be understood is still served.
 */
export function parseWeightedList(header: string): readonly WeightedElement[] {
  return splitOutsideQuotes(header, ',')
    .map(parseElement)
    .filter(({ token }) => token !== '');
}

function parseElement(text: string): WeightedElement {
  const [token = '', ...rest] = splitOutsideQuotes(text, ';');
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [, name, value] = PARAMETER.exec(part) ?? [];
    if (name !== undefined && value !== undefined) parameters.set(name.toLowerCase(), unquote(value));
  }
  const quality = qualityOf(parameters.get('q'));
  parameters.delete('q');
  return { token: token.trim().toLowerCase(), parameters, quality };
}

function qualityOf(text: string | undefined): number {
  if (text === undefined || text === '') return 1;
  const quality = Number(text);
  return quality >= 0 && quality <= 1 ? quality : 1;
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isQuoted && char === '\\') i++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
