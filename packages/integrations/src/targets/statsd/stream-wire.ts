import type { NetConnectOpts, Socket } from 'node:net';
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
    const socket = (this.#socket ??= this.#open());
    const abort = (): void => void socket.destroy(new Error('the attempt was ended'));
    let fail: (reason?: Error | boolean) => void = () => undefined;
    signal.addEventListener('abort', abort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        fail = (error) => reject(error instanceof Object ? error : new Error('the connection was closed'));
        socket.once('error', fail).once('close', fail);
        socket.write(this.#join(payloads), (error) => (error ? reject(error) : resolve()));
      });
    } finally {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail).off('close', fail);
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
