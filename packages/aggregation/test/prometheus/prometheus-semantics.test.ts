import { describeWithBackends } from '@bduf/backends/jest';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock, type Query, query, toPromQl } from '@bduf/metrics-core/primitives';
import { MetricsAggregator, MetricsHistory } from '@bduf/metrics-aggregation';
import { type Answer, labelsText, promtoolAnswers } from './promtool-answers.ts';
import { type QueryCase, queryCases } from './query-cases.ts';
import { promtoolSeries, remember } from './recording.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
const CASES = Number(process.env['QUERY_CASES'] ?? 900);

/** Long after all samples, so that no question is about the present. */
const clock = new ManualClock(Date.UTC(2026, 0, 1));

function ourAnswer(history: MetricsHistory, question: Query, atMs: number): Answer {
  const { expression } = question;
  // The same moment twice: alone, and as the middle one of a span.
  const span = { startMs: atMs - 1000, endMs: atMs + 1000, stepMs: 1000 };
  const [alone, within] = history.readSync([
    { expression, startMs: atMs, endMs: atMs, stepMs: 0, semantics: 'prometheus' },
    { expression, ...span, semantics: 'prometheus' },
  ]);
  const answer = new Map(alone?.series.map(({ labels, values }) => [labelsText(labels), values[0] ?? NaN]));
  const again = within?.series.flatMap(({ labels, timestampsMs, values }) => {
    const place = timestampsMs.indexOf(atMs);
    return place === -1 ? [] : [[labelsText(labels), values[place] ?? NaN] as const];
  });
  expect(new Map(again)).toEqual(answer);
  return answer;
}

function isSame(ours: number | undefined, theirs: number | undefined, tolerance: number): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  if (ours === theirs || (Number.isNaN(ours) && Number.isNaN(theirs))) return true;
  return Math.abs(ours - theirs) <= tolerance * Math.max(Math.abs(ours), Math.abs(theirs));
}

function differences(ours: Answer, theirs: Answer | string, tolerance: number): readonly string[] {
  if (typeof theirs === 'string') return [`Prometheus says ${theirs}`];
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((key) => !isSame(ours.get(key), theirs.get(key), tolerance))
    .map((key) => `${key}: ours ${ours.get(key)}, Prometheus ${theirs.get(key)}`);
}

/** A history that keeps all samples as they are, most of them compressed. Prometheus has no notion of interruptions. */
function newHistory(): MetricsHistory {
  const interruptedAfterMs = 1e12;
  const options = { intervalMs: 1000, retentionMs: 800_000, tiers: [], selfMetrics: false, interruptedAfterMs, clock };
  return new MetricsHistory(new MetricsCollector({ clock }), options);
}

await describeWithBackends(['promtool'], `The history, seed ${SEED} (FC_SEED repeats it)`, () => {
  it(`answers ${CASES} questions, made by the builder, as Prometheus does`, async () => {
    const history = newHistory();
    const cases: readonly QueryCase[] = fc.sample(queryCases, { seed: SEED, numRuns: CASES });
    const asked = cases.map(({ recording, ask, atMs, histograms, tolerance }, at) => {
      const metric = `m${at}`;
      const question = ask(query(metric));
      const histogramMetrics = recording.type === 'histogram' ? [metric] : [];
      return {
        recording: { ...recording, metric },
        question,
        atMs,
        tolerance,
        promQl: toPromQl(question.expression, { histograms, histogramMetrics }),
      };
    });
    for (const { recording } of asked) remember(history, recording);
    const answers = await promtoolAnswers(
      asked.flatMap(({ recording }) => promtoolSeries(recording)),
      asked,
    );
    const problems = asked.flatMap(({ question, atMs, promQl, tolerance }, at) => {
      const found = differences(ourAnswer(history, question, atMs), answers[at] ?? 'nothing', tolerance);
      return found.length === 0 ? [] : [`${promQl} at ${atMs} ms: ${found.join('; ')}`];
    });
    expect(problems).toEqual([]);
    // Most questions must have an answer, else nothing was compared.
    expect(answers.filter((answer) => typeof answer === 'object' && answer.size > 0).length).toBeGreaterThan(CASES / 3);
    expect(history.status().tiers[0]?.samples).toBeGreaterThan(0);
  });

  it('has trends whose slope is deriv', async () => {
    const gauges = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: null, freq: 5 }), {
      minLength: 2,
      maxLength: 100,
    });
    const history = newHistory();
    const aggregator = new MetricsAggregator(new MetricsCollector({ clock }), { history, clock });
    const asked = fc.sample(gauges, { seed: SEED, numRuns: 60 }).map((values, at) => {
      const metric = `g${at}`;
      const ticks = values.map((value) => (value === null ? null : [{ kind: 'number', value: value / 8 } as const]));
      const recording = { metric, type: 'gauge', upperBounds: [], series: [{}], createdMs: NaN, ticks } as const;
      remember(history, recording);
      const atMs = ticks.length * 1000;
      return {
        recording,
        atMs,
        promQl: query(metric)
          .deriv(atMs + 1)
          .toString(),
        metric,
      };
    });
    const answers = await promtoolAnswers(
      asked.flatMap(({ recording }) => promtoolSeries(recording)),
      asked,
    );
    const slopes = asked.map(({ metric, atMs }) => {
      const range = { start: new Date(0), end: new Date(atMs + 1) };
      return aggregator.calculateTrend(metric, range).slopePerSecond;
    });
    const derivs = answers.map((answer) => (typeof answer === 'string' ? answer : (answer.get('[]') ?? null)));
    expect(slopes).toEqual(derivs);
    expect(derivs.filter((each) => typeof each === 'number').length).toBeGreaterThan(40);
  });
});
