import type { ServerResponse } from 'node:http';

/** What begins to send a response. */
const SENDING = ['write', 'end', 'flushHeaders'] as const;
/** Over HTTP/2 the head goes out at once; over HTTP/1 it waits for the first part of the body. */
const SENDING_OF_HTTP2 = [...SENDING, 'writeHead'] as const;

/** A method of a response, whatever it takes. */
type Sender = (...args: readonly unknown[]) => unknown;

/**
 * Calls back when a response begins to be sent, once, before it does.
 *
 * Node publishes nothing at that moment, so methods of the response are replaced on the instance, and stay replaced: others,
 * such as `compression`, may have built on them.
 *
 * @param onFirstByte - Must not throw.
 */
export function watchFirstByte(response: ServerResponse, onFirstByte: () => void): void {
  const senders = response as unknown as Record<string, Sender>;
  let hasBegun = false;
  for (const method of 'stream' in response ? SENDING_OF_HTTP2 : SENDING) {
    const send = senders[method];
    if (send === undefined) continue;
    senders[method] = (...args) => {
      if (!hasBegun) {
        hasBegun = true;
        onFirstByte();
      }
      return Reflect.apply(send, response, args);
    };
  }
}
