import type { FamilyBlock } from '../../interfaces/metric-family.ts';
import type { BlockDetails, SourceFamily } from '../../metrics/source-family.ts';
import { familyOf, type MetricHead, rulesOf } from '../metric-head.ts';
import type { BlockPacket, FamilyPacket, SnapshotMessage } from './cluster-messages.ts';
import { unpackNative } from './native-packet.ts';
import { unpack } from './packed-bytes.ts';

interface ReadFamily {
  readonly head: MetricHead;
  readonly identity: object;
  readonly texts: readonly string[][];
  input: SourceFamily;
}

/** Puts together what a `SnapshotWriter` of another process sent. */
export class SnapshotReader {
  #families = new Map<number, ReadFamily>();
  #takenMs = -Infinity;

  /** The families as of the latest snapshot. */
  get families(): readonly SourceFamily[] {
    return Array.from(this.#families.values(), ({ input }) => input);
  }

  /** When the latest snapshot was taken, in milliseconds since the epoch. */
  get takenMs(): number {
    return this.#takenMs;
  }

  /** Takes the next snapshot. */
  read({ isFull, takenMs, present, families }: SnapshotMessage): void {
    if (isFull) this.#families.clear();
    this.#takenMs = takenMs;
    for (const packet of families) this.#readFamily(packet);
    const kept = present.flatMap((number) => {
      const family = this.#families.get(number);
      return family === undefined ? [] : [[number, family] as const];
    });
    this.#families = new Map(kept);
  }

  #readFamily({ number, head, texts, blocks }: FamilyPacket): void {
    const family = this.#families.get(number) ?? (head === undefined ? undefined : newFamily(head));
    // Without its head, which only a damaged message lacks, a family cannot be read.
    if (family === undefined) return;
    this.#families.set(number, family);
    texts.forEach((more, label) => {
      // One by one: there may be more than a call can have arguments.
      for (const text of more) family.texts[label]?.push(text);
    });
    const before = family.input;
    const read = blocks.map((packet, at) => readBlock(packet, before.family.blocks[at], family.head));
    const details = blocks.map((packet, at) => readDetails(packet, before.details[at]));
    family.input = {
      family: familyOf(family.head, { labelValues: family.texts, blocks: read, identity: family.identity, epoch: 0 }),
      rules: before.rules,
      details,
    };
  }
}

function newFamily(head: MetricHead): ReadFamily {
  const identity = {};
  const texts = head.labelNames.map((): string[] => []);
  const family = familyOf(head, { labelValues: texts, blocks: [], identity, epoch: 0 });
  return { head, identity, texts, input: { family, rules: rulesOf(head), details: [] } };
}

function readBlock(packet: BlockPacket, before: FamilyBlock | undefined, head: MetricHead): FamilyBlock {
  const { rowCount, native, exemplars } = packet;
  return {
    rowCount,
    labelIds: appended(before?.labelIds, packet.ids),
    values: readValues(packet, before?.values ?? new Float64Array(rowCount * head.width)),
    createdMs:
      packet.createdMs === undefined
        ? (before?.createdMs ?? new Float64Array(rowCount))
        : new Float64Array(unpack(packet.createdMs)),
    hidden: readHidden(packet, before?.hidden),
    native: native === undefined ? before?.native : unpackNative(native),
    exemplars: exemplars ?? before?.exemplars ?? [],
  };
}

function readDetails({ marks, windows }: BlockPacket, before: BlockDetails | undefined): BlockDetails {
  return {
    marks: marks === undefined ? before?.marks : new Float64Array(unpack(marks)),
    windows: windows?.map(([endMs, buckets]) => ({ endMs, buckets: unpackNative(buckets) })) ?? before?.windows ?? [],
  };
}

/** Numbers in an array of their own: whoever read the earlier ones keeps them. */
function readValues({ values, changes }: BlockPacket, before: Float64Array): Float64Array {
  if (values !== undefined) return new Float64Array(unpack(values));
  if (changes === undefined) return before;
  const places = new Int32Array(unpack(changes[0]));
  const changed = new Float64Array(unpack(changes[1]));
  const numbers = before.slice();
  places.forEach((place, at) => (numbers[place] = changed[at] ?? 0));
  return numbers;
}

function readHidden({ hidden }: BlockPacket, before: Uint8Array | undefined): Uint8Array | undefined {
  if (hidden === undefined) return before;
  return hidden === null ? undefined : new Uint8Array(unpack(hidden));
}

function appended(before: Int32Array | undefined, ids: BlockPacket['ids']): Int32Array {
  if (ids === undefined) return before ?? new Int32Array(0);
  const more = new Int32Array(unpack(ids));
  const all = new Int32Array((before?.length ?? 0) + more.length);
  all.set(before ?? []);
  all.set(more, before?.length ?? 0);
  return all;
}
