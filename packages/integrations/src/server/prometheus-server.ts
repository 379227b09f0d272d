import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpHandler, MetricsError } from '@bduf/metrics-core/interfaces';

/** Where metrics are served. */
export interface PrometheusServerOptions {
  /** Address to listen on. Default `127.0.0.1`: who wants the world to read metrics says so. */
  readonly host?: string;
  /** Path of the metrics. Default `/metrics`. */
  readonly path?: string;
  /** Answers only requests with this bearer token, or one of these. Default: anybody who reaches the address may read. */
  readonly bearerToken?: string | readonly string[];
}

/** A server of metrics for scrapers. It does not keep the process alive. */
export interface PrometheusServer {
  /**
   * Resolves with the address of the metrics, such as `http://127.0.0.1:9464/metrics`, once they can be scraped.
   *
   * @throws MetricsError `METRICS_ERR_INTEGRATION_SERVER_FAILED` when it cannot listen (by rejection). Nobody needs to wait for it.
   */
  ready(): Promise<string>;
  /** Ends it, and all connections to it. */
  close(): Promise<void>;
}

/** Limits that keep clients from holding connections; scrapers need a fraction of them. */
const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 100;

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** What a server is made of. */
export interface PrometheusServerParts extends PrometheusServerOptions {
  readonly port: number;
  /** Answers requests for the metrics. */
  readonly handler: HttpHandler;
  /** Told when it cannot listen, and of handlers that throw. */
  readonly onError: (error: Error) => void;
}

/** Starts a server. It survives whatever is sent to it: no request is parsed further than its path. */
export function servePrometheus(parts: PrometheusServerParts): PrometheusServer {
  const { host = '127.0.0.1', path = '/metrics', port, onError } = parts;
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 1000 },
    (req, res) => answer(req, res, parts),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end(BAD_REQUEST);
    else socket.destroy();
  });
  const ready = new Promise<string>((resolve, reject) => {
    server.on('error', (error) => {
      const failure = serverFailed(`${host}:${port}`, error);
      onError(failure);
      reject(failure);
    });
    server.listen(port, host, () => resolve(`http://${addressOf(server)}${path}`)).unref();
  });
  // Who does not wait for it is told by onError.
  ready.catch(() => undefined);
  return { ready: async () => ready, close: async () => closed(server) };
}

function answer(req: IncomingMessage, res: ServerResponse, parts: PrometheusServerParts): void {
  const { path = '/metrics', handler, onError } = parts;
  // A peer that goes away in the middle is no error of ours.
  req.on('error', () => undefined);
  res.on('error', () => undefined);
  // Not by a URL parser: those throw for what a client may well send.
  if ((req.url ?? '').split('?', 1)[0] !== path) {
    res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(`The metrics are at ${path}.\n`);
    return;
  }
  try {
    handler(req, res);
  } catch (error) {
    onError(new Error('The handler of the metrics server threw.', { cause: error }));
    if (res.headersSent) res.destroy();
    else res.writeHead(500).end();
  }
}

function addressOf(server: Server): string {
  // A server that listens on a port has an address of this form.
  const { address, port, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

function serverFailed(address: string, cause: Error): MetricsError {
  return new MetricsError(
    'METRICS_ERR_INTEGRATION_SERVER_FAILED',
    `The metrics server cannot listen on ${address}: ${cause.message}. Give it a free port, or 0 for any.`,
    { cause },
  );
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    // The only error there is says that it does not listen, which is what is wanted.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
