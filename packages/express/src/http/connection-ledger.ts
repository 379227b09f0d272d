import type { Socket } from 'node:net';
import type { Measurement } from './request-state.ts';

/**
 * Byte marks of one connection, from which the size of a chunked body is the difference between two ends.
 *
 * Node has read a body, or part of it, before anybody is told of its request, so the marks are taken where the request
 * before it ended. A mark is only good if every request was seen and each was over when the next began; a pipelining
 * client, or one whose last body was left unread, gets no size rather than a wrong one.
 */
export class ConnectionLedger {
  #arrivals = 0;
  #settled = 0;
  #readMark = 0;
  #queue: Set<Measurement> | undefined;

  /** A request begins. Returns its number, from 1. */
  arrive(): number {
    return ++this.#arrivals;
  }

  /** Whether no other request began after this one. */
  isLast(number: number): boolean {
    return this.#arrivals === number;
  }

  /** Bytes read since the request before this one ended, heads included; `undefined` when unknown. */
  readSincePrevious(number: number, bytesRead: number): number | undefined {
    return this.isLast(number) && this.#settled === number - 1 ? bytesRead - this.#readMark : undefined;
  }

  /** A request is over and all of it was read. */
  settle(number: number, bytesRead: number): void {
    if (!this.isLast(number)) return;
    this.#settled = number;
    this.#readMark = bytesRead;
  }

  /**
   * Settles a measurement when the connection closes, unless it leaves the queue first. For a response that waits behind
   * another one: when the connection breaks, Node closes the one that is being written and forgets the others.
   */
  enqueue(measurement: Measurement, socket: Socket): void {
    if (this.#queue === undefined) {
      const queue = new Set<Measurement>();
      this.#queue = queue;
      socket.once('close', () => {
        for (const waiting of queue) waiting.settle();
      });
    }
    this.#queue.add(measurement);
  }

  /** A measurement was settled. */
  dequeue(measurement: Measurement): void {
    this.#queue?.delete(measurement);
  }
}

const LEDGER: unique symbol = Symbol('@bduf/metrics-express');

interface LedgerSocket extends Socket {
  [LEDGER]?: ConnectionLedger;
}

/** The ledger of a connection, made on first use. */
export function connectionLedger(socket: LedgerSocket): ConnectionLedger {
  return (socket[LEDGER] ??= new ConnectionLedger());
}
