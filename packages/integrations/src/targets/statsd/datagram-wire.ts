import type { Socket } from 'node:dgram';
import { hearObjections } from './hear-objections.ts';
import type { Wire } from './wire.ts';

/** Makes sockets for UDP; Node's `createSocket`. */
export type CreateDatagramSocket = (type: 'udp4' | 'udp6') => Socket;

/**
 * UDP. The socket is connected, so the system says when nobody listens: on the same machine at once, so a restart of a local
 * agent loses nothing. Beyond that machine what is lost on the way is lost.
 */
export class DatagramWire implements Wire {
  readonly #create: CreateDatagramSocket;
  readonly #host: string;
  readonly #port: number;
  #socket: Promise<Socket> | undefined;
  #error: Error | undefined;

  constructor(create: CreateDatagramSocket, { host, port }: { readonly host: string; readonly port: number }) {
    this.#create = create;
    this.#host = host;
    this.#port = port;
  }

  async send(payloads: readonly Uint8Array[]): Promise<void> {
    this.#error = undefined;
    try {
      this.#socket ??= this.#open();
      const socket = await this.#socket;
      // In order: a gauge below zero is a line that sets zero and one that subtracts.
      // oxlint-disable-next-line no-await-in-loop
      for (const payload of payloads) await sendOne(socket, payload);
      await hearObjections();
      this.#throwError();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.then(
      (each) => each.close(),
      () => undefined,
    );
  }

  async #open(): Promise<Socket> {
    const socket = this.#create(this.#host.includes(':') ? 'udp6' : 'udp4');
    // Without a listener an error would end the process.
    socket.on('error', (error) => (this.#error = error)).unref();
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(this.#port, this.#host, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    return socket;
  }

  #throwError(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}

function sendOne(socket: Socket, payload: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(payload, (error) => (error === null ? resolve() : reject(error)));
  });
}
