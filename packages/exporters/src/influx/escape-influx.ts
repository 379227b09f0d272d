/** A backslash where line protocol would take it for an escape: before what can be escaped, and at the end. */
const ESCAPING_BACKSLASH = /\\(?=[,= \\]|$)/g;
/** Looks like a backslash and escapes nothing. */
const FULL_WIDTH_BACKSLASH = '\uFF3C';

/**
 * Escapes a tag value. Line protocol has no escape for a backslash and none for a line feed: a backslash that would
 * escape something becomes `＼`, a line feed the two characters `\n`.
 */
export function escapeTagValue(value: string): string {
  return value
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll(ESCAPING_BACKSLASH, FULL_WIDTH_BACKSLASH)
    .replaceAll(/[,= ]/g, '\\$&');
}

/** A tag key for a label; InfluxDB keeps `time` to itself. */
export function tagKey(label: string): string {
  return label === 'time' ? 'time_' : label;
}
