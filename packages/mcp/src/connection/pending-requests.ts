import type { RequestId } from '../sdk/wire-message.ts';
import type { PendingOperation } from './pending-operation.ts';

/**
 * Requests of one direction that wait for an answer.
 *
 * The newest has a place of its own, since most connections have one request at a time: adding to and deleting from a
 * `Map` over and over makes it allocate (0.2 µs a request, `tooling/bench/mcp`).
 */
export class PendingRequests {
  #newest: PendingOperation | undefined;
  readonly #older = new Map<RequestId, PendingOperation>();

  /** Adds a request. There must be none under its id. */
  add(operation: PendingOperation): void {
    if (this.#newest !== undefined) this.#older.set(this.#newest.id, this.#newest);
    this.#newest = operation;
  }

  /** The request under that id, which goes on waiting. Values that are no ids find nothing. */
  find(id: unknown): PendingOperation | undefined {
    if (this.#newest?.id === id) return this.#newest;
    return this.#older.size > 0 ? this.#older.get(id as RequestId) : undefined;
  }

  /** Removes and returns the request under that id. */
  take(id: unknown): PendingOperation | undefined {
    const operation = this.find(id);
    if (operation === undefined) return undefined;
    if (operation === this.#newest) this.#newest = undefined;
    else this.#older.delete(operation.id);
    return operation;
  }

  /** Removes and returns all of them, oldest first. */
  takeAll(): readonly PendingOperation[] {
    const all = [...this.#older.values(), ...(this.#newest === undefined ? [] : [this.#newest])];
    this.#older.clear();
    this.#newest = undefined;
    return all;
  }
}
