import { Buffer } from 'node:buffer';
import type { Exemplar, FamilyBlock, FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { type ByteText, byteText } from '../bytes/byte-text.ts';
import { LabelFragments } from '../labels/label-fragments.ts';
import { findExemplar } from '../families/find-exemplar.ts';
import { writeNativeHistogram } from './native-histogram-fields.ts';
import {
  BucketField,
  ExemplarField,
  HistogramField,
  LabelField,
  MetricField,
  QuantileField,
  SummaryField,
  TimestampField,
  ValueField,
} from './proto-fields.ts';
import { ProtoSink } from './proto-sink.ts';

/** The field of `Metric` that holds a value; histograms and summaries have messages of their own. */
const VALUE_FIELDS: Readonly<Record<Exclude<FamilyType, 'histogram' | 'summary'>, number>> = {
  counter: MetricField.COUNTER,
  gauge: MetricField.GAUGE,
  info: MetricField.GAUGE,
  stateset: MetricField.GAUGE,
  unknown: MetricField.UNTYPED,
};

/** Writes the series of one family as `Metric` messages. */
export class ProtobufFamilyWriter {
  readonly #family: MetricFamily;
  readonly #constantLabels: ByteText;
  readonly #labels: LabelFragments;

  constructor(family: MetricFamily) {
    this.#family = family;
    this.#labels = new LabelFragments(family, ({ name, value }) => labelPair(MetricField.LABEL, name, value));
    const constant = family.constantLabels.map(([name, value]) => labelPair(MetricField.LABEL, name, value));
    this.#constantLabels = byteText(Buffer.concat(constant));
  }

  /** Renders the labels of a block, whose rows can be written then. */
  prepare(block: FamilyBlock): void {
    this.#labels.prepare(this.#family.labelValues, block, 0, block.rowCount);
  }

  /** Writes one visible row of a prepared block as a field of the family. */
  writeRow(sink: ProtoSink, metricField: number, block: FamilyBlock, row: number): void {
    const metric = sink.begin(metricField);
    sink.copy(this.#constantLabels);
    this.#writeLabels(sink, block, row);
    const { type } = this.#family;
    if (type === 'histogram') this.#writeHistogram(sink, block, row);
    else if (type === 'summary') this.#writeSummary(sink, block, row);
    else this.#writeValue(sink, VALUE_FIELDS[type], block, row);
    sink.end(metric);
  }

  #writeLabels(sink: ProtoSink, block: FamilyBlock, row: number): void {
    sink.reserve(this.#labels.maxRowBytes);
    sink.length = this.#labels.write(sink.view, sink.length, block.labelIds, row * this.#family.labelNames.length);
  }

  #writeValue(sink: ProtoSink, field: number, block: FamilyBlock, row: number): void {
    const message = sink.begin(field);
    sink.double(ValueField.VALUE, block.values[row] as number);
    if (this.#family.type === 'counter') {
      writeExemplar(sink, ValueField.EXEMPLAR, block, row, 0);
      writeTimestamp(sink, ValueField.CREATED, block.createdMs[row] as number);
    }
    sink.end(message);
  }

  #writeSummary(sink: ProtoSink, block: FamilyBlock, row: number): void {
    const { quantiles, width } = this.#family;
    const offset = row * width;
    const message = sink.begin(MetricField.SUMMARY);
    sink.unsigned(SummaryField.COUNT, block.values[offset + width - 1] as number);
    sink.double(SummaryField.SUM, block.values[offset + width - 2] as number);
    for (const [i, quantile] of quantiles.entries()) {
      const entry = sink.begin(SummaryField.QUANTILE);
      sink.double(QuantileField.QUANTILE, quantile);
      sink.double(QuantileField.VALUE, block.values[offset + i] as number);
      sink.end(entry);
    }
    writeTimestamp(sink, SummaryField.CREATED, block.createdMs[row] as number);
    sink.end(message);
  }

  #writeHistogram(sink: ProtoSink, block: FamilyBlock, row: number): void {
    const { upperBounds, width } = this.#family;
    const offset = row * width;
    const message = sink.begin(MetricField.HISTOGRAM);
    let count = 0;
    for (let b = 0; b < width - 1; b++) {
      count += block.values[offset + b] as number;
      const bucket = sink.begin(HistogramField.BUCKET);
      sink.unsigned(BucketField.CUMULATIVE_COUNT, count);
      sink.double(BucketField.UPPER_BOUND, upperBounds[b] ?? Number.POSITIVE_INFINITY);
      writeExemplar(sink, BucketField.EXEMPLAR, block, row, b);
      sink.end(bucket);
    }
    sink.unsigned(HistogramField.COUNT, count);
    sink.double(HistogramField.SUM, block.values[offset + width - 1] as number);
    if (block.native !== undefined) writeNativeHistogram(sink, block.native, row);
    writeTimestamp(sink, HistogramField.CREATED, block.createdMs[row] as number);
    sink.end(message);
  }
}

function writeExemplar(sink: ProtoSink, field: number, { exemplars }: FamilyBlock, row: number, column: number): void {
  if (exemplars.length === 0) return;
  const exemplar: Exemplar | undefined = exemplars[findExemplar(exemplars, row, column)];
  if (exemplar?.row !== row || exemplar.column !== column) return;
  const message = sink.begin(field);
  for (const [name, value] of Object.entries(exemplar.labels)) {
    sink.copy(byteText(labelPair(ExemplarField.LABEL, name, value)));
  }
  sink.double(ExemplarField.VALUE, exemplar.value);
  writeTimestamp(sink, ExemplarField.TIMESTAMP, exemplar.timestampMs);
  sink.end(message);
}

function writeTimestamp(sink: ProtoSink, field: number, ms: number): void {
  if (!Number.isFinite(ms) || ms < 0) return;
  const seconds = Math.floor(ms / 1000);
  const message = sink.begin(field);
  sink.unsigned(TimestampField.SECONDS, seconds);
  sink.unsigned(TimestampField.NANOS, Math.floor((ms - seconds * 1000) * 1e6));
  sink.end(message);
}

/** A label as a field of the message it belongs to. */
function labelPair(field: number, name: string, value: string): Uint8Array {
  const sink = new ProtoSink(32 + 3 * (name.length + value.length));
  const pair = sink.begin(field);
  sink.string(LabelField.NAME, name);
  sink.string(LabelField.VALUE, value);
  sink.end(pair);
  return sink.take();
}
