import { type MetricFamily, MetricType } from '@bduf/metrics-core/interfaces';
import { seriesOf } from '@bduf/metrics-core/primitives';
import { z } from 'zod/v4';
import { searchFamilies } from '../query/metric-names.ts';
import { labelNamesOf } from '../query/series-groups.ts';
import type { MetricSources } from '../sources.ts';
import type { MetricTool } from './metric-tool.ts';

const MOST_METRICS = 200;
const DEFAULT_METRICS = 50;

/** Arguments of the tool `search_metrics`. */
export interface SearchMetricsInput {
  /** Words to look for, or undefined for all metrics. */
  readonly query?: string | undefined;
  /** Type of metric, or undefined for all. */
  readonly type?: MetricType | undefined;
  /** Most metrics to answer with. */
  readonly limit: number;
}

const inputSchema: z.ZodType<SearchMetricsInput> = z.object({
  query: z.string().optional().describe('Words of name or description'),
  type: z.enum(Object.values(MetricType)).optional(),
  limit: z.int().min(1).max(MOST_METRICS).default(DEFAULT_METRICS),
});
const outputSchema = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      unit: z.string().optional(),
      help: z.string(),
      labels: z.array(z.string()),
      series: z.int(),
    }),
  ),
  truncated: z.boolean(),
});

/** The tool `search_metrics`. */
export function searchMetricsTool({ gatherer }: MetricSources): MetricTool<SearchMetricsInput> {
  return {
    name: 'search_metrics',
    description: 'Finds metrics, best match first.',
    inputSchema,
    outputSchema,
    async run({ query, type, limit }) {
      const all = await gatherer.gather();
      const found = searchFamilies(all, query ?? '').filter((family) => type === undefined || family.type === type);
      const metrics = found.slice(0, limit).map(metricReading);
      const truncated = found.length > limit;
      const names = metrics.slice(0, 5).map(({ name }) => name);
      const summary = `${found.length} of ${all.length} metrics${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
      return { data: { metrics, truncated }, summary: `${summary}${metrics.length > names.length ? ' …' : ''}` };
    },
  };
}

interface MetricReading {
  readonly name: string;
  readonly type: string;
  readonly unit?: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly series: number;
}

function metricReading(family: MetricFamily): MetricReading {
  const { name, type, unit, description } = family;
  const series = Array.from(seriesOf(family)).length;
  const reading = { name, type, help: description, labels: labelNamesOf(family), series };
  return unit === '' ? reading : { ...reading, unit };
}
