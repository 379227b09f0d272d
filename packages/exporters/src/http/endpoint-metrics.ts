import type { Counter, Histogram, Registerer } from '@bduf/metrics-core/interfaces';
import type { PageBudget } from '../pages/page-budget.ts';

/** Why an answer failed. */
export const ScrapeFailure = { ERROR: 'error', ABORTED: 'aborted', UNAUTHORIZED: 'unauthorized' } as const;
/** Why an answer failed. */
export type ScrapeFailure = (typeof ScrapeFailure)[keyof typeof ScrapeFailure];

/** What is recorded of an answer. */
export interface ScrapeRecord {
  readonly format: string;
  readonly durationMs: number;
  readonly byteLength: number;
}

/** What endpoints tell about themselves. */
export interface EndpointMetrics {
  /** Records an answer that was sent as a whole. */
  scraped(record: ScrapeRecord): void;
  /** Records an answer that failed. */
  failed(reason: ScrapeFailure): void;
}

/** Tells nobody. */
export const NO_ENDPOINT_METRICS: EndpointMetrics = { scraped: () => undefined, failed: () => undefined };

const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const SIZE_BUCKETS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** Endpoint metrics in a registry. */
export class RegisteredEndpointMetrics implements EndpointMetrics {
  readonly #duration: Histogram<{ readonly format: string }>;
  readonly #size: Histogram<{ readonly format: string }>;
  readonly #failures: Counter<{ readonly reason: string }>;

  /**
   * @param registerer - Where the metrics are defined.
   * @param pages - Its bytes and refusals are shown, too.
   */
  constructor(registerer: Registerer, pages: PageBudget) {
    this.#duration = registerer.histogram({
      name: 'metrics_scrape_duration_seconds',
      description: 'Time from a request for metrics to the end of its answer, by format.',
      unit: 'seconds',
      labels: { format: String },
      buckets: DURATION_BUCKETS,
    });
    this.#size = registerer.histogram({
      name: 'metrics_scrape_size_bytes',
      description: 'Size of answers to requests for metrics, before compression, by format.',
      unit: 'bytes',
      labels: { format: String },
      buckets: SIZE_BUCKETS,
    });
    this.#failures = registerer.counter({
      name: 'metrics_scrape_failures_total',
      description: 'Requests for metrics that were not answered, by reason.',
      labels: { reason: Object.values(ScrapeFailure) },
    });
    registerer.gauge({
      name: 'metrics_page_cache_bytes',
      description: 'Memory for rendered metrics that is kept between scrapes.',
      unit: 'bytes',
      collect: (report) => report.set(pages.statistics.bytes),
    });
    registerer.counter({
      name: 'metrics_page_cache_refusals_total',
      description: 'Pages of rendered metrics that the memory budget did not allow to keep.',
      collect: (report) => report.set(pages.statistics.refusals),
    });
  }

  scraped({ format, durationMs, byteLength }: ScrapeRecord): void {
    this.#duration.observe({ format }, durationMs / 1000);
    this.#size.observe({ format }, byteLength);
  }

  failed(reason: ScrapeFailure): void {
    this.#failures.inc({ reason });
  }
}
