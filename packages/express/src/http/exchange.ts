import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { continueBytes, declaredLength, isBodiless, requestHeadBytes, responseHeadBytes } from './body-sizes.ts';
import { type ConnectionLedger, connectionLedger } from './connection-ledger.ts';
import { methodLabel } from './method-label.ts';
import type { OpenExchange } from './open-exchanges.ts';
import type { Measurement, RequestState } from './request-state.ts';
import { CLIENT_CLOSED_REQUEST, isComplete, isEventStream, isUpgraded } from './response-outcome.ts';

/** Who measures an exchange. */
export interface ExchangeOwner {
  /** For whom it measures. */
  readonly collector: object;
  /** The route of an exchange as label value. */
  routeOf(exchange: Exchange): string;
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
   * @param nowMs - Start if the arrival was not seen.
   */
  constructor(owner: ExchangeOwner, response: ServerResponse, state: RequestState, nowMs: number) {
    this.#owner = owner;
    this.request = response.req;
    this.response = response;
    this.state = state;
    this.startMs = nowMs;
    this.method = methodLabel(this.request.method);
    this.#socket = this.request.socket;
    if (state.arrival === undefined) return;
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
  get route(): string {
    return this.#owner.routeOf(this);
  }

  /** Status it counts under. Says something only when the response closed. */
  get statusCode(): number {
    return this.isStream || isComplete(this.response) ? this.response.statusCode : CLIENT_CLOSED_REQUEST;
  }

  /** See {@link Measurement.settle}. */
  settle(): void {
    this.#owner.settle(this);
  }

  /** Bytes of the request's body on the wire; `undefined` when unknown. */
  requestBytes(): number | undefined {
    const { headers, complete } = this.request;
    const declared = declaredLength(headers['content-length']);
    if (declared === undefined && headers['transfer-encoding'] === undefined) return 0;
    // Either all of it came, or nobody waited for the rest: the answer was complete without it.
    if (declared !== undefined && (complete || isComplete(this.response))) return declared;
    if (!complete && isComplete(this.response)) return undefined;
    if (this.#ledger === undefined || this.state.arrival === undefined) return undefined;
    const read = this.#ledger.readSincePrevious(this.state.arrival.number, this.#socket.bytesRead);
    return read === undefined ? undefined : Math.max(0, read - requestHeadBytes(this.request));
  }

  /** Bytes of the response's body on the wire; `undefined` when unknown. */
  responseBytes(): number | undefined {
    if (!this.response.headersSent || isBodiless(this.response)) return 0;
    const declared = declaredLength(this.response.getHeader('content-length'));
    if (declared !== undefined && isComplete(this.response)) return declared;
    const head = responseHeadBytes(this.response);
    if (head === undefined || this.#writtenBefore === undefined || !this.#isLastOnConnection) return undefined;
    return Math.max(0, this.#socket.bytesWritten - this.#writtenBefore - head);
  }

  /** Tells the connection that this exchange is over. */
  leave(): void {
    if (this.#ledger === undefined || this.state.arrival === undefined) return;
    this.#ledger.dequeue(this);
    if (this.request.complete) this.#ledger.settle(this.state.arrival.number, this.#socket.bytesRead);
  }

  /** Otherwise the counts of the connection already hold bytes of the next response. */
  get #isLastOnConnection(): boolean {
    return this.state.arrival !== undefined && this.#ledger?.isLast(this.state.arrival.number) === true;
  }
}
