import type {
  Clock,
  FamilyType,
  HistoryAnswer,
  HistoryQuery,
  HistorySource,
  MetricFamily,
} from '@bduf/metrics-core/interfaces';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { evaluateQueries } from '@bduf/metrics-core/primitives';
import { RowLabels } from '../evaluation/present-values.ts';
import type { EvaluationMoment, RuleInput, RuleState } from '../evaluation/rule-state.ts';
import type { AlertedMetrics } from './alert-manager-options.ts';
import { RecentMemories } from './recent-memories.ts';

/** Rules that are evaluated between two looks at the clock. */
const BATCH = 16;
/** After so long, others may run: less than the 5 ms that an evaluation may hold them up, since a batch is not cut. */
const SLICE_MS = 3;

/** What an evaluator works with. */
export interface EvaluatorParts {
  readonly metrics: Pick<AlertedMetrics, 'getMetric' | 'gather'>;
  readonly history: HistorySource | undefined;
  readonly maxHistoryBytes: number;
  readonly clock: Clock;
}

/** When rules are evaluated, and whether the absence of data may change anything. */
export type EvaluatorMoment = Pick<EvaluationMoment, 'atMs' | 'mayLose'>;

/** Some rules with the answers to their questions, in one row; without answers, rules that do with the read-out. */
interface AnsweredBatch {
  readonly states: readonly RuleState[];
  readonly answers: readonly HistoryAnswer[] | undefined;
}

/** Answers the questions of rules and moves their alerts on. All rules of a run see the same read-out. */
export class RuleEvaluator {
  readonly #parts: EvaluatorParts;
  readonly #types = new Map<string, FamilyType>();
  readonly #memories: RecentMemories;
  readonly #rowLabels = new RowLabels();
  /** The last read-out. */
  #families: ReadonlyMap<string, MetricFamily> = new Map();

  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
    this.#memories = new RecentMemories(parts.maxHistoryBytes);
  }

  /** Type of a metric: as defined here, or as last read. */
  typeOf(metric: string): FamilyType | undefined {
    return this.#parts.metrics.getMetric(metric)?.type ?? this.#types.get(metric);
  }

  /** Reads the metrics of all rules, which is what is remembered where no history is there to ask. */
  async read(states: readonly RuleState[], atMs: number): Promise<void> {
    if (this.#parts.history !== undefined) return;
    const names = new Set(states.flatMap(({ metrics }) => metrics));
    const families = names.size === 0 ? [] : await this.#parts.metrics.gather({ names });
    for (const { name, type } of families) this.#types.set(name, type);
    this.#families = new Map(families.map((family) => [family.name, family]));
    const mindful = states.filter(({ present }) => present === undefined);
    this.#memories.append(mindful, families, atMs);
  }

  /** Whether the condition of a rule holds for any series; its alerts stay as they are. Rejects when it cannot be evaluated. */
  async isBreached(state: RuleState, atMs: number): Promise<boolean> {
    const { history } = this.#parts;
    const input = history === undefined ? this.#present(state) : undefined;
    if (input !== undefined) return state.isBreached(input, atMs);
    const questions = state.questions(atMs);
    const answers = history === undefined ? this.#remembered(state, questions) : await history.read(questions);
    return state.isBreached({ answers }, atMs);
  }

  /** Evaluates rules, in slices between which others run. A rule that fails says so in its health. */
  async evaluate(states: readonly RuleState[], moment: EvaluatorMoment): Promise<void> {
    const { clock } = this.#parts;
    let beganMs = clock.monotonicMs();
    for await (const batch of this.#batches(states, moment.atMs)) {
      this.#settle(batch, moment);
      if (clock.monotonicMs() - beganMs < SLICE_MS) continue;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      beganMs = clock.monotonicMs();
    }
  }

  /** Rules with their answers. One whose questions cannot be answered fails and is left out. */
  #batches(states: readonly RuleState[], atMs: number): Iterable<AnsweredBatch> | AsyncIterable<AnsweredBatch> {
    const { history } = this.#parts;
    return history === undefined ? this.#rememberedBatches(states, atMs) : askedBatches(history, states, atMs);
  }

  *#rememberedBatches(states: readonly RuleState[], atMs: number): Iterable<AnsweredBatch> {
    const simple = states.filter(({ present }) => present !== undefined);
    for (let start = 0; start < simple.length; start += BATCH) {
      yield { states: simple.slice(start, start + BATCH), answers: undefined };
    }
    const mindful = states.filter(({ present }) => present === undefined);
    for (const together of this.#memories.group(mindful)) {
      for (let start = 0; start < together.length; start += BATCH) {
        yield* this.#rememberedBatch(together.slice(start, start + BATCH), atMs);
      }
    }
  }

  *#rememberedBatch(states: readonly RuleState[], atMs: number): Iterable<AnsweredBatch> {
    const [first] = states;
    if (first === undefined) return;
    try {
      const questions = states.flatMap((state) => state.questions(atMs));
      yield { states, answers: this.#remembered(first, questions) };
    } catch (error) {
      if (states.length === 1) first.fail(error, atMs);
      else for (const state of states) yield* this.#rememberedBatch([state], atMs);
    }
  }

  #remembered(state: RuleState, questions: readonly HistoryQuery[]): readonly HistoryAnswer[] {
    return evaluateQueries(questions, this.#memories.of(state));
  }

  #settle({ states, answers }: AnsweredBatch, moment: EvaluatorMoment): void {
    const { clock } = this.#parts;
    let next = 0;
    for (const state of states) {
      const count = state.questionCount;
      const beganMs = clock.monotonicMs();
      try {
        const absenceIsRemoval = this.#absenceIsRemoval(state.rule.metric);
        const input = answers === undefined ? this.#present(state) : { answers: answers.slice(next, next + count) };
        if (input !== undefined) state.evaluate(input, { ...moment, absenceIsRemoval });
      } catch (error) {
        state.fail(error, moment.atMs);
      }
      state.lastDurationMs = clock.monotonicMs() - beganMs;
      next += count;
    }
  }

  #present({ present }: RuleState): RuleInput | undefined {
    return present && { family: this.#families.get(present.metric), rowLabels: this.#rowLabels };
  }

  /** What a callback does not report may be back the next time; what was recorded stays until it is removed. */
  #absenceIsRemoval(metric: string): boolean {
    const { history, metrics } = this.#parts;
    if (history !== undefined && !('readSync' in history)) return false;
    const definition = metrics.getMetric(metric)?.definition;
    if (definition === undefined) return !this.#types.has(metric);
    return !('collect' in definition && typeof definition.collect === 'function');
  }
}

/**
 * One request for all, since a history may be a server; cut into batches afterwards.
 *
 * @yields Rules with their answers.
 */
async function* askedBatches(
  history: HistorySource,
  states: readonly RuleState[],
  atMs: number,
): AsyncIterable<AnsweredBatch> {
  if (states.length === 0) return;
  let answers: readonly HistoryAnswer[];
  try {
    const questions = states.flatMap((state) => state.questions(atMs));
    answers = questions.length === 0 ? [] : await history.read(questions);
  } catch (error) {
    // Of a history that cannot be reached, nobody gets an answer. A malformed question is the fault of one rule.
    const isFaultOfOne = MetricsError.isInstance(error) && error.code === MetricsErrorCode.ARGUMENT_INVALID;
    if (isFaultOfOne && states.length > 1) for (const state of states) yield* askedBatches(history, [state], atMs);
    else for (const state of states) state.fail(error, atMs);
    return;
  }
  let next = 0;
  for (let start = 0; start < states.length; start += BATCH) {
    const batch = states.slice(start, start + BATCH);
    const count = batch.reduce((sum, state) => sum + state.questionCount, 0);
    yield { states: batch, answers: answers.slice(next, next + count) };
    next += count;
  }
}
