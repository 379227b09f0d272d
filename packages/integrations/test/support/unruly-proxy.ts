import { type AddressInfo, type NetConnectOpts, type Server, type Socket, connect, createServer } from 'node:net';
import { once } from 'node:events';

/**
 * How a server misbehaves; `pass` hands everything to the real one, `slow` does so late, and `swallow` does so once and keeps
 * the answer to itself, after which it passes. `babble` passes everything on and talks nonsense all the while.
 */
export type Manner =
  | 'pass'
  | 'slow'
  | 'swallow'
  | 'babble'
  | 'refuse'
  | 'hang'
  | 'half-close'
  | '429'
  | '500'
  | 'garbage';

const SLOW_MS = 60;

/** What a server that misbehaves sends as its answer. */
const ANSWERS: Partial<Record<Manner, string>> = {
  '429': 'HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\nConnection: close\r\n\r\nslow',
  '500': 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops',
  garbage: '\u0000\u0001HTP/9 what? <html>\r\n\r\n\r\n',
};

/** A server on TCP or a Unix socket that stands before a real one and behaves as it is told. */
export class UnrulyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Socket>();
  readonly #backend: NetConnectOpts;
  manner: Manner = 'pass';

  private constructor(server: Server, backend: NetConnectOpts) {
    this.#server = server;
    this.#backend = backend;
  }

  /**
   * Starts one. Call {@link close}.
   *
   * @param backend - Port on loopback or path of the real server.
   * @param path - Path of the socket to listen on. Default: a free port on loopback.
   */
  static async start(backend: number | string, path?: string): Promise<UnrulyProxy> {
    const server = createServer({ allowHalfOpen: true });
    const place = typeof backend === 'string' ? { path: backend } : { port: backend, host: '127.0.0.1' };
    const proxy = new UnrulyProxy(server, place);
    server.on('connection', (socket) => proxy.#serve(socket));
    server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path }).unref();
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /**
   * Changes how it behaves. Connections from before end, so that none keeps its old manners; resolves when the clients
   * have seen that, so that none of them sends a request into one.
   */
  async become(manner: Manner): Promise<void> {
    this.manner = manner;
    const ending = Array.from(this.#clients, async (socket) => {
      socket.end().resume();
      if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(ending);
  }

  /** Changes how it behaves to connections that are yet to come. */
  becomeGently(manner: Manner): void {
    this.manner = manner;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
  }

  #serve(socket: Socket): void {
    this.#track(socket);
    this.#clients.add(socket);
    socket.on('close', () => this.#clients.delete(socket));
    const { manner } = this;
    if (manner === 'pass') this.#connectBackend(socket);
    else if (manner === 'slow') setTimeout(() => this.#connectBackend(socket), SLOW_MS);
    else if (manner === 'babble') this.#babble(socket);
    else if (manner === 'hang') socket.pause();
    else if (manner === 'swallow') this.#swallowAnswer(socket);
    else if (manner === 'refuse') refuse(socket);
    // The request is read, but for 'half-close' and its kind nobody looks at it.
    else socket.once('data', () => misbehave(socket, manner)).resume();
  }

  #connectBackend(socket: Socket): void {
    if (socket.destroyed) return;
    const backend = this.#openBackend(socket);
    socket.pipe(backend).pipe(socket);
  }

  #babble(socket: Socket): void {
    socket.on('data', () => socket.write(ANSWERS.garbage ?? ''));
    this.#connectBackend(socket);
  }

  #swallowAnswer(socket: Socket): void {
    const backend = this.#openBackend(socket);
    socket.pipe(backend).once('data', () => {
      this.manner = 'pass';
      socket.resetAndDestroy();
    });
  }

  #openBackend(socket: Socket): Socket {
    const backend = connect(this.#backend);
    this.#track(backend);
    backend.on('close', () => socket.destroy());
    socket.on('close', () => backend.destroy());
    return backend;
  }
}

/** Unix sockets know no reset. */
function refuse(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

function misbehave(socket: Socket, manner: Manner): void {
  // Its time as this server is over already.
  if (socket.writableEnded) return;
  const answer = ANSWERS[manner];
  if (answer !== undefined) socket.end(answer);
  // Its half of the connection is closed in the middle of an answer; the other half stays open.
  else if (manner === 'half-close') socket.end('HTTP/1.1 20');
}
