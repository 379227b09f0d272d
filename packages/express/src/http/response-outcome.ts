import type { IncomingMessage, ServerResponse } from 'node:http';

/** Status of a request whose client went away before the response was complete (nginx's convention). */
export const CLIENT_CLOSED_REQUEST = 499;

const EVENT_STREAM = 'text/event-stream';

/** Whether the response was sent to its end. Says something only after it closed. */
export function isComplete(response: ServerResponse): boolean {
  // HTTP/2 responses always claim to be finished; their stream knows better.
  const { stream } = response as { readonly stream?: { readonly aborted: boolean } };
  return response.writableEnded && response.writableFinished && stream?.aborted !== true;
}

/** Whether the connection left HTTP, as for WebSockets. */
export function isUpgraded(request: IncomingMessage): boolean {
  return (request as { readonly upgrade?: boolean }).upgrade === true;
}

/** Whether a response is an event stream whose head was sent. */
export function isEventStream(response: ServerResponse): boolean {
  if (!response.headersSent) return false;
  const type = response.getHeader('content-type');
  if (typeof type === 'string') return type.startsWith(EVENT_STREAM);
  // Headers given to `writeHead` alone are in no table, only in the text that was sent.
  const { _header: head } = response as { readonly _header?: unknown };
  return type === undefined && typeof head === 'string' && head.includes(`: ${EVENT_STREAM}`);
}
