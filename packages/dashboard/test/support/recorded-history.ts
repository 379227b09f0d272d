import type { HistoryAnswer, HistoryQuery, LocalHistorySource } from '@bduf/metrics-core/interfaces';
import { RecentSamples, evaluateQueries } from '@bduf/metrics-core/primitives';
import type { MetricsCollector } from '@bduf/metrics-core';

/** A history that a test appends to: the evaluator of the core over the samples that the test took. */
export class RecordedHistory implements LocalHistorySource {
  readonly samples: RecentSamples = new RecentSamples({ retentionMs: 7 * 3_600_000, maxBytes: 256 * 2 ** 20 });
  reads = 0;

  sample(collector: MetricsCollector, atMs: number): void {
    this.samples.append(collector.gatherSync(), atMs);
  }

  track(): void {
    // Everything is kept already.
  }

  readSync(batch: readonly HistoryQuery[]): readonly HistoryAnswer[] {
    this.reads += 1;
    return evaluateQueries(batch, this.samples);
  }

  read(batch: readonly HistoryQuery[]): Promise<readonly HistoryAnswer[]> {
    return Promise.resolve(this.readSync(batch));
  }
}
