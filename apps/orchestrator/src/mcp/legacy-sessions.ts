import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import type { McpServer } from '@modelcontextprotocol/server';
import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';

/** Most sessions at once. */
const MOST_SESSIONS = 100;
/**
 * A session that was not used for this long and has no open stream is ended, in milliseconds: many clients go away
 * without a word.
 */
const IDLE_MS = 300_000;
const SWEEP_MS = 30_000;

interface Session {
  readonly transport: NodeStreamableHTTPServerTransport;
  usedMs: number;
  /** Requests that have no complete response, a stream of notifications among them. */
  open: number;
}

/** Clients of the protocol's first era (up to 2025-11-25), which keep a session over many requests. */
export class LegacySessions {
  readonly #createServer: () => McpServer;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();
  #sweep: ClockTimer;

  /** @param createServer - Creates the server of one session. */
  constructor(createServer: () => McpServer, clock: Clock) {
    this.#createServer = createServer;
    this.#clock = clock;
    this.#sweep = this.#scheduleSweep();
  }

  /** Answers a request: in its session, or in a new one. */
  async handle(req: IncomingMessage, res: ServerResponse, body: unknown): Promise<void> {
    const id = req.headers['mcp-session-id'];
    const session = typeof id === 'string' ? this.#sessions.get(id) : undefined;
    if (session !== undefined) {
      this.#use(session, res);
      await session.transport.handleRequest(req, res, body);
    } else if (id === undefined) {
      await this.#open(req, res, body);
    } else {
      refuse(res, 404, 'There is no such session; it may have ended. Initialize a new one.');
    }
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    this.#sweep.cancel();
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }

  async #open(req: IncomingMessage, res: ServerResponse, body: unknown): Promise<void> {
    if (this.#sessions.size >= MOST_SESSIONS) {
      refuse(res, 503, `There are ${MOST_SESSIONS} sessions already.`);
      return;
    }
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        const session = { transport, usedMs: 0, open: 0 };
        this.#sessions.set(id, session);
        this.#use(session, res);
      },
      onsessionclosed: (id) => {
        this.#sessions.delete(id);
      },
    });
    const server = this.#createServer();
    await server.connect(transport);
    // A request that begins no session is refused by the transport, which then is of no use.
    await transport.handleRequest(req, res, body);
    if (transport.sessionId === undefined) await server.close();
  }

  #use(session: Session, res: ServerResponse): void {
    session.open += 1;
    res.once('close', () => {
      session.open -= 1;
      session.usedMs = this.#clock.monotonicMs();
    });
  }

  #scheduleSweep(): ClockTimer {
    return this.#clock.setTimer(SWEEP_MS, () => {
      const oldest = this.#clock.monotonicMs() - IDLE_MS;
      for (const [id, { transport, usedMs, open }] of this.#sessions) {
        if (open > 0 || usedMs >= oldest) continue;
        this.#sessions.delete(id);
        void transport.close();
      }
      this.#sweep = this.#scheduleSweep();
    });
  }
}

function refuse(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { 'Content-Type': 'application/json' });
  res.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }));
}
