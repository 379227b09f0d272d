/** RFC 9110 asks for seconds as digits only. */
const SECONDS = /^\d{1,10}$/;

/**
 * Reads an HTTP header `Retry-After`: seconds, or a date.
 *
 * @param header - The value of the header, if there was one.
 * @param nowMs - Wall clock, in milliseconds since the epoch.
 * @returns The pause it asks for in milliseconds, at least 0; `undefined` without a header or when it cannot be read.
 */
export function parseRetryAfter(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Number(text) * 1000;
  // Every form of an HTTP date begins with the name of a day; without that, Date.parse would take "-1" for a year.
  const dateMs = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
