import type { ServerResponse } from 'node:http';

/** A signal that is aborted when the client goes away before its response is complete. */
export function requestSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) controller.abort(new ClientGoneError());
  });
  return controller.signal;
}

/** The reason of an abort: nobody waits for the response any more. */
export class ClientGoneError extends Error {
  constructor() {
    super('The client closed the connection before the response was complete.');
    this.name = 'ClientGoneError';
  }
}
