// Columnar families from plain objects.
export { familyOf } from './family/family-of.ts';
export type { FamilySpec, NativeSpec, SeriesSpec } from './family/family-spec.ts';

// Contract suites: what every implementation of an interface must do.
export type { ContractCase } from './contracts/contract-case.ts';
export { type EncodedSample, type EncoderContract, encoderContract } from './contracts/encoder-contract.ts';
export { type HistoryContract, historyContract } from './contracts/history/history-contract.ts';
export type { HistoryReadOut } from './contracts/history/history-read-out.ts';

// Strict readers of exposition text.
export type { ExpositionExemplar, ExpositionFamily, ExpositionSample } from './exposition/exposition-family.ts';
export { parseOpenMetricsText, parsePrometheusText } from './exposition/parse-exposition.ts';

// For tests of your own metrics: what was recorded, what is exposed, whether definitions obey the rules.
export { type MetricsProbe, probeMetrics } from './probe/metrics-probe.ts';
export {
  type ExposingCollector,
  type ListingCollector,
  type MatcherResult,
  metricMatchers,
} from './matchers/metric-matchers.ts';
export { type LintOptions, type LintProblem, lintMetrics } from './lint/lint-metrics.ts';
export { ManualClock } from '@bduf/metrics-core/primitives';
