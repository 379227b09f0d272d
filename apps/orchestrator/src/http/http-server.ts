import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a server listens. */
export interface ListenOptions {
  /** Host name or address. */
  readonly host: string;
  /** TCP port; 0 for any that is free. */
  readonly port: number;
  /** Whether another port is taken when this one is in use. */
  readonly mayMove: boolean;
}

/** How long an idle connection is kept, in milliseconds: longer than any client pauses between two requests. */
const KEEP_ALIVE_MS = 65_000;

/** How long a client may take to send the headers of a request, and all of it, in milliseconds: not for ever. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;

const SWEEP_MS = 20;

/** An HTTP server that listens. */
export class HttpServer {
  readonly #server: Server;
  /** Where it is reached, without a slash at the end. */
  readonly origin: string;

  private constructor(server: Server, host: string) {
    this.#server = server;
    // The address of a TCP server is an object, as long as it listens.
    const { port } = server.address() as AddressInfo;
    this.origin = `http://${reachable(host)}:${port}`;
  }

  /**
   * Starts to listen.
   *
   * @throws Error of the system, such as `EADDRINUSE`.
   */
  static async start(handler: RequestListener, { host, port, mayMove }: ListenOptions): Promise<HttpServer> {
    const limits = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: HEADERS_MS };
    const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...limits }, handler);
    try {
      await listen(server, host, port);
    } catch (error) {
      if (!mayMove || !isPortTaken(error)) throw error;
      await listen(server, host, 0);
    }
    return new HttpServer(server, host);
  }

  /**
   * Stops listening and waits for requests under way.
   *
   * @param graceMs - How long; after that their connections are cut.
   */
  async stop(graceMs: number): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    // A connection that is kept alive becomes idle when its response has ended, which nobody is told of.
    const sweep = setInterval(() => this.#server.closeIdleConnections(), SWEEP_MS);
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

function isPortTaken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';
}

/** A host that listens for all is reached by this one; an IPv6 address needs brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
