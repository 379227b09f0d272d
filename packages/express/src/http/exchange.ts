import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { continueBytes, declaredLength, isBodiless, requestHeadBytes, responseHeadBytes } from './body-sizes.ts';
import { type ConnectionLedger, connectionLedger } from './connection-ledger.ts';
import { methodLabel } from './method-label.ts';
import type { OpenExchange } from './open-exchanges.ts';
import type { Measurement, RequestState } from './request-state.ts';
import { isComplete, isEventStream, isUpgraded } from './response-outcome.ts';

/** Who measures an exchange. */
export interface ExchangeOwner {
  /** For whom it measures. */
  readonly collector: object;
  /** The route of an exchange as label value; `undefined` when it is to be left out. */
  routeOf(exchange: Exchange, statusCode: number): string | undefined;
  /** Records an exchange that is over. Further calls change nothing. */
  settle(exchange: Exchange): void;
}

/** A request and its response while they are measured, and what can be said about them. */
export class Exchange implements Measurement, OpenExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly state: RequestState;
  /** Method as label value. */
  readonly method: string;
  /** Monotonic time of the arrival, in milliseconds. */
  readonly startMs: number;
  /** Monotonic time at which the response began to be sent, in milliseconds; `undefined` when it was not, or is not watched. */
  firstByteMs: number | undefined = undefined;
  /** See {@link Measurement.next}. */
  readonly next: Measurement | undefined;
  /** See {@link OpenExchange.isOpen}. */
  isOpen = false;
  /** See {@link OpenExchange.older}. */
  older: OpenExchange | undefined = undefined;
  /** See {@link OpenExchange.newer}. */
  newer: OpenExchange | undefined = undefined;
  readonly #owner: ExchangeOwner;
  /** Kept, because a response loses its socket when it ends. */
  readonly #socket: Socket;
  readonly #ledger: ConnectionLedger | undefined;
  /** Bytes written to the connection before this response; `undefined` when earlier responses were still to be written. */
  readonly #writtenBefore: number | undefined;

  /**
   * @param owner - Who measures it.
   * @param response - The response; the request is taken from it.
   * @param state - State of the request.
   * @param startMs - Monotonic time of the arrival, in milliseconds.
   */
  constructor(owner: ExchangeOwner, response: ServerResponse, state: RequestState, startMs: number) {
    this.#owner = owner;
    this.request = response.req;
    this.response = response;
    this.state = state;
    this.startMs = startMs;
    this.next = state.measurement;
    this.method = methodLabel(this.request.method);
    this.#socket = this.request.socket;
    if (state.number === 0) return;
    this.#ledger = connectionLedger(this.#socket);
    if (response.socket === null) this.#ledger.enqueue(this, this.#socket);
    else this.#writtenBefore = this.#socket.bytesWritten - continueBytes(response);
  }

  /** See {@link Measurement.collector}. */
  get collector(): object {
    return this.#owner.collector;
  }

  /** Whether it is open-ended: an event stream or a connection that left HTTP. */
  get isStream(): boolean {
    return isUpgraded(this.request) || isEventStream(this.response);
  }

  /** See {@link OpenExchange.route}. */
  get route(): string | undefined {
    return this.#owner.routeOf(this, this.response.statusCode);
  }

  /** Whether the response was sent to its end. Says something only after it closed. */
  get isComplete(): boolean {
    return isComplete(this.response);
  }

  /** Whether it came over TLS. */
  get isSecure(): boolean {
    return (this.#socket as Partial<TLSSocket>).encrypted === true;
  }

  /** See {@link Measurement.settle}. */
  settle(): void {
    this.#owner.settle(this);
  }

  /**
   * Bytes of the request's body on the wire; `undefined` when unknown.
   *
   * @param framed - What the head says: a length, 0 without a body, `undefined` for chunks.
   * @param isAnswered - Whether the response was sent to its end.
   */
  requestBytes(framed: number | undefined, isAnswered: boolean): number | undefined {
    if (framed === 0) return 0;
    // Either all of it came, or nobody waited for the rest: the answer was complete without it.
    if (this.request.complete ? framed !== undefined : isAnswered) return framed;
    const read = this.#ledger?.readSincePrevious(this.state.number, this.#socket.bytesRead);
    return read === undefined ? undefined : Math.max(0, read - requestHeadBytes(this.request));
  }

  /**
   * Bytes of the response's body on the wire; `undefined` when unknown.
   *
   * @param isAnswered - Whether the response was sent to its end.
   */
  responseBytes(isAnswered: boolean): number | undefined {
    if (!this.response.headersSent || isBodiless(this.response)) return 0;
    const declared = isAnswered ? declaredLength(this.response.getHeader('content-length')) : undefined;
    if (declared !== undefined) return declared;
    const head = responseHeadBytes(this.response);
    if (head === undefined || this.#writtenBefore === undefined) return undefined;
    // Once another request began, the count of the connection may hold bytes of its response.
    if (this.#ledger?.isLast(this.state.number) !== true) return undefined;
    return Math.max(0, this.#socket.bytesWritten - this.#writtenBefore - head);
  }

  /** Tells the connection that this exchange is over. */
  leave(): void {
    this.#ledger?.dequeue(this);
    if (this.request.complete) this.#ledger?.settle(this.state.number, this.#socket.bytesRead);
  }
}
