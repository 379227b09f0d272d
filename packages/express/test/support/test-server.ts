import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
  type Server,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What a client saw. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server on a free loopback port, with clients. */
export class TestServer {
  readonly server: Server;
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
  }

  /** Listens. */
  static async start(handler: Parameters<typeof createServer>[1]): Promise<TestServer> {
    const server = createServer(handler);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return new TestServer(server, port);
  }

  /** Sends a request and reads the whole answer. */
  async request(
    path: string,
    options: RequestOptions & { readonly body?: string | readonly string[] } = {},
  ): Promise<Answer> {
    const { body, ...rest } = options;
    return new Promise((resolve, reject) => {
      const request = httpRequest({ port: this.port, host: '127.0.0.1', path, ...rest }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: Buffer.concat(chunks).toString() });
        });
      });
      request.on('error', reject);
      if (Array.isArray(body)) for (const chunk of body) request.write(chunk);
      request.end(typeof body === 'string' ? body : undefined);
    });
  }

  /** Sends a request and goes away at the first byte of the answer. */
  async abortOnAnswer(path: string): Promise<void> {
    const socket = this.send(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`);
    await new Promise((resolve) => {
      socket.once('data', resolve);
    });
    await destroyed(socket);
  }

  /** Writes bytes to a new connection. */
  send(text: string): Socket {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  }

  /** Stops listening and cuts all connections. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

/** Cuts a connection. */
export async function destroyed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}

/** All bytes that the other side sends before it closes. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

/** Waits until a condition holds; fails after two seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 2000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not within two seconds: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
