import type * as z from 'zod';
import type { Clock } from '@bduf/metrics-core/interfaces';
import type { ExternalFailure, ExternalListener, ExternalServiceName } from './external-listener.ts';

/** Options of an {@link ExternalService}. */
export interface ExternalServiceOptions {
  readonly name: ExternalServiceName;
  /** Where it is, without a slash at the end. */
  readonly url: string;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Source of time. */
  readonly clock: Clock;
  /** Told of each call. */
  readonly listener: ExternalListener;
}

/** A question to an external service. */
export interface ExternalQuestion<Answer> {
  /** Short name of what is asked, out of few. */
  readonly operation: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What the answer has to look like. */
  readonly answer: z.ZodType<Answer>;
}

/** A call of an external service failed. */
export class ExternalError extends Error {
  readonly failure: ExternalFailure;

  constructor(failure: ExternalFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExternalError';
    this.failure = failure;
  }
}

const TOO_MANY_REQUESTS = 429;

/** A service outside of this one, called over HTTP. */
export class ExternalService {
  readonly #options: ExternalServiceOptions;

  constructor(options: ExternalServiceOptions) {
    this.#options = options;
  }

  /** Name of the service. */
  get name(): ExternalServiceName {
    return this.#options.name;
  }

  /**
   * Asks the service.
   *
   * @throws ExternalError for whatever goes wrong.
   */
  async ask<Answer>(question: ExternalQuestion<Answer>): Promise<Answer> {
    const { name: service, clock, listener } = this.#options;
    const start = clock.monotonicMs();
    let failure: ExternalFailure | undefined;
    try {
      return await this.#ask(question);
    } catch (error) {
      failure = error instanceof ExternalError ? error.failure : 'unreachable';
      throw error;
    } finally {
      listener({ service, operation: question.operation, seconds: (clock.monotonicMs() - start) / 1000, failure });
    }
  }

  async #ask<Answer>({ path, query, answer }: ExternalQuestion<Answer>): Promise<Answer> {
    const { name, url, timeoutMs } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}${path}?${new URLSearchParams(query).toString()}`, { signal });
      text = await response.text();
    } catch (error) {
      if (signal.aborted) {
        throw new ExternalError('timeout', `${name} did not answer within ${timeoutMs} ms.`, { cause: error });
      }
      throw new ExternalError('unreachable', `${name} cannot be reached.`, { cause: error });
    }
    if (response.status === TOO_MANY_REQUESTS) throw new ExternalError('rate_limited', `${name} wants fewer requests.`);
    if (!response.ok) throw new ExternalError('refused', `${name} answered with status ${response.status}.`);
    return checkedAnswer(name, answer, text);
  }
}

function checkedAnswer<Answer>(name: string, answer: z.ZodType<Answer>, text: string): Answer {
  try {
    return answer.parse(JSON.parse(text));
  } catch (error) {
    throw new ExternalError('malformed', `${name} answered something else than was agreed.`, { cause: error });
  }
}
