import type { AnsweredSeries, HistoryQuery, HistorySource, MetricFamily } from '@bduf/metrics-core/interfaces';
import { durationText } from '@bduf/metrics-core/primitives';
import { finite } from '../reading/finite.ts';
import type { AnsweredGroup, MetricAnswer, MetricQuestion, PastFunction } from './metric-question.ts';
import { pastExpression } from './past-expression.ts';
import { Refusal } from './refusal.ts';

/** Points of a series, and of all series together, that a context can bear. */
const MOST_POINTS = 60;
const MOST_POINTS_OF_ALL = 600;

/** What history says about a question. */
export type PastAnswer = Pick<MetricAnswer, 'series' | 'coverage' | 'reason'>;

/**
 * Asks a history for a function over a window that ends now and, where there is a step, for the same over each step of the
 * window: the points of an increase add up to its value.
 *
 * @param fn - That of the question.
 * @throws Refusal for a function that makes no sense for the type of the metric, and for too many points.
 */
export async function askHistory(
  history: HistorySource,
  family: MetricFamily,
  { fn, question, nowMs }: { readonly fn: PastFunction; readonly question: MetricQuestion; readonly nowMs: number },
): Promise<PastAnswer> {
  const { windowSeconds, stepSeconds } = question;
  const batch = [atOneMoment(pastExpression(family, fn, question, windowSeconds).expression, nowMs)];
  if (stepSeconds !== undefined) {
    const { expression } = pastExpression(family, fn, question, stepSeconds);
    batch.push({ expression, ...stepsOf(windowSeconds, stepSeconds, nowMs) });
  }
  const [whole, steps] = await history.read(batch);
  if (whole === undefined) return { series: [] };
  const points = steps && new Map(steps.series.map((series) => [keyOf(series), pointsOf(series)]));
  const series = whole.series.map((each) => groupOf(each, points));
  const { coverage, reason } = whole;
  return { series, ...(coverage < 1 ? { coverage } : {}), ...(reason === undefined ? {} : { reason }) };
}

/** Most series to answer with: with points, fewer of them. */
export function mostSeries({ limit, windowSeconds, stepSeconds }: MetricQuestion): number {
  if (stepSeconds === undefined) return limit;
  return Math.min(limit, Math.ceil(MOST_POINTS_OF_ALL / pointCount(windowSeconds, stepSeconds)));
}

function atOneMoment(expression: HistoryQuery['expression'], atMs: number): HistoryQuery {
  return { expression, startMs: atMs, endMs: atMs, stepMs: 0 };
}

function stepsOf(windowSeconds: number, stepSeconds: number, nowMs: number): Omit<HistoryQuery, 'expression'> {
  const count = pointCount(windowSeconds, stepSeconds);
  if (count > MOST_POINTS) {
    const leastMs = Math.ceil(windowSeconds / MOST_POINTS) * 1000;
    throw new Refusal(
      `A window of ${durationText(windowSeconds * 1000)} in steps of ${durationText(stepSeconds * 1000)} has ${count} points, ` +
        `more than ${MOST_POINTS}; use a step of at least ${durationText(leastMs)}.`,
    );
  }
  if (count === 0) throw new Refusal('The step is longer than the window; use a shorter one, or none.');
  const stepMs = stepSeconds * 1000;
  return { startMs: nowMs - (count - 1) * stepMs, endMs: nowMs, stepMs };
}

function pointCount(windowSeconds: number, stepSeconds: number): number {
  return Math.floor(windowSeconds / stepSeconds);
}

/** A value of which nothing was observed is unknown, whatever number stands there. */
function groupOf(
  series: AnsweredSeries,
  points: ReadonlyMap<string, AnsweredGroup['points']> | undefined,
): AnsweredGroup {
  const { labels, values, coverage } = series;
  const value = coverage > 0 ? finite(values.at(-1)) : null;
  return points === undefined ? { labels, value } : { labels, value, points: points.get(keyOf(series)) ?? [] };
}

function pointsOf({ timestampsMs, values }: AnsweredSeries): AnsweredGroup['points'] {
  return Array.from(timestampsMs, (atMs, at) => [atMs, finite(values[at])] as const);
}

function keyOf({ labels }: AnsweredSeries): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
