import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import type { MetricEncoder, MetricFamily } from '@bduf/metrics-core/interfaces';

/** Time of all read-outs in these tests. */
export const NOW_MS = 1_700_000_000_000;

/** A whole document as text. */
export function encodeText(encoder: MetricEncoder, families: readonly MetricFamily[]): string {
  return encodeBytes(encoder, families).toString('utf8');
}

/** A whole document as bytes. */
export function encodeBytes(encoder: MetricEncoder, families: readonly MetricFamily[], nowMs: number = NOW_MS): Buffer {
  const chunks: Buffer[] = [];
  for (const chunk of encoder.encode(families, { nowMs })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** What a property check has to complain about, with seed and counterexample; `undefined` when it holds. */
export function complaint<Ts>(property: fc.IProperty<Ts>, parameters: fc.Parameters<Ts>): string | undefined {
  return fc.defaultReportMessage(fc.check(property, { includeErrorInReport: true, ...parameters }));
}
