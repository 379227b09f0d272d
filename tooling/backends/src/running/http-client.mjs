/** A server on loopback that needs longer has hung. */
const ANSWER_LIMIT_MS = 30_000;

/**
 * Asks a server.
 *
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<string>} The body.
 * @throws {Error} When the status is not 2xx; with status and the start of the body.
 */
export async function fetchText(url, init) {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS), ...init });
  const text = await response.text();
  if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return text;
}

/**
 * Asks a server for JSON.
 *
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<any>} What the server answers is for the caller to know.
 */
export const fetchJson = async (url, init) => JSON.parse(await fetchText(url, init));

/**
 * A readiness check.
 *
 * @param {string} url
 * @returns {() => Promise<boolean>}
 */
export const answersOk = (url) => async () => (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
