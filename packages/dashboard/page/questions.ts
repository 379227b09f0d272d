import type {
  AggregateOperator,
  HistogramFunction,
  LabelMatcher,
  QueryExpression,
  SeriesSelector,
  WindowFunction,
} from '@bduf/metrics-core/interfaces';

/**
 * A question as a tree that grows step by step. The page only makes trees; checking and printing them is the server's, so that
 * none of it has to be downloaded.
 */
export class Question {
  readonly expression: QueryExpression;

  constructor(expression: QueryExpression) {
    this.expression = expression;
  }

  quantile(parameter: number): Question {
    return this.#histogram('quantile', parameter);
  }

  average(): Question {
    return this.#histogram('avg');
  }

  count(): Question {
    return this.#histogram('count');
  }

  total(): Question {
    return this.#histogram('sum');
  }

  buckets(): Question {
    return this.#histogram('buckets');
  }

  sum(...by: readonly string[]): Question {
    return this.#aggregate('sum', by);
  }

  max(...by: readonly string[]): Question {
    return this.#aggregate('max', by);
  }

  top(k: number): Question {
    return this.#aggregate('topk', [], k);
  }

  times(value: number): Question {
    return new Question({ kind: 'binary', op: '*', left: this.expression, right: { kind: 'number', value } });
  }

  /** Share of another; 0 where only the other exists. */
  of(other: Question): Question {
    return new Question({ kind: 'binary', op: '/', left: this.expression, right: other.expression, missingLeft: 0 });
  }

  #histogram(fn: HistogramFunction, parameter?: number): Question {
    return new Question({ kind: 'histogram', fn, of: this.expression, ...(parameter !== undefined && { parameter }) });
  }

  #aggregate(op: AggregateOperator, by: readonly string[], parameter?: number): Question {
    return new Question({
      kind: 'aggregate',
      op,
      of: this.expression,
      ...(by.length > 0 && { by }),
      ...(parameter !== undefined && { parameter }),
    });
  }
}

/** The series of a metric; as it stands, their last values. */
export class Series extends Question {
  readonly #selector: SeriesSelector;

  constructor(selector: SeriesSelector) {
    super({ kind: 'select', selector });
    this.#selector = selector;
  }

  /** Only those that match. */
  where(...matchers: readonly LabelMatcher[]): Series {
    return new Series({ metric: this.#selector.metric, matchers: [...(this.#selector.matchers ?? []), ...matchers] });
  }

  over(fn: WindowFunction, windowMs: number): Question {
    return new Question({ kind: 'window', fn, selector: this.#selector, windowMs });
  }

  rate(windowMs: number): Question {
    return this.over('rate', windowMs);
  }

  increase(windowMs: number): Question {
    return this.over('increase', windowMs);
  }
}

/** Begins a question about a metric. */
export function query(metric: string): Series {
  return new Series({ metric });
}

/** A label that has a value. */
export function is(name: string, value: string): LabelMatcher {
  return { name, op: '=', value };
}

/** A label that a regular expression matches from end to end. */
export function like(name: string, value: string): LabelMatcher {
  return { name, op: '=~', value };
}
