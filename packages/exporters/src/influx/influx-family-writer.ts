import { Buffer } from 'node:buffer';
import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { type ByteText, byteText } from '../bytes/byte-text.ts';
import type { NonFiniteWords } from '../bytes/non-finite-words.ts';
import { type ReadSlots, slotReader } from '../families/slots.ts';
import { LabelFragments } from '../labels/label-fragments.ts';
import { escapeTagValue, tagKey } from './escape-influx.ts';
import { fieldKeys } from './influx-fields.ts';

const COMMA = 44;
const SPACE = 32;
/** Never written: fields that are not finite are left out. */
const NO_WORDS: NonFiniteWords = { nan: '', positive: '', negative: '' };

/** Writes the series of one family as lines. */
export class InfluxFamilyWriter {
  readonly #family: MetricFamily;
  readonly #opening: ByteText;
  readonly #labels: LabelFragments;
  /** What stands before the value of each field. */
  readonly #fields: readonly ByteText[];
  readonly #lineEnd: ByteText;
  readonly #readSlots: ReadSlots;
  readonly #slots: Float64Array;

  /** @param timestamp - Time of all lines, in the precision of the document. */
  constructor(family: MetricFamily, timestamp: string) {
    this.#family = family;
    // Tags in bytewise order are written faster by InfluxDB; names are ASCII, so units are bytes.
    const constant = family.constantLabels.toSorted(([a], [b]) => compare(a, b));
    const order = [...family.labelNames.keys()].toSorted((a, b) => {
      return compare(family.labelNames[a] ?? '', family.labelNames[b] ?? '');
    });
    this.#opening = byteText(family.name + constant.map(([name, value]) => tag(name, value)).join(''));
    this.#labels = new LabelFragments(family, ({ name, value }) => Buffer.from(tag(name, value)), order);
    this.#fields = fieldKeys(family).map((key) => byteText(`${key}=`));
    this.#lineEnd = byteText(` ${timestamp}\n`);
    this.#readSlots = slotReader(family);
    this.#slots = new Float64Array(family.width + 1);
  }

  /** Renders the labels of a block, whose rows can be written then. */
  prepare(block: FamilyBlock): void {
    this.#labels.prepare(this.#family.labelValues, block, 0, block.rowCount);
  }

  /** Writes the line of one visible row of a prepared block, unless it has no finite number. */
  writeRow(sink: ByteSink, block: FamilyBlock, row: number): void {
    const start = sink.length;
    sink.copy(this.#opening);
    sink.reserve(this.#labels.maxRowBytes);
    sink.length = this.#labels.write(sink.view, sink.length, block.labelIds, row * this.#family.labelNames.length);
    if (this.#writeFields(sink, block, row)) sink.copy(this.#lineEnd);
    else sink.length = start;
  }

  #writeFields(sink: ByteSink, block: FamilyBlock, row: number): boolean {
    this.#readSlots(block.values, row * this.#family.width, this.#slots);
    let isFirst = true;
    for (let i = 0; i < this.#fields.length; i++) {
      const value = this.#slots[i] as number;
      if (!Number.isFinite(value)) continue;
      sink.byte(isFirst ? SPACE : COMMA);
      sink.copy(this.#fields[i] as ByteText);
      sink.number(value, NO_WORDS);
      isFirst = false;
    }
    return !isFirst;
  }
}

/** A tag with the comma before it; a tag without value cannot be said and is left out. */
function tag(name: string, value: string): string {
  return value === '' ? '' : `,${tagKey(name)}=${escapeTagValue(value)}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
