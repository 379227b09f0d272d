import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** An event of a stream. */
export interface SseEvent {
  readonly id: string;
  readonly event: string;
  readonly data: {
    readonly t: number;
    readonly i?: number[];
    readonly v?: (number | null)[];
    readonly s?: { i: number; m: string; l: Record<string, string>; f: string }[];
  };
}

/** Reads Server-Sent Events until it is closed. */
export class SseReader {
  readonly events: SseEvent[] = [];
  comments = 0;
  status = 0;
  readonly #req: ClientRequest;
  #res: IncomingMessage | undefined;
  #text = '';

  constructor(port: number, path = '/api/live', lastEventId?: string) {
    this.#req = request(
      {
        port,
        host: '127.0.0.1',
        path,
        headers: { host: `localhost:${port}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      },
      (res) => {
        this.status = res.statusCode ?? 0;
        this.#res = res;
        res.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
      },
    );
    this.#req.on('error', () => undefined);
    this.#req.end();
  }

  /** Stops reading, so that the server's buffers fill. */
  pause(): void {
    this.#res?.pause();
  }

  resume(): void {
    this.#res?.resume();
  }

  close(): void {
    this.#req.destroy();
  }

  /** Waits for the next event of a kind that was not waited for before. */
  async until(isIt: (reader: SseReader) => boolean): Promise<void> {
    const deadline = Date.now() + 5000;
    while (!isIt(this)) {
      if (Date.now() > deadline)
        throw new Error(`Nothing of the kind within 5 s; ${this.events.length} events, status ${this.status}.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  named(event: string): SseEvent[] {
    return this.events.filter((one) => one.event === event);
  }

  #take(text: string): void {
    this.#text += text;
    const parts = this.#text.split('\n\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) {
      const fields = new Map(
        part
          .split('\n')
          .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      if (fields.has('')) this.comments += 1;
      const data = fields.get('data');
      // The events are those of our own server.
      if (data !== undefined)
        this.events.push({
          id: fields.get('id') ?? '',
          event: fields.get('event') ?? '',
          data: JSON.parse(data) as SseEvent['data'],
        });
    }
  }
}
