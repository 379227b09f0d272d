import { ApplicationMetricDefinitions, type Counter, type Registerer } from '@bduf/metrics-core/interfaces';
import { LabelBudget } from '../labels/label-budget.ts';
import { errorType } from './error-type.ts';

/** Classes and codes that get series of their own; both are chosen by code, some of it other people's. */
const MAX_TYPES = 100;
const MAX_COMPONENTS = 50;
const DEFAULT_COMPONENT = 'application';

/** What is said about an error. */
export interface ErrorDetails {
  /** Part of the application in which it happened. Default `application`. */
  readonly component?: string;
  /** Whether somebody must look at it. Default false. */
  readonly critical?: boolean;
}

const recorderOf = new WeakMap<Registerer, ErrorRecorder>();

/**
 * Counts the errors of a collector. An error is an object: one that passes through several hands, such as a query, the
 * route that made it and the application's own handler, counts once, where it was seen first.
 */
export class ErrorRecorder {
  readonly #errors: Counter<{ readonly error_type: string; readonly component: string }>;
  readonly #critical: Counter<{ readonly component: string }>;
  readonly #types = new LabelBudget(MAX_TYPES);
  readonly #components = new LabelBudget(MAX_COMPONENTS);
  readonly #counted = new WeakSet();
  readonly #countedCritical = new WeakSet();

  private constructor(collector: Registerer) {
    this.#errors = collector.counter(ApplicationMetricDefinitions.ERROR_COUNT_BY_TYPE);
    this.#critical = collector.counter(ApplicationMetricDefinitions.CRITICAL_ERRORS_TOTAL);
  }

  /** That of a collector, shared by all that count its errors. */
  static of(collector: Registerer): ErrorRecorder {
    const known = recorderOf.get(collector) ?? new ErrorRecorder(collector);
    recorderOf.set(collector, known);
    return known;
  }

  /**
   * Counts an error, unless it is an object that was counted before.
   *
   * @param error - Whatever was thrown.
   */
  record(error: unknown, { component = DEFAULT_COMPONENT, critical = false }: ErrorDetails = {}): void {
    if (isFirst(this.#counted, error)) this.count(errorType(error), component);
    if (critical && isFirst(this.#countedCritical, error)) {
      this.#critical.inc({ component: this.#components.admit(component) });
    }
  }

  /** Counts an error of which only the kind is known. */
  count(type: string, component: string): void {
    this.#errors.inc({ error_type: this.#types.admit(type), component: this.#components.admit(component) });
  }
}

/** Whether a value is seen for the first time; what has no identity always is. */
function isFirst(seen: WeakSet<object>, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  return true;
}
