import type { HistoryQuery } from '../../interfaces/history-source.ts';
import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';

/** Most evaluation times of one question. */
const MAX_TIMES = 100_000;

/** The moments at which a question is answered. */
export interface EvaluationTimes {
  /** The first one, in milliseconds since the epoch. */
  readonly startMs: number;
  /** Distance from one to the next; 0 when there is one only. */
  readonly stepMs: number;
  /** How many. */
  readonly count: number;
  /** The last one. */
  readonly lastMs: number;
}

/**
 * The evaluation times of a question.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when it ends before it starts, has no step, or has too many of them.
 */
export function evaluationTimes({ startMs, endMs, stepMs }: HistoryQuery): EvaluationTimes {
  if (!(Number.isFinite(startMs) && Number.isFinite(endMs) && endMs >= startMs)) {
    throw invalid(`A question is asked from ${startMs} to ${endMs}`, 'Give milliseconds since the epoch, the end last');
  }
  if (startMs === endMs) return { startMs, stepMs: 0, count: 1, lastMs: startMs };
  if (!(Number.isFinite(stepMs) && stepMs > 0)) {
    throw invalid(`A question over a span has a step of ${stepMs} ms`, 'Give one above 0');
  }
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  if (count > MAX_TIMES) {
    throw invalid(`A question asks for ${count} moments`, `Ask for ${MAX_TIMES} at most, with a longer step`);
  }
  return { startMs, stepMs, count, lastMs: startMs + (count - 1) * stepMs };
}

function invalid(what: string, remedy: string): MetricsError {
  return new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `${what}. ${remedy}.`);
}
