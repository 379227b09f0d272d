import type { Buffer } from 'node:buffer';
import type { Exemplar, FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { type ByteText, byteText, copyWords } from '../bytes/byte-text.ts';
import { MAX_NUMBER_BYTES } from '../bytes/write-number.ts';
import { LabelFragments, labelRenderer } from '../labels/label-fragments.ts';
import type { PageMarks } from '../pages/page-marks.ts';
import type { RowRange } from '../pages/row-range.ts';
import type { RowWriter } from '../pages/row-writer.ts';
import { renderTextLabel } from './escape-text.ts';
import { MAX_EXEMPLAR_BYTES, exemplarTail } from './exemplar-tail.ts';
import { findExemplar } from '../families/find-exemplar.ts';
import type { FamilyLayout, LineShape } from './family-layout.ts';
import { type ReadSlots, slotReader } from '../families/slots.ts';
import { writeTextNumber } from './text-number.ts';

const LINE_FEED = 10;

/** The parts of a line that are the same for every series: what stands before and after its own labels. */
interface LinePieces {
  readonly before: ByteText;
  readonly after: ByteText;
}

/** Writes the sample lines of one family. Holds what can be rendered once: names, bounds and label values. */
export class TextFamilyWriter implements RowWriter {
  readonly lineCount: number;
  readonly #width: number;
  readonly #readSlots: ReadSlots;
  readonly #layout: FamilyLayout;
  readonly #pieces: readonly LinePieces[];
  readonly #labelCount: number;
  readonly #labels: LabelFragments;
  readonly #slots: Float64Array;
  /** Most bytes of a line, without its own labels. */
  readonly #maxPieceBytes: number;
  #maxRowBytes = 0;

  constructor(family: MetricFamily, layout: FamilyLayout) {
    this.lineCount = layout.lines.length;
    this.#width = family.width;
    this.#readSlots = slotReader(family);
    this.#layout = layout;
    this.#pieces = piecesOf(family, layout.lines);
    this.#labelCount = family.labelNames.length;
    this.#labels = new LabelFragments(family, labelRenderer(',', renderTextLabel));
    // A histogram has one slot more than numbers; the creation time takes another.
    this.#slots = new Float64Array(family.width + 2);
    const pieceBytes = this.#pieces.map(({ before, after }) => before.length + after.length);
    const tailBytes = layout.exemplars ? MAX_EXEMPLAR_BYTES : 0;
    this.#maxPieceBytes = Math.max(...pieceBytes) + MAX_NUMBER_BYTES + tailBytes + 1;
  }

  /** Bytes held for label values. */
  get byteLength(): number {
    return this.#labels.byteLength;
  }

  prepare({ family, block, firstRow, rowCount }: RowRange): void {
    this.#labels.prepare(family.labelValues, block, firstRow, rowCount);
    this.#maxRowBytes = this.lineCount * (this.#maxPieceBytes + this.#labels.maxRowBytes);
  }

  writeRow(sink: ByteSink, block: FamilyBlock, row: number, marks: PageMarks): void {
    const slots = this.#slots;
    const { omits } = this.#layout;
    const exemplars = this.#layout.exemplars ? block.exemplars : [];
    this.#readRow(block, row);
    sink.reserve(this.#maxRowBytes);
    const { bytes, view } = sink;
    let end = sink.length;
    let labelsStart = -1;
    let labelsLength = 0;
    for (let i = 0; i < this.lineCount; i++) {
      if (omits?.(slots, i)) {
        marks.invalidate();
        continue;
      }
      const lineStart = end;
      const { before, after } = this.#pieces[i] as LinePieces;
      end = copyWords(view, end, before.view, 0, before.length);
      if (labelsStart < 0) {
        labelsStart = end;
        end = this.#labels.write(view, end, block.labelIds, row * this.#labelCount);
        labelsLength = end - labelsStart;
      } else {
        bytes.copyWithin(end, labelsStart, labelsStart + labelsLength);
        end += labelsLength;
      }
      end = copyWords(view, end, after.view, 0, after.length);
      const numberStart = end;
      end = writeTextNumber(bytes, end, slots[i] as number);
      marks.add(numberStart - lineStart, end - numberStart);
      if (exemplars.length > 0) end += writeExemplar(bytes, end, exemplars, row, i);
      bytes[end++] = LINE_FEED;
    }
    sink.length = end;
  }

  numbersOf(rows: RowRange, room: Float64Array): Float64Array | undefined {
    const { block, firstRow, rowCount } = rows;
    const { omits } = this.#layout;
    if (this.#hasExemplars(rows)) return undefined;
    if (this.lineCount === 1 && block.hidden === undefined && omits === undefined) {
      return block.values.subarray(firstRow, firstRow + rowCount);
    }
    let count = 0;
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      if (block.hidden?.[row] === 1) continue;
      this.#readRow(block, row);
      if (omits !== undefined && this.#omitsAny()) return undefined;
      for (let i = 0; i < this.lineCount; i++) room[count++] = this.#slots[i] as number;
    }
    return room.subarray(0, count);
  }

  /** Reads the number of each line of a row into the slots. */
  #readRow(block: FamilyBlock, row: number): void {
    this.#readSlots(block.values, row * this.#width, this.#slots);
    if (this.#layout.created) this.#slots[this.lineCount - 1] = (block.createdMs[row] as number) / 1000;
  }

  #omitsAny(): boolean {
    for (let i = 0; i < this.lineCount; i++) {
      if (this.#layout.omits?.(this.#slots, i)) return true;
    }
    return false;
  }

  #hasExemplars({ block: { exemplars }, firstRow, rowCount }: RowRange): boolean {
    if (!this.#layout.exemplars || exemplars.length === 0) return false;
    const next = exemplars[findExemplar(exemplars, firstRow, 0)];
    return next !== undefined && next.row < firstRow + rowCount;
  }
}

/** Writes the exemplar of a line, if it has one, and says how many bytes that took. */
function writeExemplar(
  target: Buffer,
  at: number,
  exemplars: readonly Exemplar[],
  row: number,
  column: number,
): number {
  const exemplar = exemplars[findExemplar(exemplars, row, column)];
  if (exemplar?.row !== row || exemplar.column !== column) return 0;
  return target.write(exemplarTail(exemplar), at);
}

function piecesOf(family: MetricFamily, lines: readonly LineShape[]): readonly LinePieces[] {
  const constant = family.constantLabels.map(([name, value]) => renderTextLabel(name, value));
  const own = family.labelNames.length > 0;
  return lines.map(({ name, extra }): LinePieces => {
    const trailing = extra === undefined ? [] : [renderTextLabel(...extra)];
    if (constant.length + trailing.length === 0 && !own) {
      return { before: byteText(`${name} `), after: byteText('') };
    }
    const leading = [...constant, ...(own ? [] : trailing)].join(',');
    return {
      before: byteText(`${name}{${leading}${own && leading !== '' ? ',' : ''}`),
      after: byteText(own && trailing.length > 0 ? `,${trailing.join(',')}} ` : '} '),
    };
  });
}
