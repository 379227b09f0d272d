import type { Registerer } from '@bduf/metrics-core/interfaces';
import { ErrorRecorder } from '../errors/error-recorder.ts';
import { type SourceHandle, type SourceOptions, sourceTools } from './source-options.ts';

/** Component under which errors of the process count. */
const COMPONENT = 'process';
const REJECTION = 'unhandledRejection';

/**
 * Counts what nobody handled: uncaught exceptions, as critical, unhandled rejections and warnings, in `error_count_by_type`
 * with `component="process"`. What Node does about them stays as it is.
 *
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param options - See {@link SourceOptions}.
 */
export function instrumentProcessErrors(collector: Registerer, options: SourceOptions = {}): SourceHandle {
  const { attempt } = sourceTools(options);
  const errors = ErrorRecorder.of(collector);
  const count = (error: unknown, critical: boolean): void =>
    attempt(() => errors.record(error, { component: COMPONENT, critical }));

  const onException = (error: unknown): void => count(error, true);
  const onWarning = (warning: Error): void => count(warning, false);
  const rejections = new RejectionListener((reason) => count(reason, false));
  process.on('uncaughtExceptionMonitor', onException);
  process.on('warning', onWarning);
  return {
    close() {
      process.off('uncaughtExceptionMonitor', onException);
      process.off('warning', onWarning);
      rejections.close();
    },
  };
}

/**
 * Hears of unhandled rejections without handling them. A listener would keep Node from treating them as uncaught
 * exceptions, so there is one only while the application has one of its own; without, the exception is what is counted.
 */
class RejectionListener {
  readonly #listener: (reason: unknown) => void;
  readonly #onListenerAdded = (event: string | symbol, added: unknown): void => {
    if (event === REJECTION && added !== this.#listener && !this.#isListening()) process.on(REJECTION, this.#listener);
  };
  readonly #onListenerRemoved = (event: string | symbol): void => {
    if (event === REJECTION && this.#isAlone()) process.off(REJECTION, this.#listener);
  };

  constructor(listener: (reason: unknown) => void) {
    this.#listener = listener;
    if (process.listenerCount(REJECTION) > 0) process.on(REJECTION, listener);
    process.on('newListener', this.#onListenerAdded);
    process.on('removeListener', this.#onListenerRemoved);
  }

  close(): void {
    process.off('newListener', this.#onListenerAdded);
    process.off('removeListener', this.#onListenerRemoved);
    process.off(REJECTION, this.#listener);
  }

  #isListening(): boolean {
    return process.listeners(REJECTION).includes(this.#listener);
  }

  #isAlone(): boolean {
    return this.#isListening() && process.listenerCount(REJECTION) === 1;
  }
}
