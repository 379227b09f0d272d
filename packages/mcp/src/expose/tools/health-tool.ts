import { z } from 'zod/v4';
import { healthSummary, readHealth } from '../reading/read-health.ts';
import type { MetricSources } from '../sources.ts';
import type { MetricTool } from './metric-tool.ts';

/** Arguments of the tool `health`. */
export interface HealthInput {
  /** Whether to list the checks. */
  readonly include_details: boolean;
}

const inputSchema: z.ZodType<HealthInput> = z.object({ include_details: z.boolean().default(true) });
const outputSchema = z.object({
  status: z.string(),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      duration_ms: z.number(),
      message: z.string().optional(),
      checked_at: z.string(),
    }),
  ),
});

/** The tool `health`. */
export function healthTool({ health }: MetricSources): MetricTool<HealthInput> {
  return {
    name: 'health',
    description: 'Health of this server and what it depends on.',
    inputSchema,
    outputSchema,
    async run({ include_details: includesDetails }) {
      const reading = await readHealth(health);
      const data = { status: reading.status, checks: includesDetails ? reading.checks : [] };
      return { data, summary: healthSummary(reading) };
    },
  };
}
