import type { FamilyBlock } from '../../interfaces/metric-family.ts';
import type { BlockDetails, SourceFamily } from '../../metrics/source-family.ts';
import { headOf } from '../metric-head.ts';
import type { BlockPacket, FamilyPacket, SnapshotMessage } from './cluster-messages.ts';
import { packNative } from './native-packet.ts';
import { type Pack, packAsText } from './packed-bytes.ts';

/** Changed numbers are sent one by one up to this share of all; each then costs half as much again. */
const SPARSE_SHARE = 0.25;

interface SentFamily {
  readonly number: number;
  readonly epoch: number;
  readonly input: SourceFamily;
  /** Texts of each label that were sent. */
  readonly texts: readonly number[];
}

/** Turns the read-outs of a process into messages, each of which says only what is new since the one before. */
export class SnapshotWriter {
  /** How columns are packed for the channel. */
  pack: Pack = packAsText;
  readonly #sent = new Map<object, SentFamily>();
  #count = 0;
  #isFull = true;

  /** Makes the next snapshot stand on its own. */
  reset(): void {
    this.#sent.clear();
    this.#isFull = true;
  }

  /**
   * The next snapshot.
   *
   * @param inputs - The families there are.
   * @param nowMs - When they were read.
   */
  write(inputs: readonly SourceFamily[], nowMs: number): Omit<SnapshotMessage, 'group' | 'request'> {
    const isFull = this.#isFull;
    this.#isFull = false;
    const present: number[] = [];
    const families: FamilyPacket[] = [];
    const shown = inputs.filter(({ family }) => family.blocks.length > 0);
    for (const input of shown) {
      const before = this.#sent.get(input.family.identity);
      const isContinued = before?.epoch === input.family.epoch;
      const number = isContinued ? before.number : this.#count++;
      const packet = this.#packFamily(number, input, isContinued ? before : undefined);
      this.#sent.set(input.family.identity, {
        number,
        epoch: input.family.epoch,
        input,
        texts: input.family.labelValues.map(({ length }) => length),
      });
      present.push(number);
      if (packet !== undefined) families.push(packet);
    }
    const identities = new Set(shown.map(({ family }) => family.identity));
    for (const identity of this.#sent.keys()) if (!identities.has(identity)) this.#sent.delete(identity);
    return { kind: 'snapshot', isFull, takenMs: nowMs, present, families };
  }

  #packFamily(number: number, input: SourceFamily, before: SentFamily | undefined): FamilyPacket | undefined {
    const { labelValues, blocks: readBlocks } = input.family;
    const texts = labelValues.map((values, label) => values.slice(before?.texts[label] ?? 0));
    const blocks = readBlocks.map((block, at) => this.#packBlock(block, at, input, before?.input));
    const isNew = before === undefined;
    const isChanged = isNew || texts.some(({ length }) => length > 0) || blocks.some(hasNews);
    if (!isChanged) return undefined;
    return { number, ...(isNew && { head: headOf(input) }), texts, blocks };
  }

  #packBlock(block: FamilyBlock, at: number, input: SourceFamily, before: SourceFamily | undefined): BlockPacket {
    const { rowCount, labelIds, values, createdMs, hidden } = block;
    const sent = before?.family.blocks[at];
    const sentRows = sent?.rowCount ?? 0;
    const labelCount = input.family.labelNames.length;
    return {
      rowCount,
      ...(rowCount > sentRows && { ids: this.pack(labelIds.slice(sentRows * labelCount, rowCount * labelCount)) }),
      ...this.#packValues(values, sent?.values),
      ...(!isSame(createdMs, sent?.createdMs) && { createdMs: this.pack(createdMs) }),
      ...(!isSame(hidden, sent?.hidden) && { hidden: hidden === undefined ? null : this.pack(hidden) }),
      ...this.#packDetails(block, input.details[at], sent, before?.details[at]),
    };
  }

  #packValues(values: Float64Array, sent: Float64Array | undefined): Pick<BlockPacket, 'values' | 'changes'> {
    if (sent?.length !== values.length) return { values: this.pack(values) };
    const most = values.length * SPARSE_SHARE;
    const places: number[] = [];
    for (let at = 0; at < values.length; at++) {
      if (Object.is(values[at], sent[at])) continue;
      places.push(at);
      if (places.length > most) return { values: this.pack(values) };
    }
    if (places.length === 0) return {};
    const changed = Float64Array.from(places, (at) => values[at] ?? 0);
    return { changes: [this.pack(Int32Array.from(places)), this.pack(changed)] };
  }

  #packDetails(
    { native, exemplars, values }: FamilyBlock,
    details: BlockDetails | undefined,
    sent: FamilyBlock | undefined,
    sentDetails: BlockDetails | undefined,
  ): Partial<BlockPacket> {
    // Buckets change only together with the numbers of their rows; what leaves a window says when.
    const isQuiet = isSame(values, sent?.values);
    const windows = isQuiet ? [] : (details?.windows ?? []);
    return {
      ...(native !== undefined && !isQuiet && { native: packNative(native, this.pack) }),
      ...(!isSame(details?.marks, sentDetails?.marks) &&
        details?.marks !== undefined && { marks: this.pack(details.marks) }),
      ...(windows.length > 0 && {
        windows: windows.map(({ endMs, buckets }) => [endMs, packNative(buckets, this.pack)] as const),
      }),
      ...(exemplars.length + (sent?.exemplars.length ?? 0) > 0 && { exemplars }),
    };
  }
}

function hasNews(packet: BlockPacket): boolean {
  return Object.keys(packet).length > 1;
}

function isSame(a: Float64Array | Uint8Array | undefined, b: Float64Array | Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return false;
  return true;
}
