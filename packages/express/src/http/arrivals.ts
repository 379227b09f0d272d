import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { connectionLedger } from './connection-ledger.ts';
import { requestState } from './request-state.ts';

/** Published by the HTTP servers of Node for each request, when its head was parsed. */
const ARRIVAL_CHANNEL = 'http.server.request.start';

/** What {@link Arrivals} needs to work. */
export interface ArrivalsOptions {
  /** Read when a request arrives. */
  readonly clock: Clock;
  /** Called for each request, after its arrival was noted. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Told of failures. Must not throw: Node would end the process. */
  readonly onError: (error: unknown) => void;
}

/** Notes the arrival of every request of the process in its state. Of several, the first notes. */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #listener = (message: unknown): void => {
    try {
      // Documented by Node for this channel.
      this.#note(message as { request: IncomingMessage; response: ServerResponse; socket: Socket });
    } catch (error) {
      this.#options.onError(error);
    }
  };

  /** Begins to note. */
  constructor(options: ArrivalsOptions) {
    this.#options = options;
    subscribe(ARRIVAL_CHANNEL, this.#listener);
  }

  /** Stops noting. */
  close(): void {
    unsubscribe(ARRIVAL_CHANNEL, this.#listener);
  }

  #note({ request, response, socket }: { request: IncomingMessage; response: ServerResponse; socket: Socket }): void {
    const { clock, onRequest } = this.#options;
    const state = requestState(request);
    if (state.arrivalClock === undefined) {
      state.arrivalClock = clock;
      state.arrivedMs = clock.monotonicMs();
      state.number = connectionLedger(socket).arrive();
    }
    onRequest?.(request, response);
  }
}
