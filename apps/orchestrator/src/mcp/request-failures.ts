import { AsyncLocalStorage } from 'node:async_hooks';

/** What went wrong during one request, until it is known whose fault it is. */
interface Suspicion {
  errors: unknown[] | undefined;
}

/**
 * Tells failures of the service from mistakes of its clients, of which a handler complains in the same way: those of a
 * request that is answered with a status below 500 are the client's, who is told by it.
 */
export class RequestFailures {
  readonly #requests = new AsyncLocalStorage<Suspicion>();
  readonly #onError: (error: unknown) => void;

  /** @param onError - Told of failures of the service. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** To be told of everything. */
  readonly note = (error: unknown): void => {
    const errors = this.#requests.getStore()?.errors;
    if (errors === undefined) this.#onError(error);
    else errors.push(error);
  };

  /** Answers a request; of what is noted meanwhile only the service's failures are told. */
  async during(answer: () => Promise<Response>): Promise<Response> {
    const suspicion: Suspicion = { errors: [] };
    const response = await this.#requests.run(suspicion, answer);
    const { errors } = suspicion;
    // What fails while the response is streamed is told at once.
    suspicion.errors = undefined;
    if (response.status >= 500) errors?.forEach((error) => this.#onError(error));
    return response;
  }
}
