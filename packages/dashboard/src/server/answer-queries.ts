import type { HistoryAnswer, HistoryQuery, HistorySource } from '@bduf/metrics-core/interfaces';
import { toPromQl } from '@bduf/metrics-core/primitives';
import type { LabelRedactor } from './label-redactor.ts';

/** An answer as JSON: columns of times and values, `null` for a value that is no number. */
export interface JsonAnswer {
  /** The question in PromQL, or a comment that says why there is none. */
  readonly promQl: string;
  /** Share of the asked span that was observed. */
  readonly coverage: number;
  /** Why less than all. */
  readonly reason?: string;
  /** Series with at least one point. */
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly t: readonly number[];
    readonly v: readonly (number | null)[];
  }[];
}

const CACHED_BATCHES = 64;

/**
 * Asks a history once for what many browsers want to know: the page asks on a grid, so the same minute is the same question.
 */
export class QueryAnswers {
  readonly #history: HistorySource;
  readonly #redactor: LabelRedactor;
  readonly #texts = new Map<string, Promise<string>>();

  constructor(history: HistorySource, redactor: LabelRedactor) {
    this.#history = history;
    this.#redactor = redactor;
  }

  /** Answers as JSON text. A span that ended before `nowMs` is kept, so that the next browser has it at no cost. */
  async answer(queries: readonly HistoryQuery[], nowMs: number): Promise<string> {
    const isSettled = queries.every((query) => query.endMs < nowMs);
    const key = JSON.stringify(queries);
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = this.#read(queries);
    this.#texts.set(key, text);
    if (this.#texts.size > CACHED_BATCHES) this.#texts.delete(this.#texts.keys().next().value ?? key);
    try {
      const settled = await text;
      // Only a full answer stays: what was not tracked a moment ago may be by now.
      if (!isSettled || settled.includes('"reason"')) this.#texts.delete(key);
      return settled;
    } catch (error) {
      this.#texts.delete(key);
      throw error;
    }
  }

  async #read(queries: readonly HistoryQuery[]): Promise<string> {
    const answers = await this.#history.read(queries);
    return JSON.stringify({ answers: answers.map((answer, at) => this.#toJson(answer, queries[at])) });
  }

  #toJson(answer: HistoryAnswer, query: HistoryQuery | undefined): JsonAnswer {
    return {
      promQl: query === undefined ? '' : promQlOf(query),
      coverage: answer.coverage,
      ...(answer.reason === undefined ? {} : { reason: answer.reason }),
      series: answer.series.map((series) => ({
        labels: this.#redactor.labels(series.labels),
        t: [...series.timestampsMs],
        v: Array.from(series.values, (value) => (Number.isFinite(value) ? value : null)),
      })),
    };
  }
}

function promQlOf({ expression }: HistoryQuery): string {
  try {
    return toPromQl(expression);
  } catch (error) {
    return `# ${error instanceof Error ? error.message : String(error)}`;
  }
}
