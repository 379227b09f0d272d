import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Clock, ClockTimer, Gatherer } from '@bduf/metrics-core/interfaces';
import { type DeltaFrame, FrameRing } from './frame-ring.ts';
import type { LiveSeriesTable } from './live-series.ts';
import { StreamClient } from './stream-client.ts';

/** Something besides numbers that clients are told of: alerts, health. */
export interface SideChannel {
  /** Name of the event. */
  readonly event: string;
  /** Time between two looks in milliseconds. */
  readonly intervalMs: number;
  /** What to send; the same text as before is not sent again. */
  read(): unknown;
}

/** What a {@link LiveStream} is made of. */
export interface LiveStreamParts {
  /** What is sampled. */
  readonly collector: Gatherer;
  /** Ids and newest values. */
  readonly table: LiveSeriesTable;
  /** Alerts, health. */
  readonly channels: readonly SideChannel[];
  /** Time. */
  readonly clock: Clock;
  /** Time between frames in milliseconds. */
  readonly intervalMs: number;
  /** Clients at most. */
  readonly maxClients: number;
}

interface ChannelState {
  readonly channel: SideChannel;
  dueMs: number;
  text: string;
  isReading: boolean;
}

const PING_MS = 15_000;
const RING_FRAMES = 120;
const PING = Buffer.from(': ping\n\n');

/**
 * Samples metrics while somebody looks and tells everybody the same bytes, as Server-Sent Events: a snapshot, then what
 * changed. Who was away gets what it missed as one frame, as long as the ring knows it; who reads too slowly gets the
 * newest values when it can take them.
 */
export class LiveStream {
  readonly #parts: LiveStreamParts;
  readonly #clients = new Set<StreamClient>();
  readonly #channels: ChannelState[];
  // A snapshot of an earlier process must not be continued: its ids mean something else.
  readonly #life = randomBytes(6).toString('hex');
  readonly #ring = new FrameRing(RING_FRAMES);
  #seq = 0;
  #sampledMs = 0;
  #pingDueMs = 0;
  #timer: ClockTimer | undefined;
  #sampling: Promise<void> | undefined;

  constructor(parts: LiveStreamParts) {
    this.#parts = parts;
    this.#channels = parts.channels.map((channel) => ({ channel, dueMs: 0, text: '', isReading: false }));
  }

  /** Clients at the moment. */
  get clients(): number {
    return this.#clients.size;
  }

  /** Whether metrics are being sampled. */
  get isSampling(): boolean {
    return this.#timer !== undefined || this.#sampling !== undefined;
  }

  /** Answers a request with the stream, or with 503 when too many look. */
  connect(req: IncomingMessage, res: ServerResponse): void {
    if (this.#clients.size >= this.#parts.maxClients) {
      res.writeHead(503, { 'retry-after': '30', 'content-type': 'text/plain; charset=utf-8' });
      res.end(`${this.#clients.size} people look at this dashboard already. Close a tab, or raise maxClients.`);
      return;
    }
    // The stream ends with its connection, so chunks need no frame of their own: three buffers less to write for each client.
    res.removeHeader('transfer-encoding');
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    res.write('retry: 2000\n\n');
    const client = new StreamClient(res);
    res.on('close', () => this.#leave(client));
    // A frame that is being written while the peer goes away is no error of ours.
    res.on('error', () => this.#leave(client));
    void this.#enter(client, req.headers['last-event-id']);
  }

  /** Ends all streams; clients come back by themselves when there is a server again. */
  close(): void {
    for (const client of this.#clients) client.end();
    this.#clients.clear();
    this.#stop();
  }

  async #enter(client: StreamClient, lastEventId: string | string[] | undefined): Promise<void> {
    const [life, seq] = typeof lastEventId === 'string' ? lastEventId.split('-') : [];
    // Only the life that gave the id may continue it; series are told again, since the page may be new.
    if (life === this.#life) client.seq = Number(seq);
    this.#clients.add(client);
    if (this.#clients.size === 1) await this.#start();
    else this.#catchUp(client);
    for (const state of this.#channels) if (state.text !== '') client.write(Buffer.from(state.text));
  }

  #leave(client: StreamClient): void {
    if (this.#clients.delete(client) && this.#clients.size === 0) this.#stop();
  }

  async #start(): Promise<void> {
    this.#pingDueMs = this.#parts.clock.monotonicMs() + PING_MS;
    await this.#tick();
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async #tick(): Promise<void> {
    this.#timer = undefined;
    this.#sampling ??= this.#sample().finally(() => (this.#sampling = undefined));
    await this.#sampling;
    if (this.#clients.size === 0) return;
    // Two that came at the same time share one timer.
    this.#stop();
    this.#timer = this.#parts.clock.setTimer(this.#parts.intervalMs, () => void this.#tick());
  }

  async #sample(): Promise<void> {
    const { clock, collector, table } = this.#parts;
    const families = await collector.gather();
    this.#sampledMs = clock.now();
    const i = table.update(families);
    this.#seq += 1;
    const frame: DeltaFrame = {
      seq: this.#seq,
      t: this.#sampledMs,
      i,
      v: i.map((id) => jsonNumber(table.valueOf(id))),
    };
    this.#ring.push(frame);
    this.#broadcast(frame);
    this.#readChannels();
    if (clock.monotonicMs() >= this.#pingDueMs) this.#ping();
  }

  #broadcast(frame: DeltaFrame): void {
    // Encoded once for each number of series that clients were told of: in practice once.
    const encoded = new Map<number, Buffer>();
    for (const client of this.#clients) {
      if (client.seq !== frame.seq - 1) {
        this.#catchUp(client);
        continue;
      }
      if (client.isSlow) {
        client.skipped += 1;
        continue;
      }
      let bytes = encoded.get(client.knownSeries);
      if (bytes === undefined) encoded.set(client.knownSeries, (bytes = this.#encode(frame, client.knownSeries)));
      this.#send(client, frame.seq, bytes);
    }
  }

  #catchUp(client: StreamClient): void {
    if (client.isSlow) {
      client.skipped += 1;
      return;
    }
    const missed = client.seq < 0 ? undefined : this.#ring.since(client.seq);
    this.#send(
      client,
      this.#seq,
      missed === undefined ? this.#encodeSnapshot() : this.#encode(missed, client.knownSeries),
    );
  }

  #send(client: StreamClient, seq: number, bytes: Buffer): void {
    client.write(bytes);
    client.seq = seq;
    client.knownSeries = this.#parts.table.series.length;
  }

  #encodeSnapshot(): Buffer {
    const { table } = this.#parts;
    const s = table.series.filter((series) => series !== undefined);
    const v = s.map((series) => jsonNumber(table.valueOf(series.i)));
    return this.#event('snapshot', { t: this.#sampledMs, life: this.#life, leftOut: table.leftOut, s, v });
  }

  #encode(frame: DeltaFrame, knownSeries: number): Buffer {
    const fresh = this.#parts.table.series.slice(knownSeries);
    const { t, i, v } = frame;
    return this.#event('delta', fresh.length === 0 ? { t, i, v } : { t, i, v, s: fresh });
  }

  #event(event: string, data: unknown): Buffer {
    return Buffer.from(`id: ${this.#life}-${this.#seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #readChannels(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const state of this.#channels) {
      if (state.isReading || nowMs < state.dueMs) continue;
      state.isReading = true;
      state.dueMs = nowMs + state.channel.intervalMs;
      void this.#readChannel(state);
    }
  }

  async #readChannel(state: ChannelState): Promise<void> {
    try {
      const text = `event: ${state.channel.event}\ndata: ${JSON.stringify(await state.channel.read())}\n\n`;
      if (text === state.text) return;
      state.text = text;
      const bytes = Buffer.from(text);
      for (const client of this.#clients) if (!client.isSlow) client.write(bytes);
    } catch {
      // What cannot be read is not news; the page asks by itself and shows the reason.
      state.text = '';
    } finally {
      state.isReading = false;
    }
  }

  #ping(): void {
    this.#pingDueMs = this.#parts.clock.monotonicMs() + PING_MS;
    for (const client of this.#clients) client.write(PING);
  }
}

function jsonNumber(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
