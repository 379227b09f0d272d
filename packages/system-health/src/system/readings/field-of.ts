/**
 * The number after a key at the start of a line, as in `MemTotal:  16384 kB` or `usage_usec 17`. Nothing is split, since these
 * texts hold many more lines than are wanted.
 *
 * @param key - With its colon, where there is one.
 */
export function fieldOf(text: string, key: string): number | undefined {
  const line = text.startsWith(key) ? 0 : text.indexOf(`\n${key}`) + 1;
  if (line === 0 && !text.startsWith(key)) return undefined;
  const value = Number.parseInt(text.slice(line + key.length, line + key.length + 40), 10);
  return Number.isNaN(value) ? undefined : value;
}
