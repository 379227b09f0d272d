import type { Clock } from '../interfaces/clock.ts';
import type { RecordProblems } from '../storage/record-problems.ts';

/** What a metric gets from the collector it lives in. */
export interface MetricContext {
  readonly clock: Clock;
  readonly allowCodeGeneration: boolean;
  /** Labels that all metrics of the collector share. */
  readonly defaultLabels: Readonly<Record<string, string>>;
  /** Where problems of one metric are reported. */
  problemsOf(metric: string): RecordProblems;
}
