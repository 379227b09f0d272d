import type { ClientRequest, IncomingMessage } from 'node:http';
import type { BeginCall, CallEnd, Listen } from './external-call.ts';

/** The messages of the channels of Node's HTTP client. */
interface HttpClientMessage {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: unknown;
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http:', 80],
  ['https:', 443],
]);

/** Follows the requests of `node:http` and `node:https`. */
export function followHttpClient(listen: Listen, begin: BeginCall): void {
  const running = new WeakMap<ClientRequest, CallEnd>();
  const end = (request: ClientRequest, outcome: Parameters<CallEnd>[0]): void => {
    running.get(request)?.(outcome);
    running.delete(request);
  };
  const on = (channel: string, act: (message: HttpClientMessage) => void): void => {
    // Documented by Node for these channels.
    listen(channel, (message) => act(message as HttpClientMessage));
  };

  on('http.client.request.start', ({ request }) => {
    const { method, path } = request;
    const ended = begin({ method, path, host: hostOf(request) });
    if (ended !== undefined) running.set(request, ended);
  });
  // In spite of its name this is when the head of the answer arrives.
  on('http.client.response.finish', ({ request, response }) => {
    if (response === undefined || !running.has(request)) return;
    response.once('close', () => {
      if (response.complete) end(request, { statusCode: response.statusCode ?? 0 });
      else end(request, { error: response.errored ?? new Error('The answer ended early.') });
    });
  });
  on('http.client.request.error', ({ request, error }) => end(request, { error }));
}

function hostOf(request: ClientRequest): string {
  const { host, protocol } = request;
  const port = portOf(request);
  return port === undefined || port === DEFAULT_PORTS.get(protocol) ? host : `${host}:${port}`;
}

/** Known for certain only from the header that Node writes. */
function portOf(request: ClientRequest): number | undefined {
  const header = request.getHeader('host');
  const port = typeof header === 'string' ? /:(\d+)$/.exec(header)?.[1] : undefined;
  return port === undefined ? undefined : Number(port);
}
