import type { Clock } from '../interfaces/clock.ts';
import type { ExemplarLabels } from '../interfaces/label-set.ts';
import type { RecordProblems } from '../labels/record-problems.ts';

/** What a metric gets from the collector it lives in. */
export interface MetricContext {
  readonly clock: Clock;
  readonly allowCodeGeneration: boolean;
  /** Labels that all metrics of the collector share. */
  readonly defaultLabels: Readonly<Record<string, string>>;
  /** Asked for exemplars by metrics that want them. */
  readonly exemplarSource: (() => ExemplarLabels | undefined) | undefined;
  /** Where problems of one metric are reported. */
  problemsOf(metric: string): RecordProblems;
}
