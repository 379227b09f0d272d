import type { Exemplar, FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import { type ByteText, byteText } from '../bytes/byte-text.ts';
import type { ByteSink } from '../bytes/byte-sink.ts';
import type { NonFiniteWords } from '../bytes/non-finite-words.ts';
import { LabelFragments, labelRenderer } from '../labels/label-fragments.ts';
import { nativeHistogramJson } from './native-histogram-json.ts';

const CLOSING_BRACE = 125;
const NON_FINITE: NonFiniteWords = { nan: '"NaN"', positive: '"+Inf"', negative: '"-Inf"' };

/** Writes the series of one family as JSON objects. */
export class JsonFamilyWriter {
  readonly #family: MetricFamily;
  readonly #labels: LabelFragments;
  readonly #opening: ByteText;
  /** What stands before each number of a histogram or summary, in column order. */
  readonly #parts: readonly ByteText[];

  constructor(family: MetricFamily) {
    this.#family = family;
    this.#labels = new LabelFragments(family, labelRenderer(',', renderJsonLabel));
    const constant = family.constantLabels.map(([name, value]) => renderJsonLabel(name, value)).join(',');
    const separator = constant !== '' && family.labelNames.length > 0 ? ',' : '';
    this.#opening = byteText(`{"labels":{${constant}${separator}`);
    this.#parts = partsOf(family);
  }

  /** Writes one visible row. */
  writeRow(sink: ByteSink, block: FamilyBlock, row: number): void {
    sink.copy(this.#opening);
    this.#labels.prepare(this.#family.labelValues, block, row, 1);
    sink.reserve(this.#labels.maxRowBytes);
    sink.length = this.#labels.write(sink.view, sink.length, block.labelIds, row * this.#family.labelNames.length);
    sink.text('},"createdMs":');
    sink.number(block.createdMs[row] as number, NON_FINITE);
    if (this.#family.type === 'histogram') this.#writeHistogram(sink, block, row);
    else this.#writeColumns(sink, block, row);
    if (block.native !== undefined) sink.text(`,"native":${nativeHistogramJson(block.native, row)}`);
    const exemplars = block.exemplars.filter((exemplar) => exemplar.row === row);
    if (exemplars.length > 0) sink.text(`,"exemplars":${JSON.stringify(exemplars.map(publicExemplar))}`);
    sink.byte(CLOSING_BRACE);
  }

  #writeColumns(sink: ByteSink, block: FamilyBlock, row: number): void {
    const { width, type, quantiles } = this.#family;
    for (let c = 0; c < width; c++) {
      if (type === 'summary' && c === quantiles.length) sink.text(quantiles.length > 0 ? '}]' : ',"quantiles":[]');
      sink.copy(this.#parts[c] as ByteText);
      sink.number(block.values[row * width + c] as number, NON_FINITE);
    }
  }

  #writeHistogram(sink: ByteSink, block: FamilyBlock, row: number): void {
    const offset = row * this.#family.width;
    const buckets = this.#family.width - 1;
    let count = 0;
    for (let b = 0; b < buckets; b++) {
      count += block.values[offset + b] as number;
      sink.copy(this.#parts[b] as ByteText);
      sink.number(count, NON_FINITE);
    }
    sink.text('}],"sum":');
    sink.number(block.values[offset + buckets] as number, NON_FINITE);
    sink.text(',"count":');
    sink.number(count, NON_FINITE);
  }
}

function partsOf(family: MetricFamily): readonly ByteText[] {
  return partTexts(family).map(byteText);
}

function partTexts({ type, upperBounds, quantiles }: MetricFamily): readonly string[] {
  if (type === 'histogram') {
    const bounds = [...upperBounds.map(String), '"+Inf"'];
    return bounds.map((bound, b) => `${b === 0 ? ',"buckets":[' : '},'}{"upperBound":${bound},"count":`);
  }
  if (type === 'summary') {
    const parts = quantiles.map((q, i) => `${i === 0 ? ',"quantiles":[' : '},'}{"quantile":${q},"value":`);
    return [...parts, ',"sum":', ',"count":'];
  }
  return [',"value":'];
}

function publicExemplar({ column, value, timestampMs, labels }: Exemplar): object {
  return { ...(column < 0 ? {} : { column }), value, timestampMs, labels };
}

function renderJsonLabel(name: string, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
