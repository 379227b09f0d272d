import type { MetricTimeline } from './metric-timeline.ts';
import type { SampleSegment } from './sample-segment.ts';

/** The segments that answer a question, and what they are. */
export interface TierChoice {
  /** Segments of samples as they are. */
  readonly samples: readonly SampleSegment[];
  /** Segments of cells, before those of samples. */
  readonly cells: readonly SampleSegment[];
  /** Since when all samples of the tier are there. */
  readonly observedSinceMs: number;
  /** Distance of the samples. */
  readonly stepMs: number;
}

/** Since when a tier of a metric has lost nothing. */
export function tierSinceMs(timeline: MetricTimeline, tier: number): number {
  const lostUntilMs = timeline.tiers[tier]?.lostUntilMs ?? -Infinity;
  if (lostUntilMs === -Infinity) return timeline.observedSinceMs;
  // Samples that are finer than the tier stand for what is not in it yet.
  const finer = timeline.tiers.slice(0, tier).map(({ recent }) => recent[0]?.firstMs ?? Infinity);
  const firstMs = Math.min(timeline.tiers[tier]?.firstMs ?? Infinity, ...finer);
  return Math.max(timeline.observedSinceMs, firstMs === Infinity ? lostUntilMs : firstMs);
}

/** The finest tier that reaches back to a moment, or else the one that reaches back farthest. */
export function chooseTier(timeline: MetricTimeline, fromMs: number): TierChoice {
  let chosen = 0;
  let sinceMs = Infinity;
  for (const at of timeline.tiers.keys()) {
    const since = tierSinceMs(timeline, at);
    if (since >= sinceMs) continue;
    chosen = at;
    sinceMs = since;
    if (since <= fromMs) break;
  }
  const tier = timeline.tiers[chosen];
  const finer = timeline.tiers.slice(1, chosen).toReversed();
  return {
    samples: (chosen === 0 ? tier?.segments : timeline.tiers[0]?.recent) ?? [],
    cells: chosen === 0 ? [] : [...(tier?.segments ?? []), ...finer.flatMap(({ recent }) => recent)],
    observedSinceMs: sinceMs,
    stepMs: tier?.plan.stepMs ?? NaN,
  };
}
