import type { ExemplarLabels } from '../interfaces/label-set.ts';
import type { Exemplar } from '../interfaces/metric-family.ts';
import type { RecordProblems } from '../labels/record-problems.ts';

/** OpenMetrics 1.0: names and values of an exemplar together hold at most this many code points. */
const MOST_CODE_POINTS = 128;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Options of an {@link ExemplarStore}. */
export interface ExemplarStoreOptions {
  /** Columns of a row that can have one. */
  readonly columns: number;
  readonly now: () => number;
  /** Asked when a record brings no exemplar of its own. */
  readonly source: (() => ExemplarLabels | undefined) | undefined;
  readonly problems: RecordProblems;
}

/** The latest exemplar of each number of a metric. */
export class ExemplarStore {
  readonly #options: ExemplarStoreOptions;
  /** By row times columns plus column. */
  readonly #latest = new Map<number, Exemplar>();

  constructor(options: ExemplarStoreOptions) {
    this.#options = options;
  }

  /** Whether every record has to be noted, since a source may have an exemplar for it. */
  get asksSource(): boolean {
    return this.#options.source !== undefined;
  }

  /**
   * Keeps an exemplar for a number.
   *
   * @param labels - Copied; `undefined` asks the source.
   */
  note(row: number, column: number, value: number, labels: ExemplarLabels | undefined): void {
    const { columns, now } = this.#options;
    const given = labels ?? this.#fromSource();
    if (given === undefined) return;
    const copy = this.#checked(given);
    if (copy === undefined) return;
    this.#latest.set(row * columns + column, { row, column, value, timestampMs: now(), labels: copy });
  }

  /** Forgets the exemplars of a row. */
  clear(row: number): void {
    const { columns } = this.#options;
    for (let column = 0; column < columns && this.#latest.size > 0; column++)
      this.#latest.delete(row * columns + column);
  }

  /** Exemplars of consecutive rows, by row and column, with rows counted from the first. */
  read(firstRow: number, rowCount: number): readonly Exemplar[] {
    if (this.#latest.size === 0) return NONE;
    const { columns } = this.#options;
    const first = firstRow * columns;
    const end = (firstRow + rowCount) * columns;
    const keys = [...this.#latest.keys()].filter((key) => key >= first && key < end).toSorted((a, b) => a - b);
    return keys.flatMap((key) => {
      const exemplar = this.#latest.get(key);
      return exemplar === undefined ? [] : [{ ...exemplar, row: exemplar.row - firstRow }];
    });
  }

  #fromSource(): ExemplarLabels | undefined {
    try {
      return this.#options.source?.();
    } catch {
      // The source is the application's; recording goes on without an exemplar.
      return undefined;
    }
  }

  #checked(labels: ExemplarLabels): ExemplarLabels | undefined {
    const copy: Record<string, string> = {};
    let codePoints = 0;
    for (const [name, value] of Object.entries<unknown>(labels)) {
      const text = String(value);
      if (!LABEL_NAME.test(name)) return this.#refuse(`${JSON.stringify(name)} is not a label name`);
      copy[name] = text;
      codePoints += codePointCount(name) + codePointCount(text);
    }
    if (codePoints <= MOST_CODE_POINTS) return copy;
    return this.#refuse(`its labels have ${codePoints} code points, more than ${MOST_CODE_POINTS}`);
  }

  #refuse(what: string): undefined {
    this.#options.problems.adjust('invalid_exemplar', () => `an exemplar was left out, since ${what}`);
    return undefined;
  }
}

function codePointCount(text: string): number {
  return text.length - (text.match(SURROGATE_PAIRS)?.length ?? 0);
}

const SURROGATE_PAIRS = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

const NONE: readonly Exemplar[] = [];
