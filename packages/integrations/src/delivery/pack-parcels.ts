import { Buffer } from 'node:buffer';
import type { Parcel, Reading } from './delivery-target.ts';

/** A piece of a body that must not be torn. */
export interface ParcelItem {
  readonly bytes: Uint8Array;
  /** Data points in it. */
  readonly points: number;
  /** See {@link Parcel.takeBack}. */
  readonly takeBack?: (() => void) | undefined;
}

/** How bodies are made of items. */
export interface ParcelShape {
  /** Most items in a body. */
  readonly maxItems: number;
  /** Most data points in a body, where an item can have several. Default: no limit. */
  readonly maxPoints?: number;
  /** Most bytes of a body, before it is compressed. */
  readonly maxBytes: number;
  /** What comes before, between and after the items. Default: nothing. */
  readonly frame?: { readonly before: string; readonly between: string; readonly after: string };
}

const BARE = { before: '', between: '', after: '' };

/**
 * Fills bodies with items in their order, each as full as the limits allow. An item that alone is too large is dropped and counted.
 *
 * @yields Parcels that are never empty.
 */
export function* packParcels(
  items: Iterable<ParcelItem>,
  shape: ParcelShape,
  drop: Reading['drop'],
): Generator<Parcel, void, undefined> {
  const { before, between, after } = shape.frame ?? BARE;
  const { maxItems, maxBytes, maxPoints = Infinity } = shape;
  const frameBytes = Buffer.byteLength(before) + Buffer.byteLength(after);
  let packed: ParcelItem[] = [];
  let bytes = frameBytes;
  let points = 0;
  for (const item of items) {
    const size = item.bytes.byteLength + between.length;
    if (frameBytes + size > maxBytes || item.points > maxPoints) {
      drop('too_large', item.points);
      continue;
    }
    if (packed.length >= maxItems || bytes + size > maxBytes || points + item.points > maxPoints) {
      yield parcelOf(packed, shape);
      packed = [];
      bytes = frameBytes;
      points = 0;
    }
    packed.push(item);
    bytes += size;
    points += item.points;
  }
  if (packed.length > 0) yield parcelOf(packed, shape);
}

function parcelOf(items: readonly ParcelItem[], { frame = BARE }: ParcelShape): Parcel {
  const between = Buffer.from(frame.between);
  const parts: Uint8Array[] = [Buffer.from(frame.before)];
  for (const [index, { bytes }] of items.entries()) {
    if (index > 0 && between.length > 0) parts.push(between);
    parts.push(bytes);
  }
  parts.push(Buffer.from(frame.after));
  const returns = items.flatMap(({ takeBack }) => takeBack ?? []);
  return {
    body: Buffer.concat(parts),
    points: items.reduce((sum, { points }) => sum + points, 0),
    ...(returns.length > 0 && { takeBack: () => returns.forEach((takeBack) => takeBack()) }),
  };
}
