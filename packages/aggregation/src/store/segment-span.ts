import type { SampleSegment } from './sample-segment.ts';

/** Segments as one column of times. */
export interface SegmentSpan {
  /** Times of all ticks. */
  readonly timestampsMs: Float64Array;
  /** Each segment, and the place of its first tick. */
  readonly parts: readonly { readonly segment: SampleSegment; readonly start: number }[];
  /** Places of ticks that are too far from the one before for a value to hold in between. */
  readonly interruptions: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

/** Puts segments together, in order. */
export function segmentSpan(segments: readonly SampleSegment[], interruptedAfterMs: number): SegmentSpan {
  const parts: { readonly segment: SampleSegment; readonly start: number }[] = [];
  let size = 0;
  for (const segment of segments) {
    parts.push({ segment, start: size });
    size += segment.timestampsMs.length;
  }
  const [only] = segments;
  const timestampsMs = segments.length === 1 && only !== undefined ? only.timestampsMs : new Float64Array(size);
  if (segments.length !== 1) {
    for (const { segment, start } of parts) timestampsMs.set(segment.timestampsMs, start);
  }
  return { timestampsMs, parts, interruptions: interruptionsOf(timestampsMs, interruptedAfterMs) };
}

function interruptionsOf(timestampsMs: Float64Array, interruptedAfterMs: number): ReadonlySet<number> {
  let found: Set<number> | undefined;
  for (let at = 1; at < timestampsMs.length; at++) {
    if ((timestampsMs[at] ?? NaN) - (timestampsMs[at - 1] ?? NaN) >= interruptedAfterMs) (found ??= new Set()).add(at);
  }
  return found ?? NONE;
}
