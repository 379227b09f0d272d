import { promtoolTestRules } from '@bduf/backends';
import type { QueryCase } from './query-cases.ts';
import { promtoolSeries } from './recorded-series.ts';

/** Series by their labels as text, without the name of the metric. */
export type AnswerTexts = Readonly<Record<string, number>>;

/** A question for Prometheus. */
export interface PromQlQuestion {
  readonly promQl: string;
  readonly atMs: number;
}

const FAILURE = /expr: (?<expr>"(?:[^"\\]|\\.)*"), time: .*?,\n\s*exp: .*\n\s*got: (?<got>.*)/g;
const ERROR = /expr: (?<expr>"(?:[^"\\]|\\.)*"), time: [^\n]*, err: (?<error>.*)/g;

/**
 * What Prometheus answers. promtool is told to expect nothing, and complains about each series that there is, with all digits.
 *
 * @param cases - Their questions must differ as text.
 * @returns For each question the series, or what promtool complains about.
 */
export async function prometheusAnswers(
  cases: readonly QueryCase[],
  questions: readonly PromQlQuestion[],
): Promise<readonly (AnswerTexts | string)[]> {
  const { problems } = await promtoolTestRules({
    rules: 'groups: []',
    tests: {
      evaluation_interval: '1s',
      tests: [
        {
          interval: '1s',
          input_series: cases.flatMap(({ recordings }) => recordings.flatMap(promtoolSeries)),
          promql_expr_test: questions.map(({ promQl, atMs }) => ({
            expr: promQl,
            eval_time: `${atMs}ms`,
            exp_samples: [],
          })),
        },
      ],
    },
  });
  const text = problems.join('\n');
  const found = new Map<string, AnswerTexts | string>();
  for (const { groups } of text.matchAll(ERROR)) found.set(unquoted(groups?.['expr']), groups?.['error'] ?? '');
  for (const { groups } of text.matchAll(FAILURE))
    found.set(unquoted(groups?.['expr']), readSamples(groups?.['got'] ?? ''));
  if (found.size === 0) throw new Error(`promtool says nothing of use: ${text.slice(0, 2000)}`);
  return questions.map(({ promQl }) => found.get(promQl) ?? {});
}

/** Labels as the key of an answer. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([name, value]) => name !== '__name__' && value !== '');
  return pairs
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .toSorted()
    .join(',');
}

function readSamples(got: string): AnswerTexts {
  const samples = Array.from(got.matchAll(/\{(?<labels>[^}]*)\} (?<value>[^,\s]+)/g), ({ groups }) => {
    const labels = Array.from(
      (groups?.['labels'] ?? '').matchAll(/(\w+)="([^"]*)"/g),
      ([, name = '', value = '']) => [name, value] as const,
    );
    return [labelText(Object.fromEntries(labels)), readNumber(groups?.['value'] ?? '')] as const;
  });
  return Object.fromEntries(samples);
}

function readNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

/** Go's quotes are those of JSON for what these questions hold. */
function unquoted(text = '""'): string {
  return String(JSON.parse(text));
}
