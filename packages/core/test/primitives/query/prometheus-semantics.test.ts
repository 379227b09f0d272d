import { describeWithBackends } from '@bduf/backends/jest';
import { expect, it } from '@jest/globals';
import { evaluateQueries, toPromQl } from '@bduf/metrics-core/primitives';
import { type AnswerTexts, labelText, prometheusAnswers } from './prometheus-answers.ts';
import { type QueryCase, randomCase } from './query-cases.ts';
import { Random } from './random.ts';
import { readerOf } from './recorded-series.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
const CASES = Number(process.env['QUERY_CASES'] ?? 1200);

function ourAnswer({ expression, atMs, recordings }: QueryCase): AnswerTexts {
  const question = { expression, startMs: atMs, endMs: atMs, stepMs: 0, semantics: 'prometheus' } as const;
  const [answer] = evaluateQueries([question], readerOf(recordings));
  return Object.fromEntries(answer?.series.map(({ labels, values }) => [labelText(labels), values[0] ?? NaN]) ?? []);
}

function isSame(ours: number | undefined, theirs: number | undefined, tolerance: number): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  if (ours === theirs || (Number.isNaN(ours) && Number.isNaN(theirs))) return true;
  return Math.abs(ours - theirs) <= tolerance * Math.max(Math.abs(ours), Math.abs(theirs));
}

/** Which of several equal series topk keeps is nobody's business: there only the values count. */
function comparable({ expression }: QueryCase, answer: AnswerTexts): AnswerTexts {
  if (expression.kind !== 'aggregate' || (expression.op !== 'topk' && expression.op !== 'bottomk')) return answer;
  const values = Object.values(answer).toSorted((a, b) => a - b);
  return Object.fromEntries(values.map((value, rank) => [`rank ${rank}`, value]));
}

function differences(each: QueryCase, answer: AnswerTexts | string): readonly string[] {
  if (typeof answer === 'string') return [`Prometheus says ${answer}`];
  const ours = comparable(each, ourAnswer(each));
  const theirs = comparable(each, answer);
  const labels = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...labels]
    .filter((key) => !isSame(ours[key], theirs[key], each.tolerance))
    .map((key) => `{${key}}: ours ${ours[key]}, Prometheus ${theirs[key]}`);
}

await describeWithBackends(['promtool'], `Prometheus semantics, seed ${SEED} (FC_SEED repeats it)`, () => {
  it(`are those of Prometheus in ${CASES} random cases`, async () => {
    const random = new Random(SEED);
    const cases = random.times(CASES, (index) => randomCase(random, index));
    const questions = cases.map(({ expression, atMs, histograms, histogramMetrics }) => ({
      promQl: toPromQl(expression, { histograms, histogramMetrics }),
      atMs,
    }));
    const answers = await prometheusAnswers(cases, questions);
    const problems = cases.flatMap((each, index) => {
      const found = differences(each, answers[index] ?? {});
      return found.length === 0 ? [] : [`${questions[index]?.promQl} at ${each.atMs} ms: ${found.join('; ')}`];
    });
    expect(problems).toEqual([]);
    // Most questions must have an answer, else nothing was compared.
    const answered = answers.filter((answer) => typeof answer === 'object' && Object.keys(answer).length > 0);
    expect(answered.length).toBeGreaterThan(CASES / 2);
  });
});
