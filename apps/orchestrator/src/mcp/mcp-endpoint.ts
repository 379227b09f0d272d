import {
  localhostHostValidation,
  localhostOriginValidation,
  type NodeIncomingMessageLike,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server';
import type { Clock } from '@bduf/metrics-core/interfaces';
import express, { Router } from 'express';
import { LegacySessions } from './legacy-sessions.ts';

/** Options of {@link createMcpEndpoint}. */
export interface McpEndpointOptions {
  /** Creates the server of a session, or of a single request of the modern era. */
  readonly createServer: () => McpServer;
  /** Whether only this machine can reach it, so that a request under another name is an attack through a browser. */
  readonly isLocal: boolean;
  /** Source of time. */
  readonly clock: Clock;
  /** Told of what no client can be told. */
  readonly onError: (error: unknown) => void;
}

/** One URL for clients of both eras of the protocol. */
export interface McpEndpoint {
  /** To be mounted anywhere. */
  readonly router: Router;
  /** Ends all sessions and streams. */
  close(): Promise<void>;
}

/** Creates the endpoint: sessions for clients up to protocol 2025-11-25, single requests from 2026-07-28 on. */
export function createMcpEndpoint({ createServer, isLocal, clock, onError }: McpEndpointOptions): McpEndpoint {
  const legacy = new LegacySessions(createServer, clock);
  const modern = createMcpHandler(createServer, { legacy: 'reject', onerror: onError });
  const handleModern = toNodeHandler(modern, { onerror: onError });
  const guards = isLocal ? [localhostHostValidation(), localhostOriginValidation()] : [];

  const router = Router();
  router.all('/mcp', express.json({ limit: '1mb' }), async (req, res) => {
    // A guard that refuses has answered already.
    if (!guards.every((guard) => guard(req, res))) return;
    // The SDK's type of requests does not allow for exactOptionalPropertyTypes.
    const message = req as unknown as NodeIncomingMessageLike;
    const body: unknown = req.body;
    if (await isLegacyRequest(await toWebRequest(message, body), body)) await legacy.handle(req, res, body);
    else await handleModern(message, res, body);
  });
  return {
    router,
    async close() {
      await Promise.all([legacy.close(), modern.close()]);
    },
  };
}
