import type { MetricFamily, SampleReader, SampledSeries } from '@bduf/metrics-core/interfaces';
import { compileMatchers, FamilySeries } from '@bduf/metrics-core/primitives';
import { nativeBlockOf } from '../native/native-row.ts';

const NO_GAPS = new Int32Array(0);

/** What metrics show at a moment, as samples: answers questions about the present without any history. */
export function presentSamples(families: readonly MetricFamily[], atMs: number): SampleReader {
  const byName = new Map(families.map((family) => [family.name, family]));
  return {
    select({ metric, matchers = [] }) {
      const family = byName.get(metric);
      const matches = compileMatchers(matchers);
      return family === undefined ? [] : presentSeries(family, atMs).filter(({ labels }) => matches(labels));
    },
  };
}

function presentSeries(family: MetricFamily, atMs: number): SampledSeries[] {
  const timestampsMs = Float64Array.of(atMs);
  const found: SampledSeries[] = [];
  for (const block of family.blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      if (block.hidden?.[row] === 1) continue;
      const { labels, numbers, createdMs } = new FamilySeries(family, block, row);
      found.push({
        labels,
        type: family.type,
        createdMs,
        observedSinceMs: createdMs,
        timestampsMs,
        values: numbers,
        width: family.width,
        upperBounds: family.upperBounds,
        native: block.native && nativeBlockOf([{ block: block.native, row }]),
        gaps: NO_GAPS,
      });
    }
  }
  return found;
}
