import { type HistoryAnswer, type HistoryQuery, QuerySemantics } from '../../interfaces/history-source.ts';
import type { QueryExpression, SelectExpression, WindowExpression } from '../../interfaces/query-expression.ts';
import type { SampleReader } from '../../interfaces/sampled-series.ts';
import { checkExpression } from '../query/check-expression.ts';
import { aggregateHistograms } from './aggregate-histograms.ts';
import { AggregateMemory } from './aggregate-memory.ts';
import { answerOf } from './answer-of.ts';
import { combineNumbers } from './combine-numbers.ts';
import { type EvaluationTimes, evaluationTimes } from './evaluation-times.ts';
import type { HistogramRow } from './histogram-row.ts';
import { numbersOfHistograms } from './histogram-numbers.ts';
import { NumberTable } from './number-table.ts';
import { SelectionPlan } from './selection-plan.ts';
import type { LeafDemand, SeriesLeaf } from './series-leaf.ts';

const DEFAULT_LOOKBACK_MS = 300_000;

/** Options of {@link evaluateQueries}. */
export interface EvaluateOptions {
  /**
   * How long a value stays valid after its sample, in milliseconds. Default: 5 minutes, as in Prometheus; twice the distance of
   * samples where a downsampled tier keeps fewer.
   */
  readonly lookbackMs?: number;
}

/**
 * Answers questions from samples, in order. The samples of a selector are read once for the whole batch.
 *
 * With `semantics: 'exact'`, a value holds until the next sample, increases are what was really counted between two moments, a
 * series counts from 0 at its birth, and nothing is extrapolated. With `semantics: 'prometheus'` the answers are those of
 * Prometheus 3 from the same samples.
 *
 * Costs one pass over the samples that are read, and one over each window at each evaluation time.
 *
 * @param batch - Questions.
 * @param reader - Has the samples. It is asked while this function runs, never afterwards.
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a malformed question.
 */
export function evaluateQueries(
  batch: readonly HistoryQuery[],
  reader: SampleReader,
  options: EvaluateOptions = {},
): HistoryAnswer[] {
  const { lookbackMs = DEFAULT_LOOKBACK_MS } = options;
  const plan = new SelectionPlan();
  const shared = { plan, aggregates: new AggregateMemory(), lookbackMs };
  const evaluations = batch.map((question) => new Evaluation(question, shared));
  plan.read(reader);
  return evaluations.map((evaluation) => evaluation.answer(reader));
}

/** What the questions of a batch have in common. */
interface SharedParts {
  readonly plan: SelectionPlan;
  readonly aggregates: AggregateMemory;
  readonly lookbackMs: number;
}

/** One question on its way: what it needs is planned when it is made, and put together when the samples were read. */
class Evaluation {
  readonly #times: EvaluationTimes;
  readonly #semantics: QuerySemantics;
  readonly #lookbackMs: number;
  readonly #plan: SelectionPlan;
  readonly #aggregates: AggregateMemory;
  readonly #leaves: SeriesLeaf[] = [];
  readonly #result: () => NumberTable;

  constructor(question: HistoryQuery, shared: SharedParts) {
    checkExpression(question.expression);
    this.#times = evaluationTimes(question);
    this.#semantics = question.semantics ?? QuerySemantics.EXACT;
    this.#lookbackMs = shared.lookbackMs;
    this.#plan = shared.plan;
    this.#aggregates = shared.aggregates;
    this.#result = this.#numbers(question.expression);
  }

  answer(reader: SampleReader): HistoryAnswer {
    const known = this.#leaves.map((leaf) => leaf.knowledge(reader));
    return answerOf(this.#result(), this.#times, known);
  }

  #numbers(expression: QueryExpression): () => NumberTable {
    const times = this.#times.count;
    switch (expression.kind) {
      case 'number':
        return () => constant(expression.value, times);
      case 'select':
      case 'window': {
        const leaf = this.#plan.numbers(this.#demand(expression));
        this.#leaves.push(leaf);
        return () => leaf.table;
      }
      case 'histogram': {
        const of = this.#histograms(expression.of);
        return () => numbersOfHistograms(of(), expression, times);
      }
      case 'aggregate': {
        const of = this.#numbers(expression.of);
        return () => this.#aggregates.of(of(), expression);
      }
      case 'binary':
      default: {
        const left = this.#numbers(expression.left);
        const right = this.#numbers(expression.right);
        return () => combineNumbers(left(), right(), expression);
      }
    }
  }

  /** `checkExpression` has made sure that these are all kinds that give histograms. */
  #histograms(expression: QueryExpression): () => readonly HistogramRow[] {
    if (expression.kind === 'aggregate') {
      const of = this.#histograms(expression.of);
      return () => aggregateHistograms(of(), expression, this.#times.count);
    }
    if (expression.kind !== 'select' && expression.kind !== 'window') return () => [];
    const leaf = this.#plan.histograms(this.#demand(expression));
    this.#leaves.push(leaf);
    return () => leaf.rows;
  }

  #demand(expression: SelectExpression | WindowExpression): LeafDemand {
    return { expression, times: this.#times, semantics: this.#semantics, lookbackMs: this.#lookbackMs };
  }
}

function constant(value: number, times: number): NumberTable {
  const table = new NumberTable(times, true);
  table.addRow({}, 1);
  for (let time = 0; time < times; time++) table.set(time, value);
  return table;
}
