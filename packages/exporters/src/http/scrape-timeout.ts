import type { IncomingMessage } from 'node:http';

/** Share of the scraper's timeout that callbacks may use; the rest is for rendering and the way back. */
const SHARE = 0.9;
const MAX_TIMEOUT_MS = 3_600_000;

/**
 * How long callbacks may take so that the answer arrives in time, by `X-Prometheus-Scrape-Timeout-Seconds`; `undefined`
 * when the scraper does not say or says nonsense.
 */
export function scrapeTimeoutMs(req: IncomingMessage): number | undefined {
  const seconds = Number(req.headers['x-prometheus-scrape-timeout-seconds']);
  return seconds > 0 ? Math.min(seconds * 1000 * SHARE, MAX_TIMEOUT_MS) : undefined;
}
