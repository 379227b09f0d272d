import type { Exemplar, FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { type ByteText, byteText, copyWords } from '../bytes/byte-text.ts';
import { MAX_NUMBER_BYTES } from '../bytes/write-number.ts';
import { findExemplar } from '../families/find-exemplar.ts';
import { type ReadSlots, slotReader } from '../families/slots.ts';
import { LabelFragments, labelRenderer } from '../labels/label-fragments.ts';
import type { PageMarks } from '../pages/page-marks.ts';
import type { RowRange } from '../pages/row-range.ts';
import type { RowWriter } from '../pages/row-writer.ts';
import { writeJsonNumber } from './json-number.ts';
import { nativeHistogramJson } from './native-histogram-json.ts';

const CLOSING_BRACE = 125;
const CREATED: ByteText = byteText('},"createdMs":');

/**
 * Writes the series of one family as JSON objects, each after a comma. Its first number is the creation time; a comma or
 * a brace follows each number, as pages want it.
 */
export class JsonFamilyWriter implements RowWriter {
  readonly lineCount: number;
  readonly #width: number;
  readonly #labelCount: number;
  readonly #labels: LabelFragments;
  readonly #opening: ByteText;
  /** What stands before each number but the creation time, without the byte that ends the number before. */
  readonly #parts: readonly ByteText[];
  /** The byte after each number, that of the creation time first. */
  readonly #ends: Uint8Array;
  readonly #readSlots: ReadSlots;
  readonly #slots: Float64Array;
  /** Most bytes of a row without its labels, native buckets and exemplars. */
  readonly #maxPartBytes: number;
  #maxRowBytes = 0;

  constructor(family: MetricFamily) {
    this.#width = family.width;
    this.#labelCount = family.labelNames.length;
    this.#labels = new LabelFragments(family, labelRenderer(',', renderJsonLabel));
    const constant = family.constantLabels.map(([name, value]) => renderJsonLabel(name, value)).join(',');
    const separator = constant !== '' && family.labelNames.length > 0 ? ',' : '';
    this.#opening = byteText(`,{"labels":{${constant}${separator}`);
    const parts = partTexts(family);
    this.#parts = parts.map((part) => byteText(part.slice(1)));
    this.#ends = Uint8Array.from([...parts.map((part) => part.charCodeAt(0)), CLOSING_BRACE]);
    this.lineCount = parts.length + 1;
    this.#readSlots = slotReader(family);
    this.#slots = new Float64Array(family.width + 1);
    const partBytes = [this.#opening, CREATED, ...this.#parts].reduce((sum, { length }) => sum + length, 0);
    this.#maxPartBytes = partBytes + this.lineCount * (MAX_NUMBER_BYTES + 1);
  }

  get byteLength(): number {
    return this.#labels.byteLength;
  }

  prepare({ family, block, firstRow, rowCount }: RowRange): void {
    this.#labels.prepare(family.labelValues, block, firstRow, rowCount);
    this.#maxRowBytes = this.#maxPartBytes + this.#labels.maxRowBytes;
  }

  writeRow(sink: ByteSink, block: FamilyBlock, row: number, marks: PageMarks): void {
    sink.reserve(this.#maxRowBytes);
    const { bytes, view } = sink;
    let start = sink.length;
    let end = copyWords(view, start, this.#opening.view, 0, this.#opening.length);
    end = this.#labels.write(view, end, block.labelIds, row * this.#labelCount);
    end = copyWords(view, end, CREATED.view, 0, CREATED.length);
    let value = block.createdMs[row] as number;
    this.#readSlots(block.values, row * this.#width, this.#slots);
    for (let i = 0; i < this.lineCount; i++) {
      if (i > 0) {
        const part = this.#parts[i - 1] as ByteText;
        end = copyWords(view, end, part.view, 0, part.length);
        value = this.#slots[i - 1] as number;
      }
      const numberStart = end;
      end = writeJsonNumber(bytes, end, value);
      marks.add(numberStart - start, end - numberStart);
      bytes[end++] = this.#ends[i] as number;
      start = end;
    }
    sink.length = end;
    const more = moreOf(block, row);
    if (more === '') return;
    marks.invalidate();
    // They go before the brace that ends the series.
    sink.length--;
    sink.text(`${more}}`);
  }

  numbersOf({ block, firstRow, rowCount }: RowRange, room: Float64Array): Float64Array | undefined {
    if (block.native !== undefined || hasExemplars(block, firstRow, rowCount)) return undefined;
    let count = 0;
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      if (block.hidden?.[row] === 1) continue;
      room[count++] = block.createdMs[row] as number;
      this.#readSlots(block.values, row * this.#width, this.#slots);
      for (let i = 0; i < this.lineCount - 1; i++) room[count++] = this.#slots[i] as number;
    }
    return room.subarray(0, count);
  }
}

/** What stands before each number, beginning with the byte after the number before. */
function partTexts({ type, upperBounds, quantiles }: MetricFamily): readonly string[] {
  if (type === 'histogram') {
    const bounds = [...upperBounds.map(String), '"+Inf"'];
    const buckets = bounds.map((bound, b) => `${b === 0 ? ',"buckets":[' : '},'}{"upperBound":${bound},"count":`);
    return [...buckets, '}],"sum":', ',"count":'];
  }
  if (type === 'summary') {
    const values = quantiles.map((q, i) => `${i === 0 ? ',"quantiles":[' : '},'}{"quantile":${q},"value":`);
    return [...values, quantiles.length > 0 ? '}],"sum":' : ',"quantiles":[],"sum":', ',"count":'];
  }
  return [',"value":'];
}

/** What few series have: native buckets and exemplars. */
function moreOf(block: FamilyBlock, row: number): string {
  const native = block.native === undefined ? '' : `,"native":${nativeHistogramJson(block.native, row)}`;
  if (block.exemplars.length === 0) return native;
  const own = block.exemplars.slice(findExemplar(block.exemplars, row, 0), findExemplar(block.exemplars, row + 1, 0));
  return own.length === 0 ? native : `${native},"exemplars":${JSON.stringify(own.map(publicExemplar))}`;
}

function hasExemplars({ exemplars }: FamilyBlock, firstRow: number, rowCount: number): boolean {
  return findExemplar(exemplars, firstRow, 0) < findExemplar(exemplars, firstRow + rowCount, 0);
}

function publicExemplar({ column, value, timestampMs, labels }: Exemplar): object {
  return { column, value, timestampMs, labels };
}

function renderJsonLabel(name: string, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
