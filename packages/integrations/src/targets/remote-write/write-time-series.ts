import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ParcelItem } from '../../delivery/pack-parcels.ts';
import { type LabelPairs, labelPairs, sortedByName } from '../../samples/label-pairs.ts';
import { prometheusSamples } from '../../samples/prometheus-samples.ts';
import { visibleRows } from '../../samples/visible-rows.ts';
import { ProtoWriter } from '../../wire/proto-writer.ts';

// Field numbers of prometheus/prompb/{remote,types}.proto.
const REQUEST_TIMESERIES = 1;
const TIMESERIES_LABELS = 1;
const TIMESERIES_SAMPLES = 2;
const LABEL_NAME = 1;
const LABEL_VALUE = 2;
const SAMPLE_VALUE = 1;
const SAMPLE_TIMESTAMP = 2;

/**
 * Writes each sample of each series as one `TimeSeries` of a write request.
 *
 * @yields The bytes of one series, its field tag included.
 */
export function* writeTimeSeries(
  families: readonly MetricFamily[],
  { timestampMs, externalLabels }: { readonly timestampMs: number; readonly externalLabels: LabelPairs },
): Generator<ParcelItem, void, undefined> {
  const scribe = new TimeSeriesScribe(timestampMs);
  for (const family of families) {
    const samples = prometheusSamples(family);
    for (const { block, row, numbers } of visibleRows(family)) {
      const labels = labelPairs(family, block, row, externalLabels);
      for (const { suffix, extra, valueOf } of samples) {
        const all: LabelPairs = [
          ...labels,
          ['__name__', family.name + suffix],
          ...(extra === undefined ? [] : [extra]),
        ];
        yield { bytes: scribe.write(sortedByName(all), valueOf(numbers)), points: 1 };
      }
    }
  }
}

class TimeSeriesScribe {
  readonly #timestampMs: number;
  readonly #part = new ProtoWriter();
  readonly #series = new ProtoWriter();

  constructor(timestampMs: number) {
    this.#timestampMs = timestampMs;
  }

  write(labels: LabelPairs, value: number): Uint8Array {
    for (const [name, text] of labels) {
      this.#part.text(LABEL_NAME, name);
      this.#part.text(LABEL_VALUE, text);
      this.#series.message(TIMESERIES_LABELS, this.#part.take());
    }
    this.#part.double(SAMPLE_VALUE, value);
    this.#part.uint(SAMPLE_TIMESTAMP, this.#timestampMs);
    this.#series.message(TIMESERIES_SAMPLES, this.#part.take());
    this.#part.message(REQUEST_TIMESERIES, this.#series.take());
    return this.#part.take();
  }
}
