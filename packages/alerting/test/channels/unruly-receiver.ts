import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request that arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What a receiver does with a request whose body it has read. */
export type Behaviour = (res: ServerResponse, req: IncomingMessage) => void;

/** An HTTP receiver on loopback that behaves as it is told. */
export class UnrulyReceiver {
  readonly received: Received[] = [];
  behaviour: Behaviour = answers(200, 'ok');
  readonly #server = createServer((req, res) => void this.#take(req, res));
  readonly #sockets = new Set<Socket>();

  async start(): Promise<string> {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.url;
  }

  get url(): string {
    // A server that listens on TCP has an address with a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of req as AsyncIterable<Uint8Array>) chunks.push(chunk);
    this.received.push({
      path: req.url ?? '',
      headers: req.headers,
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
    });
    this.behaviour(res, req);
  }
}

export function answers(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (res) => void res.writeHead(status, headers).end(body);
}

/** Sends the head of an answer and the beginning of its body, and no more. */
export function stallsAfter(status: number, text: string): Behaviour {
  return (res) => void res.writeHead(status, { 'content-length': '1000' }).write(text);
}

/** Closes the connection without an answer. */
export const halfCloses: Behaviour = (_, req) => void req.socket.end();

/** Breaks the connection. */
export const resets: Behaviour = (_, req) => req.socket.resetAndDestroy();

/** Says something that is no HTTP. */
export const babbles: Behaviour = (_, req) => void req.socket.end('SSH-2.0-OpenSSH_9.2\r\n');
