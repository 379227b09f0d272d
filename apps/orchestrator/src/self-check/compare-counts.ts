import type { LedgerEntry } from '../traffic/ledger.ts';

/** A sample of a counter, from wherever it was read. */
export interface CounterSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What clients have counted, and the samples of the counter that has to say the same. */
export interface CountPair {
  readonly sent: readonly LedgerEntry[];
  readonly measured: readonly CounterSample[];
  /** Names of the labels of the counter, in the order of those of the entries. */
  readonly labelNames: readonly string[];
}

/** Labels of `http_requests_total`. */
export const REQUEST_LABELS: readonly string[] = ['method', 'route', 'status_code'];
/** Labels of `mcp_tool_executions_total`. */
export const TOOL_LABELS: readonly string[] = ['tool', 'outcome'];
/** Labels of `mcp_session_duration_seconds`. */
export const SESSION_LABELS: readonly string[] = ['transport', 'protocol_version'];

/**
 * Compares what clients say they have sent with what a service says it has got. Both must name the same things.
 *
 * @returns Each difference as a sentence; none when all is equal.
 */
export function compareCounts({ sent, measured, labelNames }: CountPair): readonly string[] {
  const counts = new Map<string, { sent: number; measured: number }>();
  const countsOf = (labels: readonly (string | undefined)[]): { sent: number; measured: number } => {
    const key = labels.join(' ');
    const known = counts.get(key) ?? { sent: 0, measured: 0 };
    counts.set(key, known);
    return known;
  };
  for (const { labels, count } of sent) countsOf(labels).sent += count;
  for (const { labels, value } of measured) countsOf(labelNames.map((name) => labels[name])).measured += value;
  return [...counts]
    .filter(([, count]) => count.sent !== count.measured)
    .map(([key, count]) => `${key}: ${count.sent} sent, ${count.measured} measured`);
}
