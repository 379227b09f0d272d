import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What happens to a call that a library traces. */
export interface CallObserver {
  /** It gave a result. */
  succeed(result: unknown): void;
  /** It failed. */
  fail(error: unknown): void;
}

/** What Node adds to the context that a library publishes. */
interface TracedContext {
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Options of {@link TracedCalls}. */
export interface TracedCallsOptions<Context> {
  /** Called when a call begins; `undefined` to leave the call alone. */
  readonly begin: (context: Context) => CallObserver | undefined;
  /** Told of failures. Must not throw: Node would end the process. */
  readonly onError: (error: unknown) => void;
}

/**
 * Follows the calls that a library publishes on a tracing channel: each observer is told the end of its call once,
 * whether the call threw, rejected, or gave a result to a callback.
 */
export class TracedCalls<Context extends object> {
  readonly #options: TracedCallsOptions<Context>;
  readonly #running = new WeakMap<object, CallObserver>();
  readonly #listeners: readonly (readonly [channel: string, listener: (message: unknown) => void])[];

  /**
   * @param channel - Name of the tracing channel.
   * @param options - See {@link TracedCallsOptions}.
   */
  constructor(channel: string, options: TracedCallsOptions<Context>) {
    this.#options = options;
    this.#listeners = [
      [`tracing:${channel}:start`, this.#guarded((context) => this.#begin(context))],
      // A call that threw ends here; of one that goes on nothing is known yet.
      [`tracing:${channel}:end`, this.#guarded((context) => 'error' in context && this.#end(context))],
      [`tracing:${channel}:asyncEnd`, this.#guarded((context) => this.#end(context))],
    ];
    for (const [name, listener] of this.#listeners) subscribe(name, listener);
  }

  /** Stops following; calls that have begun are not told their end. */
  close(): void {
    for (const [name, listener] of this.#listeners) unsubscribe(name, listener);
  }

  #begin(context: Context): void {
    const observer = this.#options.begin(context);
    if (observer !== undefined) this.#running.set(context, observer);
  }

  #end(context: TracedContext): void {
    const observer = this.#running.get(context);
    if (observer === undefined) return;
    this.#running.delete(context);
    if ('error' in context) observer.fail(context.error);
    else observer.succeed(context.result);
  }

  #guarded(act: (context: Context & TracedContext) => unknown): (message: unknown) => void {
    return (message) => {
      try {
        // The library that owns the channel publishes its context.
        act(message as Context & TracedContext);
      } catch (error) {
        this.#options.onError(error);
      }
    };
  }
}
