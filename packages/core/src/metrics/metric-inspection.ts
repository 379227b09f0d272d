import type { MetricType } from '../interfaces/metric-type.ts';

/** Size and limits of one metric. */
export interface MetricInspection {
  /** Its name. */
  readonly name: string;
  /** Kind of metric. */
  readonly type: MetricType;
  /** Series that are shown. */
  readonly series: number;
  /** Series it may hold. */
  readonly maxSeries: number;
  /** Bytes it holds, label texts estimated. */
  readonly bytes: number;
  /** Distinct values of each label. */
  readonly labels: readonly { readonly name: string; readonly values: number }[];
}

/** Bytes that a text and its entry in a `Map` take in V8, beside one byte for each character. */
const BYTES_OF_ENTRY = 80;

/** Estimated bytes of interned texts. */
export function textBytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length + BYTES_OF_ENTRY, 0);
}
