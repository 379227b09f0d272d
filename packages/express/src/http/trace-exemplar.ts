import type { ExemplarLabels } from '@bduf/metrics-core/interfaces';

/** Version, trace id, parent id and flags of W3C Trace Context; later versions may append more. */
const PATTERN = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/;
const SAMPLED = 1;

/** The trace of a `traceparent` header, if its caller keeps it. */
export function traceExemplar(header: string): ExemplarLabels | undefined {
  const [, trace, span, flags = '0'] = PATTERN.exec(header) ?? [];
  if (trace === undefined || span === undefined || (Number.parseInt(flags, 16) & SAMPLED) === 0) return undefined;
  return { trace_id: trace, span_id: span };
}
