import type { ExemplarLabels } from '@bduf/metrics-core/interfaces';

/** W3C trace context: version, trace id, parent span id, flags; later versions may append fields. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/;
const SAMPLED_FLAG = 1;

/**
 * Exemplar labels that lead to the trace a request belongs to, if its `traceparent` is valid and the trace was sampled:
 * of others there is nothing to look at.
 */
export function traceExemplar(traceparent: unknown): ExemplarLabels | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED_FLAG) !== 0;
  return isSampled ? { trace_id: traceId, span_id: spanId } : undefined;
}
