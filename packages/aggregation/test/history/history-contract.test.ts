import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { MetricsHistory, type MetricsHistoryOptions } from '@bduf/metrics-aggregation';
import { type HistoryContract, historyContract } from '@bduf/metrics-testkit';

function contractOf(options: MetricsHistoryOptions): HistoryContract {
  return {
    createHistory: (readOuts, nowMs) => {
      const clock = new ManualClock(nowMs);
      const history = new MetricsHistory(new MetricsCollector({ clock }), { clock, ...options });
      for (const { atMs, families } of readOuts) history.append(families, atMs);
      return history;
    },
  };
}

// Segments of 16 ticks: most samples are compressed, in several of them. Segments of 120: hardly any is.
describe.each([
  ['in short segments', { intervalMs: 57_000, retentionMs: 3_600_000, tiers: [] }],
  ['in long segments', { retentionMs: 8 * 3_600_000, tiers: [] }],
  ['beside cells', { retentionMs: 3_600_000 }],
])('the history in memory, %s,', (_, options) => {
  it.each(historyContract(contractOf(options)))('$name', async ({ run }) => {
    await expect((async () => run())()).resolves.toBeUndefined();
  });
});
