import type { HistoryAnswer, HistorySource, QueryExpression } from '@bduf/metrics-core/interfaces';
import type { Query } from '@bduf/metrics-core/primitives';
import type { Figure } from './dashboard-data.ts';

/** Questions that are asked together, at one moment, and looked up afterwards. */
export class QueryBatch {
  readonly #questions: QueryExpression[] = [];
  readonly #places = new Map<Query, number>();
  #answers: readonly HistoryAnswer[] = [];

  /** Adds a question; it is its own key. */
  add<Question extends Query>(question: Question): Question {
    this.#places.set(question, this.#questions.length);
    this.#questions.push(question.expression);
    return question;
  }

  /** Asks everything. */
  async read(history: HistorySource, atMs: number): Promise<void> {
    this.#answers = await history.read(
      this.#questions.map((expression) => ({ expression, startMs: atMs, endMs: atMs, stepMs: 0 })),
    );
  }

  /** The least coverage of all answers; 0 without any. */
  get coverage(): number {
    return this.#answers.length === 0 ? 0 : Math.min(...this.#answers.map(({ coverage }) => coverage));
  }

  /** The value of the only series of an answer. */
  figure(question: Query, unit: Figure['unit'], windowSeconds: number | null): Figure {
    return {
      value: known(this.#answers[this.#places.get(question) ?? -1]?.series[0]?.values.at(-1)),
      unit,
      windowSeconds,
    };
  }

  /** Values of an answer by a label. */
  byLabel(question: Query, label: string): Map<string, number | null> {
    const series = this.#answers[this.#places.get(question) ?? -1]?.series ?? [];
    return new Map(series.map(({ labels, values }) => [labels[label] ?? '', known(values.at(-1))]));
  }
}

function known(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
