import { promtoolCheckMetrics, openMetricsJudge } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { OpenMetricsTextEncoder, PrometheusTextEncoder } from '@bduf/metrics-exporters';
import { type ExpositionFamily, parseOpenMetricsText, parsePrometheusText } from '@bduf/metrics-testkit';
import { canonicalNumber } from '../../src/text/canonical-number.ts';
import { encodeText } from '../support.ts';
import { type ExpectedSample, expectedSamples, readRegistry, registry } from './random-registry.ts';

const REGISTRIES = 600;
const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);

/** Samples in an order of their own, as text: NaN equals NaN there, and a failure is readable. */
function sorted(samples: Iterable<ExpectedSample>): readonly string[] {
  return Array.from(samples, ({ name, labels, value }) => {
    const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `${name} ${JSON.stringify(pairs)} ${value}`;
  }).toSorted();
}

function samplesIn(families: readonly ExpositionFamily[]): readonly string[] {
  return sorted(families.flatMap(({ samples }) => samples));
}

/** Registries that no other test sees. */
function registries(part: number): readonly (readonly MetricFamily[])[] {
  return fc.sample(registry, { numRuns: REGISTRIES, seed: SEED + part }).map(readRegistry);
}

/** What OpenMetrics shows: all samples but those it forbids. */
function shownInOpenMetrics(families: readonly MetricFamily[]): readonly string[] {
  return families
    .flatMap((family) => {
      const samples = expectedSamples([family], canonicalNumber);
      if (family.type === 'summary')
        return sorted(samples.filter(({ name, value }) => !(value < 0) || name === `${family.name}_count`));
      if (family.type !== 'histogram') return sorted(samples);
      const isSum = ({ name }: ExpectedSample) => name === `${family.name}_sum` || name === `${family.name}_count`;
      if (family.upperBounds.some((bound) => bound < 0)) return sorted(samples.filter((sample) => !isSum(sample)));
      // Without negative bounds sum and count of a series go together when the sum is negative.
      const negative = new Set(
        samples
          .filter(({ name, value }) => name === `${family.name}_sum` && value < 0)
          .map(({ labels }) => JSON.stringify(labels)),
      );
      return sorted(samples.filter((sample) => !isSum(sample) || !negative.has(JSON.stringify(sample.labels))));
    })
    .toSorted();
}

describe(`random registries, seed ${SEED} (FC_SEED repeats them)`, () => {
  it('are read back from Prometheus text by our strict parser', () => {
    for (const families of registries(0)) {
      const text = encodeText(new PrometheusTextEncoder(), families);
      const bound = (value: number) => (value === Number.POSITIVE_INFINITY ? '+Inf' : String(value));
      expect(samplesIn(parsePrometheusText(text))).toEqual(sorted(expectedSamples(families, bound)));
    }
  });

  it.each([false, true])('are read back from OpenMetrics by our strict parser, created: %s', (created) => {
    for (const families of registries(created ? 1 : 2)) {
      const parsed = parseOpenMetricsText(encodeText(new OpenMetricsTextEncoder({ created }), families));
      const samples = parsed.flatMap((family) =>
        family.samples.filter(({ name }) => !(created && name === `${family.name}_created`)),
      );
      expect(sorted(samples)).toEqual(shownInOpenMetrics(families));
    }
  });
});

await describeWithBackends(['openmetrics-judge', 'promtool'], `judges of random registries, seed ${SEED}`, () => {
  it.each([false, true])('the Python client reads OpenMetrics back, created: %s', async (created) => {
    const judge = await openMetricsJudge();
    const verdicts = registries(created ? 3 : 4).map(async (families) => {
      const text = encodeText(new OpenMetricsTextEncoder({ created }), families);
      return { families, text, verdict: await judge.judge(text) };
    });
    for (const { families, text, verdict } of await Promise.all(verdicts)) {
      if (!verdict.ok) throw new Error(`${verdict.error} in\n${text}`);
      const samples = verdict.families.flatMap((family) =>
        family.samples.filter(({ name }) => !(created && name === `${family.name}_created`)),
      );
      expect(sorted(samples)).toEqual(shownInOpenMetrics(families));
    }
    await judge.close();
  });

  it('promtool accepts Prometheus text', async () => {
    // Names of their own let many registries share a document.
    const families = registries(5).flatMap((metrics, at) =>
      metrics.map((family): MetricFamily => ({ ...family, name: `r${at}_${family.name}`, identity: {} })),
    );
    const { problems } = await promtoolCheckMetrics(encodeText(new PrometheusTextEncoder(), families));
    // It also complains about names that are no good style; these registries have no style.
    expect(problems.filter((problem) => /error|parsing/i.test(problem))).toEqual([]);
    expect(families.length).toBeGreaterThan(REGISTRIES);
  });
});
