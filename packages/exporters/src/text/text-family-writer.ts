import { Buffer } from 'node:buffer';
import type { Exemplar, FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ByteSink, NonFiniteWords } from '../bytes/byte-sink.ts';
import { LabelFragments } from '../labels/label-fragments.ts';
import { renderTextLabel } from './escape-text.ts';
import { exemplarTail } from './exemplar-tail.ts';
import { findExemplar } from './find-exemplar.ts';
import type { FamilyLayout, LineShape } from './family-layout.ts';
import { type ReadSlots, slotCount, slotReader } from './slots.ts';

const COMMA = 44;
const LINE_FEED = 10;
const NON_FINITE: NonFiniteWords = { nan: 'NaN', positive: '+Inf', negative: '-Inf' };

/** The parts of a line that are the same for every series: what stands before and after its own labels. */
interface LinePieces {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Writes the sample lines of one family. Holds what can be rendered once: names, bounds and label values. */
export class TextFamilyWriter {
  readonly #layout: FamilyLayout;
  readonly #pieces: readonly LinePieces[];
  readonly #labels: LabelFragments;
  readonly #readSlots: ReadSlots;
  readonly #slots: Float64Array;

  constructor(family: MetricFamily, layout: FamilyLayout) {
    this.#layout = layout;
    this.#pieces = layout.lines.map((line) => piecesOf(family, line));
    this.#labels = new LabelFragments(family, renderTextLabel, COMMA);
    this.#readSlots = slotReader(family);
    this.#slots = new Float64Array(slotCount(family) + 1);
  }

  /** Takes in the label values of a read-out; call it before its rows are written. */
  update(family: MetricFamily): void {
    this.#labels.update(family);
  }

  /** Writes the lines of one visible row. */
  writeRow(sink: ByteSink, family: MetricFamily, block: FamilyBlock, row: number): void {
    const slots = this.#slots;
    const { lines, omits } = this.#layout;
    this.#readSlots(block, row, slots);
    if (this.#layout.created) slots[lines.length - 1] = (block.createdMs[row] as number) / 1000;
    const labelOffset = row * family.labelNames.length;
    for (let i = 0; i < lines.length; i++) {
      if (omits?.(slots, i)) continue;
      const { before, after } = this.#pieces[i] as LinePieces;
      sink.copy(before);
      this.#labels.write(sink, block.labelIds, labelOffset);
      sink.copy(after);
      sink.number(slots[i] as number, NON_FINITE);
      if (this.#layout.exemplars && block.exemplars.length > 0) writeExemplar(sink, block.exemplars, row, i);
      sink.byte(LINE_FEED);
    }
  }
}

function writeExemplar(sink: ByteSink, exemplars: readonly Exemplar[], row: number, column: number): void {
  const exemplar = findExemplar(exemplars, row, column);
  if (exemplar !== undefined) sink.text(exemplarTail(exemplar));
}

function piecesOf(family: MetricFamily, { name, extra }: LineShape): LinePieces {
  const constant = family.constantLabels.map(([label, value]) => renderTextLabel(label, value));
  const own = family.labelNames.length > 0;
  const trailing = extra === undefined ? [] : [renderTextLabel(...extra)];
  if (constant.length + trailing.length === 0 && !own)
    return { before: Buffer.from(`${name} `), after: Buffer.alloc(0) };
  const leading = [...constant, ...(own || trailing.length === 0 ? [] : trailing)].join(',');
  return {
    before: Buffer.from(`${name}{${leading}${own && leading !== '' ? ',' : ''}`),
    after: Buffer.from(own && trailing.length > 0 ? `,${trailing.join(',')}} ` : '} '),
  };
}
