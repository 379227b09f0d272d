import type { NetConnectOpts, Socket } from 'node:net';
import { hearObjections } from './hear-objections.ts';
import type { Wire } from './wire.ts';

/** Opens stream sockets; Node's `connect` of `node:net`. */
export type ConnectStream = (options: NetConnectOpts) => Socket;

/** TCP or a Unix stream socket. A connection is kept until it fails or the other side closes its half. */
export class StreamWire implements Wire {
  readonly #connect: ConnectStream;
  readonly #address: NetConnectOpts;
  readonly #join: (payloads: readonly Uint8Array[]) => Uint8Array;
  #socket: Socket | undefined;

  /** @param join - How payloads are told apart in the stream. */
  constructor(connect: ConnectStream, address: NetConnectOpts, join: (payloads: readonly Uint8Array[]) => Uint8Array) {
    this.#connect = connect;
    this.#address = address;
    this.#join = join;
  }

  async send(payloads: readonly Uint8Array[], signal: AbortSignal): Promise<void> {
    // A connection that has ended meanwhile is forgotten.
    if (this.#socket !== undefined) await hearObjections();
    const socket = (this.#socket ??= this.#open());
    const abort = (): void => void socket.destroy(new Error('the attempt was ended'));
    signal.addEventListener('abort', abort, { once: true });
    try {
      await written(socket, this.#join(payloads));
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    const socket = this.#connect(this.#address);
    const forget = (): void => {
      socket.destroy();
      if (this.#socket === socket) this.#socket = undefined;
    };
    // Without a listener an error would end the process. What the server says is read and not looked at.
    socket.on('error', forget).on('end', forget).on('close', forget).resume().unref();
    return socket;
  }
}

/** Resolves when the system has taken the bytes and has no objection; rejects when the connection ends before. */
async function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  let fail: (reason?: Error | boolean) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = (reason) => reject(reason instanceof Object ? reason : new Error('the connection was closed'));
  });
  const taken = new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
  socket.once('error', fail).once('close', fail);
  try {
    await Promise.race([failed, taken]);
    await Promise.race([failed, hearObjections()]);
  } finally {
    socket.off('error', fail).off('close', fail);
    // One of the two may fail after the other has been heard.
    taken.catch(() => undefined);
  }
}
