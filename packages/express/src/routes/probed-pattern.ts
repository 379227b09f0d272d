import type { PathMatcher } from './router-shape.ts';

/** Name of the functions that match a regular expression; nothing of it can be read back. */
const REGEXP_MATCHER = 'regexpMatcher';
/** A mount about which nothing can be said. */
const ANYTHING = '/*';

/**
 * Finds the text of a mount pattern that the router (2.0 to 2.2) kept only as a function, by asking the function: a
 * segment of the path that can be exchanged is a parameter, the name under which the exchange comes back is its name,
 * and a segment that cannot is the developer's own word. What cannot be told for certain is left out rather than shown,
 * so no value of a request gets into the result. Letters come out in lower case, since routers match any.
 *
 * Costs one call of the matcher for each segment.
 */
export function probePattern(matcher: PathMatcher, path: string): string {
  const match = matcher(path);
  if (match === false || matcher.name === REGEXP_MATCHER) return ANYTHING;
  const segments = match.path.split('/');
  const probe = probeFor(path);
  const found = segments.map((_, at) => probeSegment(matcher, segments.with(at, probe), at));
  const missing = Object.entries(match.params).filter(([name]) => !found.some((text) => text?.slice(1) === name));
  const texts = segments.map((segment, at) => found[at] ?? literalOf(segment, missing));
  const isCovered = missing.every(([name]) => texts.some((text) => text.includes(`:${name}`)));
  return isCovered ? texts.filter((text, at) => !text.startsWith('*') || text !== texts[at - 1]).join('/') : ANYTHING;
}

/** A segment that no application has in a pattern and that is not in the path. */
function probeFor(path: string): string {
  let probe = 'bduf-probe';
  while (path.includes(probe)) probe += '-';
  return probe;
}

/** `:name` or `*name` when the probe, which took the place of one segment, comes back as a parameter. */
function probeSegment(matcher: PathMatcher, segments: readonly string[], at: number): string | undefined {
  const probe = segments[at];
  const path = segments.join('/');
  const match = matcher(path);
  if (match === false || match.path !== path) return undefined;
  for (const [name, value] of Object.entries(match.params)) {
    if (value === probe) return `:${name}`;
    if (Array.isArray(value) && value.includes(probe)) return `*${name}`;
  }
  return undefined;
}

/** The developer's word, unless it may hold a parameter that fills only a part of its segment, as in `/v:version`. */
function literalOf(segment: string, missing: readonly (readonly [name: string, value: unknown])[]): string {
  if (segment === '') return '';
  const text = decode(segment);
  const inside = missing.filter(([, value]) => [value].flat().some((part) => text.includes(String(part))));
  return inside.length === 0 ? segment.toLowerCase() : inside.map(([name]) => `:${name}`).join('-');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
