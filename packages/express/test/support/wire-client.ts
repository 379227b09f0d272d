import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** What came back for one request, byte for byte. */
export interface WireAnswer {
  readonly status: number;
  /** Bytes of the head, interim responses before it included. */
  readonly headBytes: number;
  /** Bytes after the head, framing included. */
  readonly bodyBytes: number;
}

/** One keep-alive connection on which bytes are counted. */
export class WireClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay();
    this.#socket.on('error', () => this.#wake());
    this.#socket.on('close', () => this.#wake());
    this.#socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
  }

  /** Sends parts, each in a packet of its own as far as the system lets it, and reads one answer. */
  async exchange(method: string, parts: readonly string[]): Promise<WireAnswer> {
    for (const part of parts) {
      this.#socket.write(part, 'latin1');
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    return this.readAnswer(method);
  }

  /** Reads one answer, which ends where its framing says. */
  async readAnswer(method: string): Promise<WireAnswer> {
    let headEnd = await this.#findAfter(HEAD_END, 0);
    let start = 0;
    while (this.#text(start, headEnd).startsWith('HTTP/1.1 1')) {
      start = headEnd;
      headEnd = await this.#findAfter(HEAD_END, start);
    }
    const head = this.#text(start, headEnd);
    const status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3));
    const end = await this.#bodyEnd(method, status, head, headEnd);
    this.#received = this.#received.subarray(end);
    return { status, headBytes: headEnd, bodyBytes: end - headEnd };
  }

  /** Cuts the connection. */
  close(): void {
    this.#socket.destroy();
  }

  async #bodyEnd(method: string, status: number, head: string, headEnd: number): Promise<number> {
    if (method === 'HEAD' || status === 204 || status === 304) return headEnd;
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    if (length === undefined) return this.#findAfter(`0${HEAD_END}`, headEnd);
    await this.#until(() => this.#received.length >= headEnd + Number(length));
    return headEnd + Number(length);
  }

  async #findAfter(text: string, from: number): Promise<number> {
    await this.#until(() => this.#received.includes(text, from, 'latin1'));
    return this.#received.indexOf(text, from, 'latin1') + text.length;
  }

  #text(start: number, end: number): string {
    return this.#received.toString('latin1', start, end);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#socket.destroyed) throw new Error('The connection closed before the answer was complete.');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
