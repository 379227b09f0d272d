import type { Metric } from '@bduf/metrics-core/interfaces';
import { type LintOptions, lintMetrics } from '../lint/lint-metrics.ts';

/** What a matcher says, in the form that `expect.extend` of Jest and Vitest takes. */
export interface MatcherResult {
  /** Whether it matched. */
  readonly pass: boolean;
  /** What to print when that is not what was expected. */
  readonly message: () => string;
}

/** Something that renders its metrics, such as a `MetricsCollector` with a `MetricsExporter`. */
export interface ExposingCollector {
  /** Renders all metrics in a format. */
  exportMetrics(format: 'prometheus'): string;
}

/** Something that lists its metrics, such as a `MetricsCollector`. */
export interface ListingCollector {
  /** All metrics. */
  getAllMetrics(): readonly Metric[];
}

/**
 * Matchers for `expect.extend(metricMatchers)`:
 *
 * - `expect(collectorOrText).toExpose(lineOrPattern)`: a line of the Prometheus exposition is equal or matches.
 * - `expect(collector).toPassMetricLint(options?)`: all definitions obey the rules of `lintMetrics`.
 */
export const metricMatchers = {
  /** A line of the Prometheus exposition is equal or matches. */
  toExpose(received: ExposingCollector | string, expected: string | RegExp): MatcherResult {
    const text = typeof received === 'string' ? received : received.exportMetrics('prometheus');
    const lines = text.split('\n');
    const pass = lines.some((line) => (typeof expected === 'string' ? line === expected : line.search(expected) >= 0));
    return {
      pass,
      message: () =>
        `Expected ${pass ? 'no' : 'a'} exposed line ${pass ? 'like' : 'to be'} ${String(expected)}. Exposed:\n${text}`,
    };
  },

  /** All definitions obey the rules of `lintMetrics`. */
  toPassMetricLint(received: ListingCollector, options?: LintOptions): MatcherResult {
    const problems = lintMetrics(received.getAllMetrics(), options);
    const listed = problems.map(({ metric, rule, message }) => `${metric}: ${message} (${rule})`).join('\n');
    return {
      pass: problems.length === 0,
      message: () =>
        problems.length === 0 ? 'Expected the linter to find a problem.' : `The linter found:\n${listed}`,
    };
  },
};
