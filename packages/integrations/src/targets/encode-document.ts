import { Buffer } from 'node:buffer';
import type { MetricEncoder } from '@bduf/metrics-core/interfaces';
import type { Reading } from '../delivery/delivery-target.ts';

/** A whole document of an encoder. */
export function encodeDocument(encoder: MetricEncoder, { families, nowMs }: Reading): Buffer {
  const chunks: Buffer[] = [];
  // A chunk is overwritten by the next one, hence the copy.
  for (const chunk of encoder.encode(families, { nowMs })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
