import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import type { SessionListener } from '../sessions/session-listener.ts';
import { refusal } from './refusal.ts';

/** Most sessions at once. */
const MOST_SESSIONS = 100;
/**
 * A session that was not used for this long and has no open stream is ended, in milliseconds: many clients go away
 * without a word.
 */
const IDLE_MS = 300_000;
const SWEEP_MS = 30_000;

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  usedMs: number;
  /** Requests that have no complete response, a stream of notifications among them. */
  open: number;
  /** Tells that it has ended. */
  readonly ended: () => void;
}

/** Clients of the protocol's first era (up to 2025-11-25), which keep a session over many requests. */
export class LegacySessions {
  readonly #createServer: () => McpServer;
  readonly #onSession: SessionListener;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();
  #sweep: ClockTimer;

  /**
   * @param createServer - Creates the server of one session.
   * @param onSession - Told of each session.
   */
  constructor(createServer: () => McpServer, onSession: SessionListener, clock: Clock) {
    this.#createServer = createServer;
    this.#onSession = onSession;
    this.#clock = clock;
    this.#sweep = this.#scheduleSweep();
  }

  /** Answers a request: in its session, or in a new one. */
  handle(request: Request, parsedBody: unknown): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id === null) return this.#open(request, parsedBody);
    const session = this.#sessions.get(id);
    if (session !== undefined) return session.transport.handleRequest(request, { parsedBody });
    return Promise.resolve(refusal(404, 'There is no such session; it may have ended. Initialize a new one.'));
  }

  /** Keeps a session, if there is one of that id, as long as a response is open. */
  keepWhileOpen(id: string | undefined, res: ServerResponse): void {
    const session = this.#sessions.get(id ?? '');
    if (session === undefined) return;
    session.open += 1;
    res.once('close', () => {
      session.open -= 1;
      session.usedMs = this.#clock.monotonicMs();
    });
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    this.#sweep.cancel();
    const transports = [...this.#sessions.values()].map(({ transport }) => transport);
    for (const id of this.#sessions.keys()) this.#forget(id);
    await Promise.all(transports.map((transport) => transport.close()));
  }

  async #open(request: Request, parsedBody: unknown): Promise<Response> {
    if (this.#sessions.size >= MOST_SESSIONS) return refusal(503, `There are ${MOST_SESSIONS} sessions already.`);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        const ended = this.#onSession('individual');
        this.#sessions.set(id, { transport, usedMs: this.#clock.monotonicMs(), open: 0, ended });
      },
      onsessionclosed: (id) => this.#forget(id),
    });
    const server = this.#createServer();
    await server.connect(transport);
    const response = await transport.handleRequest(request, { parsedBody });
    // A request that begins no session was refused, and its server is of no further use.
    if (transport.sessionId === undefined) await server.close();
    return response;
  }

  #forget(id: string): void {
    this.#sessions.get(id)?.ended();
    this.#sessions.delete(id);
  }

  #scheduleSweep(): ClockTimer {
    return this.#clock.setTimer(SWEEP_MS, () => {
      const oldest = this.#clock.monotonicMs() - IDLE_MS;
      for (const [id, { transport, usedMs, open }] of this.#sessions) {
        if (open > 0 || usedMs >= oldest) continue;
        this.#forget(id);
        void transport.close();
      }
      this.#sweep = this.#scheduleSweep();
    });
  }
}
