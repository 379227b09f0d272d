import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import { USER_HEADER } from '../http/acting-user.ts';
import { SIMULATED_HEADERS } from './simulated-headers.ts';
import type { TrafficLedger } from './traffic-ledger.ts';

/** A request by the route that it is meant for. */
export interface SimulatedRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Route template such as `/api/projects/:projectId`. */
  readonly route: string;
  /** Values of the parameters of the template. */
  readonly params?: Readonly<Record<string, string | number>>;
  /** With its question mark. */
  readonly query?: string;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  /** Entity tag of the response that the client has already. */
  readonly ifNoneMatch?: string | undefined;
}

/** What a client got. */
export interface SimulatedResponse {
  readonly status: number;
  readonly etag: string | undefined;
  /** Parsed JSON; undefined for anything else. */
  readonly body: unknown;
}

/** Status under which a request is counted whose client went away. */
const CLIENT_WENT_AWAY = '499';

/** An HTTP client with connections of its own, which counts each request that it sends. */
export class SimulatedClient {
  readonly #agent: http.Agent;
  readonly #origin: string;
  readonly #ledger: TrafficLedger;
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param origin - Where the server is, without a slash at the end.
   * @param ledger - Where requests are counted.
   * @param acting - For whom it acts, and with whose connections. Default: for nobody, with its own.
   */
  constructor(origin: string, ledger: TrafficLedger, acting?: { readonly user: string; readonly agent: http.Agent }) {
    this.#origin = origin;
    this.#ledger = ledger;
    this.#agent =
      acting?.agent ?? new http.Agent({ keepAlive: true, maxSockets: 32, maxFreeSockets: 4, scheduling: 'fifo' });
    this.#headers = { ...SIMULATED_HEADERS, ...(acting !== undefined && { [USER_HEADER]: acting.user }) };
  }

  /** The same client, acting for a user. It shares the connections and the ledger. */
  actingFor(user: string): SimulatedClient {
    return new SimulatedClient(this.#origin, this.#ledger, { user, agent: this.#agent });
  }

  /** Sends a request and reads the response to its end. */
  send(request: SimulatedRequest): Promise<SimulatedResponse> {
    return this.#exchange(request, pathOf(request), request.route);
  }

  /** Sends a request for a path that no route is meant for. */
  probe(method: SimulatedRequest['method'], path: string): Promise<SimulatedResponse> {
    return this.#exchange({ method, route: path }, path, ReservedLabelValue.UNMATCHED);
  }

  /**
   * Announces a request with a body, waits until the server has taken it up, and goes away without having sent the body.
   * The server's interim response `100 Continue` is what makes sure that it knows of the request.
   */
  async abandon(request: SimulatedRequest): Promise<void> {
    const headers = {
      ...this.#headers,
      'Content-Type': 'application/json',
      'Content-Length': 100,
      Expect: '100-continue',
    };
    const req = http.request(this.#origin + pathOf(request), { method: request.method, headers, agent: this.#agent });
    req.flushHeaders();
    try {
      await once(req, 'continue');
      // The request ends in an error because this client destroys it, which surprises nobody here.
      req.on('error', () => undefined);
      req.destroy();
      this.#ledger.requests.count(request.method, request.route, CLIENT_WENT_AWAY);
    } catch {
      this.#ledger.failures.count(request.method, request.route);
    }
  }

  /** Opens an event stream. It is counted when the returned function closes it. */
  async listen(route: string): Promise<() => void> {
    const req = http.get(this.#origin + route, { headers: this.#headers, agent: false });
    // `once` rejects when the request fails before there is a response.
    const [response] = (await once(req, 'response')) as [IncomingMessage];
    response.resume();
    return () => {
      this.#ledger.requests.count('GET', route, String(response.statusCode));
      // Closing the stream is what this client is here for; no reader is surprised by it.
      response.on('error', () => undefined);
      req.destroy();
    };
  }

  /** Closes all connections, also those with requests under way. */
  close(): void {
    this.#agent.destroy();
  }

  async #exchange(request: SimulatedRequest, path: string, route: string): Promise<SimulatedResponse> {
    try {
      const response = await this.#request(request, path);
      const body = await readBody(response);
      const status = response.statusCode ?? 0;
      this.#ledger.requests.count(request.method, route, String(status));
      return { status, etag: response.headers.etag, body };
    } catch (error) {
      this.#ledger.failures.count(request.method, route);
      throw error;
    }
  }

  async #request({ method, body, ifNoneMatch }: SimulatedRequest, path: string): Promise<IncomingMessage> {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const headers = {
      ...this.#headers,
      ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
      ...(ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch }),
    };
    const req = http.request(this.#origin + path, { method, headers, agent: this.#agent });
    req.end(text);
    const [response] = (await once(req, 'response')) as [IncomingMessage];
    return response;
  }
}

function pathOf({ route, params = {}, query = '' }: SimulatedRequest): string {
  return route.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? '')) + query;
}

/** Reads to the end also what is not needed, so that the connection can be used again. */
async function readBody(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(response, 'end');
  if (response.headers['content-type']?.startsWith('application/json') !== true) return undefined;
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
