import type { Clock } from '@bduf/metrics-core/interfaces';
import { durationMs } from '@bduf/metrics-core/primitives';
import { z } from 'zod/v4';
import {
  type MetricAnswer,
  type MetricQuestion,
  QUERY_FUNCTIONS,
  type QueryFunction,
} from '../query/metric-question.ts';
import { queryMetric } from '../query/query-metric.ts';
import type { MetricSources } from '../sources.ts';
import type { MetricTool } from './metric-tool.ts';

const MOST_SERIES = 50;
const DEFAULT_SERIES = 20;
const MOST_GROUP_LABELS = 4;
const DURATION = /^[1-9]\d{0,5}[smhd]$/;

const duration = z.string().regex(DURATION);
/** Arguments of the tool `query_metric`. */
export interface QueryMetricInput {
  /** Metric by its exact name. */
  readonly metric: string;
  /** What to compute. */
  readonly fn: QueryFunction;
  /** Labels that series must have. */
  readonly filter: Readonly<Record<string, string>>;
  /** Labels to group by. */
  readonly group_by?: readonly string[] | undefined;
  /** Window of functions of the past, such as `5m`. */
  readonly window: string;
  /** Distance of points, such as `30s`. */
  readonly step?: string | undefined;
  /** Most series to answer with. */
  readonly limit: number;
}

const inputSchema: z.ZodType<QueryMetricInput> = z.object({
  metric: z.string().describe('Exact name'),
  fn: z.enum(QUERY_FUNCTIONS).default('latest').describe('ratio: share of the total that filter selects'),
  filter: z.record(z.string(), z.string()).default({}).describe('Labels that must match'),
  group_by: z.array(z.string()).max(MOST_GROUP_LABELS).optional().describe('[]: one value; absent: one a series'),
  window: duration.default('5m'),
  step: duration.optional().describe('Points over each step of window'),
  limit: z.int().min(1).max(MOST_SERIES).default(DEFAULT_SERIES),
});
const outputSchema = z.object({
  series: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      value: z.number().nullable(),
      points: z.array(z.array(z.number().nullable())).optional(),
    }),
  ),
  unit: z.string(),
  window: z.string(),
  truncated: z.boolean(),
  coverage: z.number().optional(),
  reason: z.string().optional(),
});

/** The tool `query_metric`. */
export function queryMetricTool(sources: MetricSources, clock: Clock): MetricTool<QueryMetricInput> {
  return {
    name: 'query_metric',
    description: 'Values of a metric, largest first; of histograms latest and sum are numbers of observations.',
    inputSchema,
    outputSchema,
    async run(input) {
      const question = questionOf(input);
      const answer = await queryMetric(sources, question, clock.now());
      return { data: { ...answer }, summary: summaryOf(question, answer) };
    },
  };
}

function questionOf(input: QueryMetricInput): MetricQuestion {
  const { metric, fn, filter, group_by: groupBy, window, step, limit } = input;
  const stepSeconds = step === undefined ? undefined : secondsOf(step);
  return { metric, fn, filter, groupBy, windowSeconds: secondsOf(window), stepSeconds, limit };
}

function secondsOf(text: string): number {
  return durationMs(text) / 1000;
}

function summaryOf(
  { metric, fn }: MetricQuestion,
  { series, unit, window, truncated, ...known }: MetricAnswer,
): string {
  const doubt = doubtOf(known);
  if (series.length === 0) return `${fn} of ${metric}: no series matches${doubt}.`;
  const values = series.slice(0, 3).map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([name, text]) => `${name}=${text}`);
    return `${pairs.length > 0 ? `${pairs.join(',')} ` : ''}${value ?? 'no data'}`;
  });
  const rest = series.length - values.length;
  const more = `${rest > 0 ? `; and ${rest} more` : ''}${unit === '' ? '' : ` ${unit}`}`;
  return `${fn} of ${metric} (${window}): ${values.join('; ')}${more}${truncated ? ' (truncated)' : ''}${doubt}`;
}

function doubtOf({ coverage, reason }: Pick<MetricAnswer, 'coverage' | 'reason'>): string {
  if (coverage === undefined) return '';
  const percent = Math.floor(coverage * 100);
  return ` (only ${percent} % of the window was observed${reason === undefined ? '' : `: ${reason}`})`;
}
