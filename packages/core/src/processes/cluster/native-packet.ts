import type { NativeHistogramBlock } from '../../interfaces/metric-family.ts';
import type { NativePacket } from './cluster-messages.ts';
import { type Pack, unpack } from './packed-bytes.ts';

/** Packs native buckets. */
export function packNative(block: NativeHistogramBlock, pack: Pack): NativePacket {
  return [
    pack(block.schemas),
    pack(block.zeroThresholds),
    pack(block.zeroCounts),
    pack(block.positiveStart),
    pack(block.positiveIndexes),
    pack(block.positiveCounts),
    pack(block.negativeStart),
    pack(block.negativeIndexes),
    pack(block.negativeCounts),
  ];
}

/** Unpacks native buckets. */
export function unpackNative(packet: NativePacket): NativeHistogramBlock {
  const column = (at: number): ArrayBuffer => unpack(packet[at] ?? '');
  return {
    schemas: new Int8Array(column(0)),
    zeroThresholds: new Float64Array(column(1)),
    zeroCounts: new Float64Array(column(2)),
    positiveStart: new Int32Array(column(3)),
    positiveIndexes: new Int32Array(column(4)),
    positiveCounts: new Float64Array(column(5)),
    negativeStart: new Int32Array(column(6)),
    negativeIndexes: new Int32Array(column(7)),
    negativeCounts: new Float64Array(column(8)),
  };
}
