import type { BeginCall, CallEnd, Listen } from './external-call.ts';

/** The part of a request of undici that is read. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
}

/** The messages of undici's channels. */
interface UndiciMessage {
  readonly request: UndiciRequest;
  readonly response?: { readonly statusCode: number };
  readonly error?: unknown;
}

/** Follows the requests of undici, which global `fetch` is made of. */
export function followFetch(listen: Listen, begin: BeginCall): void {
  const running = new WeakMap<UndiciRequest, CallEnd>();
  const statuses = new WeakMap<UndiciRequest, number>();
  const end = (request: UndiciRequest, outcome: Parameters<CallEnd>[0]): void => {
    running.get(request)?.(outcome);
    running.delete(request);
  };
  const on = (event: string, act: (message: UndiciMessage) => void): void => {
    // Documented by undici for its channels.
    listen(`undici:request:${event}`, (message) => act(message as UndiciMessage));
  };

  on('create', ({ request }) => {
    const { method, path, origin } = request;
    const ended = begin({ method, path, host: new URL(origin).host });
    if (ended !== undefined) running.set(request, ended);
  });
  on('headers', ({ request, response }) => {
    if (response !== undefined && running.has(request)) statuses.set(request, response.statusCode);
  });
  on('trailers', ({ request }) => end(request, { statusCode: statuses.get(request) ?? 0 }));
  on('error', ({ request, error }) => end(request, { error }));
}
