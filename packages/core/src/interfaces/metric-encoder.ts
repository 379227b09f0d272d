import type { MetricFamily } from './metric-family.ts';
import type { MetricFormat } from './metric-format.ts';

/** Facts an encoder may need beside the families. */
export interface EncodeContext {
  /** Time of the read-out, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Turns families into bytes of one format. An encoder escapes, sorts out what the format cannot say, and may cache by
 * {@link MetricFamily.identity}; it never changes a family.
 */
export interface MetricEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat | (string & {});
  /** Media type with parameters, for a `Content-Type` header. */
  readonly contentType: string;
  /**
   * Encodes families. The chunks, joined, are one complete document. They are produced lazily, so that a caller can
   * stop or yield between them; a chunk belongs to the caller only until the next one is asked for unless the encoder
   * says otherwise.
   */
  encode(families: readonly MetricFamily[], context: EncodeContext): Iterable<Uint8Array>;
}

/** Something encoders are registered with, so that `exportMetrics(format)` finds them. */
export interface EncoderRegistry {
  /** Registers an encoder under its format; a later one replaces an earlier one of the same format. */
  registerEncoder(encoder: MetricEncoder): void;
}
