import {
  BusinessMetricDefinitions,
  type Counter,
  type Histogram,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import { errorType } from '../errors/error-type.ts';
import { LabelBudget } from '../labels/label-budget.ts';

const TOO_MANY_REQUESTS = 429;
const MAX_OPERATIONS = 100;
const MAX_ERROR_TYPES = 100;

/** How a call ended: with a status, or with an error. */
export type ApiOutcome = { readonly statusCode: number } | { readonly error: unknown };

/** Records calls of external services. */
export class ExternalApiMetrics {
  readonly #duration: Histogram<{ readonly service: string; readonly operation: string }>;
  readonly #errors: Counter<{ readonly service: string; readonly error_type: string }>;
  readonly #rateLimitHits: Counter<{ readonly service: string }>;
  readonly #operations = new LabelBudget(MAX_OPERATIONS);
  readonly #errorTypes = new LabelBudget(MAX_ERROR_TYPES);

  /** @param collector - Where the metrics are defined. */
  constructor(collector: Registerer) {
    this.#duration = collector.histogram(BusinessMetricDefinitions.EXTERNAL_API_DURATION);
    this.#errors = collector.counter(BusinessMetricDefinitions.EXTERNAL_API_ERRORS_TOTAL);
    this.#rateLimitHits = collector.counter(BusinessMetricDefinitions.API_RATE_LIMIT_HITS);
  }

  /** Records a call that is over. A status from 400 on is an error, 429 also a hit of the rate limit. */
  record(service: string, operation: string, seconds: number, outcome: ApiOutcome): void {
    this.#duration.observe({ service, operation: this.#operations.admit(operation) }, seconds);
    const type = 'error' in outcome ? errorType(outcome.error) : String(outcome.statusCode);
    if ('error' in outcome || outcome.statusCode >= 400) {
      this.#errors.inc({ service, error_type: this.#errorTypes.admit(type) });
    }
    if ('statusCode' in outcome && outcome.statusCode === TOO_MANY_REQUESTS) this.#rateLimitHits.inc({ service });
  }
}
