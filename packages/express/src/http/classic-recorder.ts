import {
  ApplicationMetricDefinitions as Definitions,
  type BoundCounter,
  type Counter,
  type LabelSet,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import { ChildTree } from './child-tree.ts';
import type { EndedExchange, HttpRecorder } from './http-recorder.ts';
import { type RequestHistograms, RequestObservers } from './request-observers.ts';

/** How the contract's metrics are recorded. */
export interface ClassicRecorderOptions {
  /** Names of the application's own labels. */
  readonly ownLabels: readonly string[];
  /** Whether statuses count as `2xx` and so on. */
  readonly groupStatus: boolean;
}

/** What is recorded under one list of labels. */
interface RequestChildren {
  readonly requests: BoundCounter;
  readonly observers: RequestObservers;
}

/** Labels of the application's own, which are strings. */
type OwnLabels = Readonly<Record<string, 'string'>>;

/** Records `http_requests_total`, `http_request_duration_seconds` and the two sizes. */
export class ClassicRecorder implements HttpRecorder {
  readonly #groupStatus: boolean;
  readonly #requests: Counter<LabelSet>;
  readonly #histograms: RequestHistograms;
  readonly #children: ChildTree<RequestChildren>;

  /**
   * @param collector - Where the metrics are defined.
   * @param options - See {@link ClassicRecorderOptions}.
   */
  constructor(collector: Registerer, { ownLabels, groupStatus }: ClassicRecorderOptions) {
    const own: OwnLabels = Object.fromEntries(ownLabels.map((name) => [name, 'string']));
    const withOwn = (labels: OwnLabels): OwnLabels => ({ ...labels, ...own });
    const { HTTP_REQUESTS_TOTAL, HTTP_REQUEST_DURATION, HTTP_REQUEST_SIZE, HTTP_RESPONSE_SIZE } = Definitions;
    this.#groupStatus = groupStatus;
    this.#requests = collector.counter({ ...HTTP_REQUESTS_TOTAL, labels: withOwn(HTTP_REQUESTS_TOTAL.labels) });
    this.#histograms = {
      duration: collector.histogram({ ...HTTP_REQUEST_DURATION, labels: withOwn(HTTP_REQUEST_DURATION.labels) }),
      requestSize: collector.histogram({ ...HTTP_REQUEST_SIZE, labels: withOwn(HTTP_REQUEST_SIZE.labels) }),
      responseSize: collector.histogram({ ...HTTP_RESPONSE_SIZE, labels: withOwn(HTTP_RESPONSE_SIZE.labels) }),
    };
    this.#children = new ChildTree(([route = '', method = '', status = '', ...values]) => {
      const ofSizes = { method, route, ...Object.fromEntries(ownLabels.map((name, at) => [name, values[at] ?? ''])) };
      const ofDuration = { ...ofSizes, status_code: status };
      return {
        requests: this.#requests.labels(ofDuration),
        observers: new RequestObservers(this.#histograms, { ofDuration, ofSizes }),
      };
    });
  }

  record(exchange: EndedExchange): void {
    const { method, route, statusCode, ownValues, exemplar } = exchange;
    const { requests, observers } = this.#children.find(route, method, this.#statusLabel(statusCode), ownValues);
    requests.inc(1, exemplar);
    observers.observe(exchange);
  }

  prepare(method: string, route: string): void {
    this.#children.find(route, method, this.#statusLabel(200), []).requests.inc(0);
  }

  #statusLabel(code: number): string {
    return this.#groupStatus ? `${Math.trunc(code / 100)}xx` : String(code);
  }
}
