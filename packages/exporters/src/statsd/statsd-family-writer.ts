import { Buffer } from 'node:buffer';
import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { type ByteText, byteText } from '../bytes/byte-text.ts';
import type { NonFiniteWords } from '../bytes/non-finite-words.ts';
import type { PreviousRow } from '../deltas/delta-baseline.ts';
import { type ReadSlots, slotReader } from '../families/slots.ts';
import { LabelFragments } from '../labels/label-fragments.ts';
import type { StatsdFlavour } from './statsd-flavour.ts';
import { type StatsdLine, statsdLines } from './statsd-lines.ts';

/** Never written: values that are not finite are left out. */
const NO_WORDS: NonFiniteWords = { nan: '', positive: '', negative: '' };

/** The constant parts of a line; the labels of the series stand before or after the value. */
interface LinePieces {
  readonly name: ByteText;
  readonly beforeValue: ByteText;
  readonly afterValue: ByteText;
  readonly end: ByteText;
  readonly isDelta: boolean;
  readonly mayFall: boolean;
}

/** Writes the series of one family as StatsD lines. */
export class StatsdFamilyWriter {
  /** Lines of a row. */
  readonly lineCount: number;
  readonly #family: MetricFamily;
  readonly #flavour: StatsdFlavour;
  readonly #labels: LabelFragments;
  readonly #pieces: readonly LinePieces[];
  readonly #readSlots: ReadSlots;
  readonly #slots: Float64Array;
  readonly #previousSlots: Float64Array;

  /** @param prefix - Put before every name. */
  constructor(family: MetricFamily, flavour: StatsdFlavour, prefix: string) {
    this.#family = family;
    this.#flavour = flavour;
    const hasConstant = family.constantLabels.length > 0;
    this.#labels = new LabelFragments(family, ({ name, value, isFirst }) => {
      return Buffer.from(flavour.renderLabel(name, value, isFirst && !hasConstant));
    });
    this.#pieces = statsdLines(family).map((line) => piecesOf(family, flavour, prefix, line));
    this.lineCount = this.#pieces.length;
    this.#readSlots = slotReader(family);
    this.#slots = new Float64Array(family.width + 1);
    this.#previousSlots = new Float64Array(family.width + 1);
  }

  /** Renders the labels of a block, whose rows can be written then. */
  prepare(block: FamilyBlock): void {
    this.#labels.prepare(this.#family.labelValues, block, 0, block.rowCount);
  }

  /** Reads a row of a prepared block, so that its lines can be written. */
  beginRow(block: FamilyBlock, row: number, previous: PreviousRow | undefined): void {
    this.#readSlots(block.values, row * this.#family.width, this.#slots);
    if (previous === undefined) this.#previousSlots.fill(0);
    else this.#readSlots(previous.values, previous.offset, this.#previousSlots);
  }

  /** Writes a line of the row that was begun; nothing when there is nothing to tell. */
  writeLine(sink: ByteSink, block: FamilyBlock, row: number, line: number): void {
    const pieces = this.#pieces[line] as LinePieces;
    const value = this.#slots[line] as number;
    const said = pieces.isDelta ? this.#added(value, line, pieces.mayFall) : value;
    if (!Number.isFinite(said) || (pieces.isDelta && said === 0)) return;
    const needsZeroFirst = !pieces.isDelta && said < 0 && this.#flavour.signMeansDifference;
    if (needsZeroFirst) this.#write(sink, pieces, block, row, 0);
    this.#write(sink, pieces, block, row, said);
  }

  /** What was added; all of it when the number has fallen, for then it counts from zero again. */
  #added(value: number, line: number, mayFall: boolean): number {
    const added = value - (this.#previousSlots[line] as number);
    return added < 0 && !mayFall ? value : added;
  }

  #write(sink: ByteSink, pieces: LinePieces, block: FamilyBlock, row: number, value: number): void {
    sink.copy(pieces.name);
    if (this.#flavour.labelsInName) this.#writeLabels(sink, block, row);
    sink.copy(pieces.beforeValue);
    sink.number(value, NO_WORDS);
    sink.copy(pieces.afterValue);
    if (!this.#flavour.labelsInName) this.#writeLabels(sink, block, row);
    sink.copy(pieces.end);
  }

  #writeLabels(sink: ByteSink, block: FamilyBlock, row: number): void {
    sink.reserve(this.#labels.maxRowBytes);
    sink.length = this.#labels.write(sink.view, sink.length, block.labelIds, row * this.#family.labelNames.length);
  }
}

function piecesOf(
  { name, constantLabels, labelNames }: MetricFamily,
  { labelsInName, renderLabel }: StatsdFlavour,
  prefix: string,
  { suffix, extra, type, mayFall = false }: StatsdLine,
): LinePieces {
  const constant = constantLabels.map(([label, value], at) => renderLabel(label, value, at === 0)).join('');
  const isAlone = constantLabels.length + labelNames.length === 0;
  const trailing = extra === undefined ? '' : renderLabel(...extra, isAlone);
  // A colon would end the name.
  const fullName = `${prefix}${name}${suffix}`.replaceAll(':', '_');
  const isDelta = type === 'c';
  return labelsInName
    ? {
        name: byteText(fullName + constant),
        beforeValue: byteText(`${trailing}:`),
        afterValue: byteText(`|${type}`),
        end: byteText('\n'),
        isDelta,
        mayFall,
      }
    : {
        name: byteText(fullName),
        beforeValue: byteText(':'),
        afterValue: byteText(`|${type}${constant}`),
        end: byteText(`${trailing}\n`),
        isDelta,
        mayFall,
      };
}
