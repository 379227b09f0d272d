import type { BoundCounter, BoundObserver } from '@bduf/metrics-core/interfaces';
import type { HttpMetrics, Labels } from './http-metrics.ts';

/**
 * The children of one route, made when they are first needed: a record looks nothing up by labels, and a series that
 * nobody records does not exist.
 */
export class RouteInstruments {
  /** Label value. */
  readonly name: string;
  readonly #metrics: HttpMetrics;
  readonly #methods = new Map<string, MethodInstruments>();
  #streamDuration: BoundObserver | undefined;

  /**
   * @param metrics - Whose children they are.
   * @param name - Label value.
   */
  constructor(metrics: HttpMetrics, name: string) {
    this.#metrics = metrics;
    this.name = name;
  }

  /** How long streams of the route were open, in seconds. */
  get streamDuration(): BoundObserver {
    return (this.#streamDuration ??= this.#metrics.streamDuration.labels({ route: this.name }));
  }

  /** The children of one method of the route. */
  method(method: string): MethodInstruments {
    let known = this.#methods.get(method);
    if (known === undefined) {
      known = new MethodInstruments(this.#metrics, { method, route: this.name });
      this.#methods.set(method, known);
    }
    return known;
  }
}

/** The children of one method of a route. */
export class MethodInstruments {
  readonly #metrics: HttpMetrics;
  readonly #labels: Labels<'method' | 'route'>;
  readonly #statuses = new Map<number, StatusInstruments>();
  #requestSize: BoundObserver | undefined;
  #responseSize: BoundObserver | undefined;

  constructor(metrics: HttpMetrics, labels: Labels<'method' | 'route'>) {
    this.#metrics = metrics;
    this.#labels = labels;
  }

  /** Sizes of request bodies, in bytes. */
  get requestSize(): BoundObserver {
    return (this.#requestSize ??= this.#metrics.requestSize.labels(this.#labels));
  }

  /** Sizes of response bodies, in bytes. */
  get responseSize(): BoundObserver {
    return (this.#responseSize ??= this.#metrics.responseSize.labels(this.#labels));
  }

  /** The children of one status. */
  status(code: number): StatusInstruments {
    let known = this.#statuses.get(code);
    if (known === undefined) {
      known = new StatusInstruments(this.#metrics, { ...this.#labels, status_code: String(code) });
      this.#statuses.set(code, known);
    }
    return known;
  }
}

/** The children of one status of a method of a route. */
export class StatusInstruments {
  readonly requests: BoundCounter;
  readonly #metrics: HttpMetrics;
  readonly #labels: Labels<'method' | 'route' | 'status_code'>;
  #duration: BoundObserver | undefined;

  constructor(metrics: HttpMetrics, labels: Labels<'method' | 'route' | 'status_code'>) {
    this.#metrics = metrics;
    this.#labels = labels;
    this.requests = metrics.requests.labels(labels);
  }

  /** Time to the end of the response, in seconds. */
  get duration(): BoundObserver {
    return (this.#duration ??= this.#metrics.duration.labels(this.#labels));
  }
}
