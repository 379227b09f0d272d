import type { LedgerEntry } from '../traffic/request-ledger.ts';

/** A sample of `http_requests_total`, from wherever it was read. */
export interface CountedRequests {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Compares what clients say they have sent with what a service says it has got. Both must name the same methods, routes
 * and statuses.
 *
 * @returns Each difference as a sentence; none when all is equal.
 */
export function compareCounts(sent: readonly LedgerEntry[], measured: readonly CountedRequests[]): readonly string[] {
  const counts = new Map<string, { sent: number; measured: number }>();
  const countsOf = (key: string): { sent: number; measured: number } => {
    const known = counts.get(key) ?? { sent: 0, measured: 0 };
    counts.set(key, known);
    return known;
  };
  for (const { method, route, status, count } of sent) countsOf(`${method} ${route} ${status}`).sent += count;
  for (const { labels, value } of measured) {
    countsOf(`${labels['method']} ${labels['route']} ${labels['status_code']}`).measured += value;
  }
  return [...counts]
    .filter(([, count]) => count.sent !== count.measured)
    .map(([key, count]) => `${key}: ${count.sent} sent, ${count.measured} measured`);
}
