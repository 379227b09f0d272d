import { promtoolTestRules } from '@bduf/backends';
import type { PromtoolSeries } from './recording.ts';

/** Values of series by their labels as text. */
export type Answer = ReadonlyMap<string, number>;

/** A question for Prometheus. */
export interface PromQlQuestion {
  readonly promQl: string;
  readonly atMs: number;
}

const PROBLEM =
  /expr: (?<expr>"(?:[^"\\]|\\.)*"), time: [^\n]*?,(?: err: (?<error>[^\n]*)|\n\s*exp:[^\n]*\n\s*got:(?<got>[^\n]*))/g;
const SAMPLE = /\{(?<labels>[^}]*)\} (?<value>[^,\s]+)/g;
const LABEL = /(?<name>\w+)=(?<value>"(?:[^"\\]|\\.)*")/g;

/**
 * What Prometheus answers. promtool expects nothing, so that it complains about whatever there is, with all digits.
 *
 * @param questions - Different as text.
 * @returns For each question the series, or what promtool complains about.
 */
export async function promtoolAnswers(
  series: readonly PromtoolSeries[],
  questions: readonly PromQlQuestion[],
): Promise<readonly (Answer | string)[]> {
  const promqlTests = questions.map(({ promQl, atMs }) => ({ expr: promQl, eval_time: `${atMs}ms`, exp_samples: [] }));
  const { problems } = await promtoolTestRules({
    rules: 'groups: []',
    tests: {
      evaluation_interval: '1s',
      tests: [{ interval: '1s', input_series: series, promql_expr_test: promqlTests }],
    },
  });
  const text = problems.join('\n');
  const found = new Map<string, Answer | string>();
  for (const { groups } of text.matchAll(PROBLEM)) {
    found.set(unquoted(groups?.['expr']), groups?.['error'] ?? samplesIn(groups?.['got'] ?? ''));
  }
  if (found.size === 0) throw new Error(`promtool says nothing of use: ${text.slice(0, 1000)}`);
  return questions.map(({ promQl }) => found.get(promQl) ?? new Map<string, number>());
}

/** Labels as the key of an answer, without the name of the metric. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name, value]) => name !== '__name__' && value !== '')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function samplesIn(got: string): Answer {
  return new Map(
    Array.from(got.matchAll(SAMPLE), ({ groups }) => {
      const labels = Array.from(
        (groups?.['labels'] ?? '').matchAll(LABEL),
        ({ groups: pair }) => [pair?.['name'] ?? '', unquoted(pair?.['value'])] as const,
      );
      const value = groups?.['value'] ?? '';
      return [
        labelsText(Object.fromEntries(labels)),
        value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value),
      ];
    }),
  );
}

/** Go's quotes are those of JSON for what these questions hold. */
function unquoted(text = '""'): string {
  return String(JSON.parse(text));
}
