import {
  ApplicationMetricDefinitions,
  type BoundCounter,
  type BoundObserver,
  type Counter,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import { ErrorRecorder } from '../errors/error-recorder.ts';
import { OperationLabel } from './operation-label.ts';
import { PerformanceMetricDefinitions } from './performance-metrics.ts';

/** Component under which errors of databases count. */
const COMPONENT = 'database';

/** The instruments of one operation. */
interface OperationInstruments {
  readonly ok: BoundCounter;
  readonly error: BoundCounter;
  readonly duration: BoundObserver;
  inFlight: number;
}

const metricsOf = new WeakMap<Registerer, DatabaseMetrics>();

/** The database metrics of a collector: whoever sees queries, wrappers or drivers, records them here. */
export class DatabaseMetrics {
  readonly #queries: Counter<{ readonly operation: string; readonly outcome: 'ok' | 'error' }>;
  readonly #duration: Histogram<{ readonly operation: string }>;
  readonly #errors: ErrorRecorder;
  readonly #labels = new OperationLabel();
  readonly #operations = new Map<string, OperationInstruments>();

  private constructor(collector: Registerer) {
    this.#queries = collector.counter(ApplicationMetricDefinitions.DATABASE_QUERIES_TOTAL);
    this.#duration = collector.histogram(ApplicationMetricDefinitions.DATABASE_QUERY_DURATION);
    this.#errors = ErrorRecorder.of(collector);
    collector.gauge({
      ...PerformanceMetricDefinitions.DATABASE_QUERIES_IN_FLIGHT,
      collect: ({ set }) => {
        for (const [operation, { inFlight }] of this.#operations) set({ operation }, inFlight);
      },
    });
  }

  /** Those of a collector. */
  static of(collector: Registerer): DatabaseMetrics {
    const known = metricsOf.get(collector) ?? new DatabaseMetrics(collector);
    metricsOf.set(collector, known);
    return known;
  }

  /**
   * A query begins.
   *
   * @param operation - A name, or a statement, of which only the verb is kept.
   */
  begin(operation: string): DatabaseQuery {
    return new DatabaseQuery(this.#operation(this.#labels.ofName(operation)), this.#errors);
  }

  /** A query begins, of which only the verb of the statement is kept. */
  beginStatement(statement: string): DatabaseQuery {
    return new DatabaseQuery(this.#operation(this.#labels.ofStatement(statement)), this.#errors);
  }

  #operation(operation: string): OperationInstruments {
    let known = this.#operations.get(operation);
    if (known === undefined) {
      known = {
        ok: this.#queries.labels({ operation, outcome: 'ok' }),
        error: this.#queries.labels({ operation, outcome: 'error' }),
        duration: this.#duration.labels({ operation }),
        inFlight: 0,
      };
      this.#operations.set(operation, known);
    }
    return known;
  }
}

/** A query that has begun. It must end once, by one of its methods. */
export class DatabaseQuery {
  readonly #operation: OperationInstruments;
  readonly #errors: ErrorRecorder;

  constructor(operation: OperationInstruments, errors: ErrorRecorder) {
    this.#operation = operation;
    this.#errors = errors;
    operation.inFlight += 1;
  }

  /** It gave a result. */
  succeed(seconds: number): void {
    this.#operation.inFlight -= 1;
    this.#operation.ok.inc();
    this.#operation.duration.observe(seconds);
  }

  /** It failed. */
  fail(seconds: number, error: unknown): void {
    this.#operation.inFlight -= 1;
    this.#operation.error.inc();
    this.#operation.duration.observe(seconds);
    this.#errors.record(error, { component: COMPONENT });
  }
}
