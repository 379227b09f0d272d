/** Brings payloads to a server. */
export interface Wire {
  /**
   * Sends payloads in order. Resolves when the operating system has taken all of them and has no objection; rejects
   * otherwise.
   */
  send(payloads: readonly Uint8Array[], signal: AbortSignal): Promise<void>;
  /** Closes the socket. */
  close(): void;
}
