import type { BoundObserver, Histogram, LabelSet } from '@bduf/metrics-core/interfaces';
import type { EndedExchange } from './http-recorder.ts';

/** The histograms of requests under one convention. */
export interface RequestHistograms {
  readonly duration: Histogram<LabelSet>;
  readonly requestSize: Histogram<LabelSet>;
  readonly responseSize: Histogram<LabelSet>;
}

/** Labels of the children of a request. */
export interface RequestLabels {
  readonly ofDuration: LabelSet;
  readonly ofSizes: LabelSet;
}

/**
 * The children of {@link RequestHistograms} for one list of labels. A child is made when something is observed with it,
 * so that what a route never has, such as the duration of a stream, has no series.
 */
export class RequestObservers {
  readonly #histograms: RequestHistograms;
  readonly #labels: RequestLabels;
  #duration: BoundObserver | undefined;
  #requestSize: BoundObserver | undefined;
  #responseSize: BoundObserver | undefined;

  /**
   * @param histograms - Whose children they are.
   * @param labels - Their labels; kept.
   */
  constructor(histograms: RequestHistograms, labels: RequestLabels) {
    this.#histograms = histograms;
    this.#labels = labels;
  }

  /** Observes what is known of an exchange. Streams say nothing about latency or the size of answers. */
  observe({ seconds, requestBytes, responseBytes, isStream, exemplar }: EndedExchange): void {
    const { ofDuration, ofSizes } = this.#labels;
    if (requestBytes !== undefined) {
      this.#requestSize ??= this.#histograms.requestSize.labels(ofSizes);
      this.#requestSize.observe(requestBytes);
    }
    if (isStream) return;
    this.#duration ??= this.#histograms.duration.labels(ofDuration);
    this.#duration.observe(seconds, exemplar);
    if (responseBytes !== undefined) {
      this.#responseSize ??= this.#histograms.responseSize.labels(ofSizes);
      this.#responseSize.observe(responseBytes);
    }
  }
}
