import { type HistoryQuery, QuerySemantics } from '@bduf/metrics-core/interfaces';
import { type MetricQuery, type Query, query, type SeriesQuery } from '@bduf/metrics-core/primitives';
import { type RandomNumber, TICK_MS } from './random-read-outs.ts';

const METRICS = ['depth', 'jobs_total', 'classic_seconds', 'native_seconds', 'size_bytes'];
const WINDOWS: readonly ((metric: MetricQuery, windowMs: number) => SeriesQuery)[] = [
  (metric) => metric,
  (metric, windowMs) => metric.increase(windowMs),
  (metric, windowMs) => metric.rate(windowMs),
  (metric, windowMs) => metric.delta(windowMs),
  (metric, windowMs) => metric.avgOverTime(windowMs),
  (metric, windowMs) => metric.sumOverTime(windowMs),
  (metric, windowMs) => metric.lastOverTime(windowMs),
  (metric, windowMs) => metric.maxOverTime(windowMs),
  (metric, windowMs) => metric.minOverTime(windowMs),
  (metric, windowMs) => metric.countOverTime(windowMs),
  (metric, windowMs) => metric.stddevOverTime(windowMs),
  (metric, windowMs) => metric.quantileOverTime(windowMs, 0.75),
  (metric, windowMs) => metric.changes(windowMs),
  (metric, windowMs) => metric.resets(windowMs),
  (metric, windowMs) => metric.deriv(windowMs),
  (metric, windowMs) => metric.irate(windowMs),
];
/** Those that give histograms of histograms. */
const HISTOGRAM_WINDOWS = 7;

/** A question about any of the metrics of `randomReadOuts`, within a span. */
export function randomQuestion(
  random: RandomNumber,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): HistoryQuery {
  const metric = METRICS[random(METRICS.length)] ?? 'depth';
  const isHistogram = metric === 'classic_seconds' || metric === 'native_seconds';
  const windows = isHistogram ? HISTOGRAM_WINDOWS : WINDOWS.length;
  const windowOf = WINDOWS[random(windows)] ?? ((each: MetricQuery) => each);
  const windowMs = [TICK_MS, 3 * TICK_MS, 12 * TICK_MS, 40 * TICK_MS][random(4)] ?? TICK_MS;
  const chosen = query(metric).where(random(3) === 0 ? { queue: ['mail', ''] } : {});
  const series = windowOf(chosen, windowMs).offset(random(4) === 0 ? TICK_MS / 2 : 0);
  const grouped = random(3) === 0 ? series.sumBy('queue') : series;
  const asked = isHistogram ? numberOf(grouped, random) : grouped;
  const fromMs = startMs + random(endMs - startMs);
  const steps = random(3) === 0 ? 0 : random(20);
  const stepMs = [1000, TICK_MS, 2.5 * TICK_MS][random(3)] ?? TICK_MS;
  const semantics = random(2) === 0 ? QuerySemantics.EXACT : QuerySemantics.PROMETHEUS;
  return { expression: asked.expression, startMs: fromMs, endMs: fromMs + steps * stepMs, stepMs, semantics };
}

function numberOf(of: Query, random: RandomNumber): Query {
  const questions = [of.quantile(0.9), of.count(), of.total(), of.average(), of.fractionAbove(1)];
  return questions[random(questions.length)] ?? of.count();
}
