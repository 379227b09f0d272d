import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  isLegacyRequest,
  type McpHttpHandler,
  type McpServer,
  type ServerNotifier,
} from '@modelcontextprotocol/server';
import type { Clock } from '@bduf/metrics-core/interfaces';
import express, { Router } from 'express';
import type { SessionListener } from '../sessions/session-listener.ts';
import { LegacySessions } from './legacy-sessions.ts';
import { refusal } from './refusal.ts';
import { RequestFailures } from './request-failures.ts';
import { streamingResponse } from './streaming-response.ts';

/** Options of {@link createMcpEndpoint}. */
export interface McpEndpointOptions {
  /** Creates the server of a session, or of a single request of the modern era. */
  readonly createServer: () => McpServer;
  /** Whether only this machine can reach it, so that a request under another name is an attack through a browser. */
  readonly isLocal: boolean;
  /** Told of sessions. */
  readonly onSession: SessionListener;
  /** Source of time. */
  readonly clock: Clock;
  /** Told of what no client can be told. */
  readonly onError: (error: unknown) => void;
}

/** One URL for clients of both eras of the protocol. */
export interface McpEndpoint {
  /** To be mounted anywhere. */
  readonly router: Router;
  /** Tells clients of the modern era what has changed, if they want to know. */
  readonly notifier: ServerNotifier;
  /** Ends all sessions and streams. */
  close(): Promise<void>;
}

/** The methods of the Streamable HTTP transport. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'DELETE']);

/** Creates the endpoint: sessions for clients up to protocol 2025-11-25, single requests from 2026-07-28 on. */
export function createMcpEndpoint({
  createServer,
  isLocal,
  onSession,
  clock,
  onError,
}: McpEndpointOptions): McpEndpoint {
  const legacy = new LegacySessions(createServer, onSession, clock);
  const failures = new RequestFailures(onError);
  const modern = createMcpHandler(createServer, { legacy: 'reject', onerror: failures.note });
  let isClosed = false;
  const bothEras: McpHttpHandler['fetch'] = async (request, options) => {
    if (isClosed) return refusal(503, 'The service is ending.');
    if (await isLegacyRequest(request, options?.parsedBody)) return legacy.handle(request, options?.parsedBody);
    return failures.during(() => modern.fetch(request, options));
  };
  const handle = toNodeHandler({ fetch: bothEras }, { onerror: onError });
  const guards = isLocal ? [localhostHostValidation(), localhostOriginValidation()] : [];

  const router = Router();
  router.all('/mcp', express.json({ limit: '1mb' }), async (req, res) => {
    // TRACE and the like are nothing that a request object of the web could stand for.
    if (!METHODS.has(req.method)) {
      res
        .status(405)
        .set('Allow', [...METHODS].join(', '))
        .json({ error: `${req.method} is no method of MCP.` });
      return;
    }
    // A guard that refuses has answered already.
    if (!guards.every((guard) => guard(req, res))) return;
    legacy.keepWhileOpen(req.get('mcp-session-id'), res);
    await handle(req, streamingResponse(res), req.body);
  });
  return {
    router,
    notifier: modern.notify,
    async close() {
      isClosed = true;
      await Promise.all([legacy.close(), modern.close()]);
    },
  };
}
