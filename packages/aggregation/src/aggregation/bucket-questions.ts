import type { HistoryAnswer, HistoryQuery, QueryExpression } from '@bduf/metrics-core/interfaces';
import { labelsKey } from './label-groups.ts';
import type { MetricHistory } from './metric-history.ts';
import type { TimeSpan } from './range-span.ts';
import type { TimeBucket } from './time-buckets.ts';

/** A question about a window of a given length. */
export type WindowQuestion = (windowMs: number) => QueryExpression;

/** The answers to one question, bucket by bucket. */
export interface BucketAnswers {
  /** Labels of each series, and its value in each bucket; `undefined` where it has none. */
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: (number | undefined)[];
  }[];
}

/** Buckets of the same length that follow each other. */
interface BucketRun {
  readonly first: number;
  readonly count: number;
  readonly lengthMs: number;
}

/**
 * Asks the same questions about every bucket. Buckets of the same length are one question over a span. A bucket reaches from its start
 * to before its end, a window from after its start to its end: so windows end, and begin, a millisecond earlier.
 */
export function askBuckets<Name extends string>(
  history: MetricHistory,
  buckets: readonly TimeBucket[],
  questions: Readonly<Record<Name, WindowQuestion>>,
): Readonly<Record<Name, BucketAnswers>> {
  const runs = runsOf(buckets);
  const names = Object.keys(questions) as Name[]; // The keys of a record of names.
  const batch = names.flatMap((name) => runs.map((run) => questionOf(questions[name], run, buckets)));
  const found = history.ask(batch);
  const entries = names.map((name, at) => {
    const ofName = found.slice(at * runs.length, (at + 1) * runs.length);
    return [name, { series: joined(ofName, runs, buckets) }] as const;
  });
  return Object.fromEntries(entries) as Record<Name, BucketAnswers>; // One entry for each name.
}

/** How much of a bucket was observed. Only here its first moment counts, not its end, since observation may begin with it. */
export function askCoverage(
  history: MetricHistory,
  spans: readonly TimeSpan[],
  question: WindowQuestion,
): readonly HistoryAnswer[] {
  return history.ask(
    spans.map(({ fromMs, toMs }) => ({
      expression: question(toMs - fromMs),
      startMs: toMs,
      endMs: toMs,
      stepMs: 0,
    })),
  );
}

function runsOf(buckets: readonly TimeBucket[]): readonly BucketRun[] {
  const runs: BucketRun[] = [];
  for (const [at, bucket] of buckets.entries()) {
    const run = runOf(bucket, at);
    const last = runs.at(-1);
    if (last?.lengthMs === run.lengthMs) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push(run);
  }
  return runs;
}

function runOf({ fromMs, toMs }: TimeBucket, first: number): BucketRun {
  return { first, count: 1, lengthMs: toMs - fromMs };
}

function questionOf(question: WindowQuestion, run: BucketRun, buckets: readonly TimeBucket[]): HistoryQuery {
  const startMs = (buckets[run.first]?.toMs ?? NaN) - 1;
  const endMs = (buckets[run.first + run.count - 1]?.toMs ?? NaN) - 1;
  return { expression: question(run.lengthMs), startMs, endMs, stepMs: run.lengthMs };
}

function joined(
  answers: readonly HistoryAnswer[],
  runs: readonly BucketRun[],
  buckets: readonly TimeBucket[],
): BucketAnswers['series'] {
  const byLabels = new Map<string, { labels: Readonly<Record<string, string>>; values: (number | undefined)[] }>();
  for (const [at, { series }] of answers.entries()) {
    const run = runs[at];
    if (run === undefined) continue;
    const startMs = (buckets[run.first]?.toMs ?? NaN) - 1;
    for (const { labels, timestampsMs, values } of series) {
      const key = labelsKey(labels);
      let known = byLabels.get(key);
      if (known === undefined) {
        known = { labels, values: Array.from({ length: buckets.length }) };
        byLabels.set(key, known);
      }
      for (const [index, timeMs] of timestampsMs.entries()) {
        known.values[run.first + Math.round((timeMs - startMs) / run.lengthMs)] = values[index];
      }
    }
  }
  return [...byLabels.values()];
}
